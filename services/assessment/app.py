"""Assessment put together: the only file that knows all of it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI

from services.assessment import wording
from services.assessment.api import evaluations, feedback, progress, reading
from services.assessment.calendar.decider import AGGREGATE as CALENDAR
from services.assessment.consumers import REACTIONS
from services.assessment.context import Assessment
from services.assessment.evaluation.decider import AGGREGATE as EVALUATION
from services.assessment.feedback.decider import AGGREGATE as FEEDBACK
from services.assessment.progress.decider import AGGREGATE as PROGRESS
from services.assessment.projections import EVALUATION_LIST, FEEDBACK_LIST, PROGRESS_LIST
from services.assessment.projections import TABLES as OWN_TABLES
from services.assessment.public_events import public_events
from services.assessment.queries.flags import flags
from services.assessment.web import feedback as feedback_pages
from services.assessment.web import progress as progress_pages
from services.assessment.web import rating, result, team, trail
from services.assessment.web.pages import make_pages
from shared import people, people_feed
from shared.clock import Clock, SystemClock
from shared.contracts import assessment as own_messages
from shared.contracts import planning
from shared.erasure.record import ERASURE
from shared.identity.tokens import IssuerKeys, TokenVerifier
from shared.messaging.inbox import Inbox
from shared.messaging.topics import COMPACTED, Topic
from shared.projection.projection import Reader
from shared.projection.trail import Trail
from shared.service import Service, running
from shared.settings import Settings
from shared.store.files import EncryptedFiles
from shared.store.store import Store
from shared.web.api import Edge
from shared.web.application import application
from shared.web.health import health
from shared.web.problem_page import problem_page
from shared.web.problems import Problems

AGGREGATES = (EVALUATION, PROGRESS, FEEDBACK, CALENDAR, ERASURE)
PEOPLE_PARTITIONS = 8
API = "/api/assessment/v1"


def readers(store: Store) -> Sequence[Reader]:
    """Everything that follows the log."""
    del store
    return (EVALUATION_LIST, PROGRESS_LIST, FEEDBACK_LIST, Trail(AGGREGATES, flags, version=2))


def inboxes(store: Store, settings: Settings) -> Sequence[Inbox]:
    """Everything that follows planning."""
    return (
        Inbox(store, "assessment", REACTIONS, demo=settings.is_demo),
        Inbox(store, "assessment-people", [], [people_feed.feed()], demo=settings.is_demo),
    )


def publishes(partitions: int) -> Sequence[Topic]:
    """The topics that assessment writes."""
    return [Topic(own_messages.EVENTS, partitions)]


def consumes(partitions: int) -> Sequence[Topic]:
    """The topics that assessment reads."""
    return [Topic(planning.EVENTS, partitions), Topic(planning.PEOPLE, PEOPLE_PARTITIONS, dict(COMPACTED))]


SERVICE = Service(
    name="assessment",
    aggregates=AGGREGATES,
    readers=readers,
    tables=(*OWN_TABLES, *people.TABLES),
    public=public_events,
    publishes=publishes,
    inboxes=inboxes,
    consumes=consumes,
)


def build(
    settings: Settings, *, verifier: TokenVerifier | None = None, clock: Clock | None = None
) -> FastAPI:
    """The application of one process; its engine runs while the application does."""
    clock = clock or SystemClock()
    verifier = verifier or TokenVerifier(
        IssuerKeys(settings.oidc_jwks_url),
        issuer=settings.oidc_issuer,
        audience=settings.oidc_audience,
        clock=clock,
    )

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with verifier.ready(), running(SERVICE, settings, app.state.metrics) as run:
            app.state.assessment = Assessment(
                store=run.store,
                engine=run.engine,
                people=people.People(run.store.pool),
                files=EncryptedFiles(settings.evidence_dir, run.store.keyring),
                settings=settings,
            )
            app.state.run = run
            yield

    async def report() -> dict[str, Any]:
        found: dict[str, Any] = await app.state.run.health()
        return found

    pages = make_pages(settings)
    problems = Problems(wording.PROBLEMS, details=wording.DETAILS, page=problem_page(pages))
    app = application(
        "assessment",
        title="Jejak Kinerja: assessment",
        edge=Edge(verifier, clock, is_demo=settings.is_demo),
        problems=problems,
        limits={"/reports": progress.ALL_FILES, "/lapor": progress.ALL_FILES},
        lifespan=lifespan,
    )
    app.state.pages = pages
    app.state.problems = problems
    for api in (evaluations, progress, feedback, reading):
        app.include_router(api.router, prefix=API)
    for screen in (team, progress_pages, feedback_pages, rating, result, trail):
        app.include_router(screen.router)
    app.include_router(health(report))
    return app
