"""Follow-up put together: the only file that knows all of it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI

from services.followup import wording
from services.followup.api import router
from services.followup.consumers import reactions
from services.followup.context import Followup
from services.followup.projections import FOLLOWUPS
from services.followup.projections import TABLES as OWN_TABLES
from services.followup.public_events import public_events
from services.followup.queries.trail import flags
from services.followup.recommendation.decider import FOLLOWUP
from services.followup.web import pages_of
from services.followup.web import router as web_router
from shared import people, people_feed
from shared.clock import Clock, SystemClock
from shared.contracts import assessment, planning
from shared.contracts import followup as own_messages
from shared.erasure.record import ERASURE
from shared.identity.tokens import IssuerKeys, TokenVerifier
from shared.messaging.inbox import Inbox
from shared.messaging.topics import COMPACTED, Topic
from shared.projection.projection import Reader
from shared.projection.trail import TRAIL, Trail
from shared.service import Service, running
from shared.settings import Settings
from shared.store.store import Store
from shared.web.api import Edge
from shared.web.application import application
from shared.web.health import health
from shared.web.problem_page import problem_page
from shared.web.problems import Problems

NAME = "followup"
# The topics of people and of training results keep this number however large the agency is.
FEW_PARTITIONS = 8


def readers(store: Store) -> Sequence[Reader]:
    """Everything that follows the log."""
    del store
    return (FOLLOWUPS, Trail((FOLLOWUP, ERASURE), flags))


def inboxes(store: Store, settings: Settings) -> Sequence[Inbox]:
    """Everything that follows others."""
    return (
        Inbox(store, NAME, reactions(settings.timezone), demo=settings.is_demo),
        Inbox(store, f"{NAME}-people", [], [people_feed.feed()], demo=settings.is_demo),
    )


def publishes(partitions: int) -> Sequence[Topic]:
    """The topics that follow-up writes."""
    return [Topic(own_messages.EVENTS, partitions)]


def consumes(partitions: int) -> Sequence[Topic]:
    """The topics that follow-up reads; training systems write the second, so it is made here."""
    return [
        Topic(assessment.EVENTS, partitions),
        Topic(own_messages.TRAINING_RESULTS, FEW_PARTITIONS),
        Topic(planning.PEOPLE, FEW_PARTITIONS, dict(COMPACTED)),
    ]


SERVICE = Service(
    name=NAME,
    aggregates=(FOLLOWUP, ERASURE),
    readers=readers,
    tables=(*OWN_TABLES, *people.TABLES, TRAIL),
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
    pages = pages_of(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with verifier.ready(), running(SERVICE, settings, app.state.metrics) as run:
            app.state.followup = Followup(
                store=run.store,
                engine=run.engine,
                people=people.People(run.store.pool),
                settings=settings,
            )
            app.state.run = run
            yield

    async def report() -> dict[str, Any]:
        found: dict[str, Any] = await app.state.run.health()
        return found

    app = application(
        NAME,
        title="Jejak Kinerja: followup",
        edge=Edge(verifier, clock, is_demo=settings.is_demo),
        problems=Problems(wording.PROBLEMS, page=problem_page(pages)),
        lifespan=lifespan,
    )
    app.state.pages = pages
    app.include_router(router)
    app.include_router(web_router)
    app.include_router(health(report))
    return app
