"""Planning put together: the only file that knows all of it."""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI

from services.planning import wording
from services.planning.api import router
from services.planning.api.people import IMPORT_LIMIT
from services.planning.calendar.decider import AGGREGATE as CALENDAR
from services.planning.consumers import REACTIONS
from services.planning.context import Planning
from services.planning.lookups.decider import AGGREGATE as LOOKUPS
from services.planning.people.decider import AGGREGATE as PERSON
from services.planning.plan.decider import AGGREGATE as PLAN
from services.planning.projections import TABLES, readers
from services.planning.public_events import public_events
from services.planning.web import router as pages_router
from services.planning.web.people import PACKED_LIMIT
from services.planning.web.visit import make_pages
from shared.clock import Clock, SystemClock
from shared.contracts import assessment, followup
from shared.contracts import planning as say
from shared.erasure.eraser import TOPIC as ERASURES
from shared.erasure.record import ERASURE
from shared.identity.tokens import IssuerKeys, TokenVerifier
from shared.messaging.inbox import Inbox
from shared.messaging.topics import COMPACTED, Topic
from shared.people import People
from shared.service import Service, running
from shared.settings import Settings
from shared.store.store import Store
from shared.web.api import Edge
from shared.web.application import application
from shared.web.health import health
from shared.web.problem_page import problem_page
from shared.web.problems import Problems

PEOPLE_PARTITIONS = 8
IMPORTS = ("/people/import", "/pegawai/impor")
SAVING = "/pegawai/impor/simpan"


def publishes(partitions: int) -> Sequence[Topic]:
    """The topics that planning writes."""
    people = Topic(say.PEOPLE, PEOPLE_PARTITIONS, dict(COMPACTED))
    return [Topic(say.EVENTS, partitions), people, ERASURES]


def consumes(partitions: int) -> Sequence[Topic]:
    """The others' topics: what planning hears there is that an erasure is done."""
    return [Topic(assessment.EVENTS, partitions), Topic(followup.EVENTS, partitions)]


def inboxes(store: Store, settings: Settings) -> Sequence[Inbox]:
    """Everything that follows others."""
    return [Inbox(store, "planning", REACTIONS, demo=settings.is_demo)]


SERVICE = Service(
    name="planning",
    aggregates=(PERSON, CALENDAR, LOOKUPS, PLAN, ERASURE),
    readers=readers,
    tables=TABLES,
    public=public_events,
    publishes=publishes,
    inboxes=inboxes,
    consumes=consumes,
)


def build(
    settings: Settings,
    *,
    verifier: TokenVerifier | None = None,
    clock: Clock | None = None,
    sample_nips: Collection[str] = (),
) -> FastAPI:
    """The application of one process. `sample_nips` are refused in production and nowhere else."""
    clock = clock or SystemClock()
    verifier = verifier or TokenVerifier(
        IssuerKeys(settings.oidc_jwks_url),
        issuer=settings.oidc_issuer,
        audience=settings.oidc_audience,
        clock=clock,
    )
    refused = frozenset(sample_nips) if settings.environment == "production" else frozenset[str]()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with verifier.ready(), running(SERVICE, settings, app.state.metrics) as run:
            app.state.planning = Planning(
                store=run.store,
                engine=run.engine,
                people=People(run.store.pool),
                settings=settings,
                eraser=run.eraser,
                refused_nips=refused,
            )
            app.state.run = run
            yield

    async def report() -> dict[str, Any]:
        found: dict[str, Any] = await app.state.run.health()
        return found

    pages = make_pages(settings)
    app = application(
        "planning",
        title="Jejak Kinerja: planning",
        edge=Edge(verifier, clock, is_demo=settings.is_demo),
        problems=Problems(wording.PROBLEMS, details=wording.DETAILS, page=problem_page(pages)),
        limits={**dict.fromkeys(IMPORTS, IMPORT_LIMIT), SAVING: PACKED_LIMIT},
        lifespan=lifespan,
    )
    app.state.pages = pages
    app.include_router(router)
    app.include_router(health(report))
    app.include_router(pages_router)
    return app
