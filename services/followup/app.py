"""Follow-up put together: the only file that knows all of it."""

from collections.abc import Sequence

from fastapi import FastAPI

from services.followup import wording
from services.followup.api import router
from services.followup.consumers import reactions
from services.followup.context import Followup
from services.followup.projections import FOLLOWUPS, TABLES
from services.followup.public_events import public_events
from services.followup.queries.trail import flags
from services.followup.recommendation.decider import FOLLOWUP
from services.followup.web import router as web_router
from services.followup.web.showing import make_pages
from shared import people_feed
from shared.clock import Clock
from shared.contracts import assessment
from shared.contracts import followup as own_messages
from shared.erasure.record import ERASURE
from shared.identity.tokens import TokenVerifier
from shared.messaging.inbox import Inbox
from shared.messaging.topics import Topic
from shared.people import People
from shared.projection.projection import Reader
from shared.projection.trail import Trail
from shared.service import Running, Service
from shared.settings import Settings
from shared.store.store import Store
from shared.web.hosting import hosted
from shared.web.problem_page import problem_page
from shared.web.problems import Problems

AGGREGATES = (FOLLOWUP, ERASURE)
# The topic of training results keeps this number however large the agency is.
TRAINING_PARTITIONS = 8


def readers(store: Store) -> Sequence[Reader]:
    """Everything that follows the log."""
    del store
    return (FOLLOWUPS, Trail(AGGREGATES, flags))


def inboxes(store: Store, settings: Settings) -> Sequence[Inbox]:
    """Everything that follows others."""
    return (
        Inbox(store, "followup", reactions(settings.timezone), demo=settings.is_demo),
        Inbox(store, "followup-people", [], [people_feed.feed()], demo=settings.is_demo),
    )


def publishes(partitions: int) -> Sequence[Topic]:
    """The topics that follow-up writes."""
    return [Topic(own_messages.EVENTS, partitions)]


def consumes(partitions: int) -> Sequence[Topic]:
    """The topics that follow-up reads; training systems write the second, so it is made here."""
    return [
        Topic(assessment.EVENTS, partitions),
        Topic(own_messages.TRAINING_RESULTS, TRAINING_PARTITIONS),
        people_feed.TOPIC,
    ]


SERVICE = Service(
    name="followup",
    aggregates=AGGREGATES,
    readers=readers,
    tables=TABLES,
    public=public_events,
    publishes=publishes,
    inboxes=inboxes,
    consumes=consumes,
)


def build(
    settings: Settings, *, verifier: TokenVerifier | None = None, clock: Clock | None = None
) -> FastAPI:
    """The application of one process; its engine runs while the application does."""
    pages = make_pages(settings)

    def at_work(run: Running) -> Followup:
        return Followup(store=run.store, engine=run.engine, people=People(run.store.pool), settings=settings)

    return hosted(
        SERVICE,
        settings,
        (router, web_router),
        context=at_work,
        pages=pages,
        problems=Problems(wording.PROBLEMS, page=problem_page(pages)),
        verifier=verifier,
        clock=clock,
    )
