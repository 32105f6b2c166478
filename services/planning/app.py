"""Planning put together: the only file that knows all of it."""

from collections.abc import Collection, Sequence

from fastapi import FastAPI

from services.planning import wording
from services.planning.api import router
from services.planning.api.people import IMPORT_LIMIT
from services.planning.calendar.decider import AGGREGATE as CALENDAR
from services.planning.consumers import REACTIONS
from services.planning.context import Planning
from services.planning.lookups.decider import AGGREGATE as LOOKUPS
from services.planning.people.decider import AGGREGATE as PERSON
from services.planning.people.decider import person_stream
from services.planning.plan.decider import AGGREGATE as PLAN
from services.planning.projections import ERASURE_LIST, PLAN_LIST, TABLES, flags, people_list
from services.planning.public_events import public_events
from services.planning.web import router as web_router
from services.planning.web.people import PACKED_LIMIT
from services.planning.web.visit import make_pages
from shared.clock import Clock
from shared.contracts import assessment, followup
from shared.contracts import planning as own_messages
from shared.erasure.eraser import TOPIC as ERASURES
from shared.erasure.eraser import OwnOrders
from shared.erasure.record import ERASURE
from shared.identity.tokens import TokenVerifier
from shared.messaging.inbox import Inbox
from shared.messaging.topics import Topic
from shared.people import People
from shared.people_feed import TOPIC as PEOPLE
from shared.projection.projection import Reader
from shared.projection.trail import Trail
from shared.service import Running, Service
from shared.settings import Settings
from shared.store.store import Store
from shared.web.hosting import hosted
from shared.web.problem_page import problem_page
from shared.web.problems import Problems

AGGREGATES = (PERSON, CALENDAR, LOOKUPS, PLAN, ERASURE)
IMPORTS = ("/people/import", "/pegawai/impor")
SAVING = "/pegawai/impor/simpan"


def readers(store: Store) -> Sequence[Reader]:
    """Everything that follows the log."""
    return (people_list(store.keyring), PLAN_LIST, ERASURE_LIST, Trail(AGGREGATES, flags))


def inboxes(store: Store, settings: Settings) -> Sequence[Inbox]:
    """Everything that follows others."""
    return [Inbox(store, "planning", REACTIONS, demo=settings.is_demo)]


def publishes(partitions: int) -> Sequence[Topic]:
    """The topics that planning writes."""
    return [Topic(own_messages.EVENTS, partitions), PEOPLE, ERASURES]


def consumes(partitions: int) -> Sequence[Topic]:
    """The others' topics: what planning hears there is that an erasure is done."""
    return [Topic(assessment.EVENTS, partitions), Topic(followup.EVENTS, partitions)]


SERVICE = Service(
    name="planning",
    aggregates=AGGREGATES,
    readers=readers,
    tables=TABLES,
    public=public_events,
    publishes=publishes,
    inboxes=inboxes,
    consumes=consumes,
    erasures=OwnOrders("PersonErased", person_stream),
)


def build(
    settings: Settings,
    *,
    verifier: TokenVerifier | None = None,
    clock: Clock | None = None,
    sample_nips: Collection[str] = (),
) -> FastAPI:
    """The application of one process. `sample_nips` are refused in production and nowhere else."""
    refused = frozenset(sample_nips) if settings.environment == "production" else frozenset[str]()
    pages = make_pages(settings)

    def at_work(run: Running) -> Planning:
        return Planning(
            store=run.store,
            engine=run.engine,
            people=People(run.store.pool),
            settings=settings,
            eraser=run.eraser,
            refused_nips=refused,
        )

    return hosted(
        SERVICE,
        settings,
        (router, web_router),
        context=at_work,
        pages=pages,
        problems=Problems(wording.PROBLEMS, details=wording.DETAILS, page=problem_page(pages)),
        limits={**dict.fromkeys(IMPORTS, IMPORT_LIMIT), SAVING: PACKED_LIMIT},
        verifier=verifier,
        clock=clock,
    )
