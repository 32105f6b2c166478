"""Assessment put together: the only file that knows all of it."""

from collections.abc import Sequence

from fastapi import FastAPI

from services.assessment import wording
from services.assessment.api import router
from services.assessment.api.progress import ALL_FILES
from services.assessment.calendar.decider import AGGREGATE as CALENDAR
from services.assessment.consumers import REACTIONS
from services.assessment.context import Assessment
from services.assessment.evaluation.decider import AGGREGATE as EVALUATION
from services.assessment.feedback.decider import AGGREGATE as FEEDBACK
from services.assessment.progress.decider import AGGREGATE as PROGRESS
from services.assessment.projections import EVALUATION_LIST, FEEDBACK_LIST, PROGRESS_LIST, TABLES
from services.assessment.public_events import public_events
from services.assessment.queries.flags import flags
from services.assessment.web import router as web_router
from services.assessment.web.pages import make_pages
from shared import people_feed
from shared.clock import Clock
from shared.contracts import assessment as own_messages
from shared.contracts import planning
from shared.erasure.record import ERASURE
from shared.identity.tokens import TokenVerifier
from shared.messaging.inbox import Inbox
from shared.messaging.topics import Topic
from shared.people import People
from shared.projection.projection import Reader
from shared.projection.trail import Trail
from shared.service import Running, Service
from shared.settings import Settings
from shared.store.files import EncryptedFiles
from shared.store.store import Store
from shared.web.hosting import hosted
from shared.web.problem_page import problem_page
from shared.web.problems import Problems

AGGREGATES = (EVALUATION, PROGRESS, FEEDBACK, CALENDAR, ERASURE)


def readers(store: Store) -> Sequence[Reader]:
    """Everything that follows the log."""
    del store
    return (EVALUATION_LIST, PROGRESS_LIST, FEEDBACK_LIST, Trail(AGGREGATES, flags, version=2))


def inboxes(store: Store, settings: Settings) -> Sequence[Inbox]:
    """Everything that follows others."""
    return (
        Inbox(store, "assessment", REACTIONS, demo=settings.is_demo),
        Inbox(store, "assessment-people", [], [people_feed.feed()], demo=settings.is_demo),
    )


def publishes(partitions: int) -> Sequence[Topic]:
    """The topics that assessment writes."""
    return [Topic(own_messages.EVENTS, partitions)]


def consumes(partitions: int) -> Sequence[Topic]:
    """The topics that assessment reads."""
    return [Topic(planning.EVENTS, partitions), people_feed.TOPIC]


SERVICE = Service(
    name="assessment",
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

    def at_work(run: Running) -> Assessment:
        return Assessment(
            store=run.store,
            engine=run.engine,
            people=People(run.store.pool),
            settings=settings,
            files=EncryptedFiles(settings.evidence_dir, run.store.keyring),
        )

    return hosted(
        SERVICE,
        settings,
        (router, web_router),
        context=at_work,
        pages=pages,
        problems=Problems(wording.PROBLEMS, details=wording.DETAILS, page=problem_page(pages)),
        limits={"/reports": ALL_FILES, "/lapor": ALL_FILES},
        verifier=verifier,
        clock=clock,
    )
