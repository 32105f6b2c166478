"""Named events and commands that the follow-up tests are told with."""

from datetime import date
from decimal import Decimal
from uuid import UUID, uuid5

from services.followup.recommendation.commands import ReceiveResult
from services.followup.recommendation.decider import FOLLOWUP
from services.followup.recommendation.events import FollowupEvent, FollowupRecommended
from shared.regulation.followup_rules import CompetenceSeen, Kind
from shared.regulation.rating import Predicate
from tests.spec import Spec

NAMESPACE = UUID("0f6a3c52-0000-4000-8000-000000000000")
EVALUATION = uuid5(NAMESPACE, "evaluation")
FIRST_RESULT = uuid5(NAMESPACE, "first result")
CORRECTED_RESULT = uuid5(NAMESPACE, "corrected result")
UNIT = uuid5(NAMESPACE, "unit")
APPRAISER = uuid5(NAMESPACE, "appraiser")
FEEDBACK = uuid5(NAMESPACE, "feedback")
ALL_FEEDBACK = (FEEDBACK, uuid5(NAMESPACE, "feedback on no competence"))
TODAY = date(2026, 1, 20)
HOURS = Decimal(20)

communication_to_develop = CompetenceSeen("communication", is_strength=False, feedback_ids=(FEEDBACK,))
communication_as_strength = CompetenceSeen("communication", is_strength=True, feedback_ids=(FEEDBACK,))

followup = Spec(FOLLOWUP.decider)


def result(
    predicate: Predicate,
    *competences: CompetenceSeen,
    event_id: UUID = FIRST_RESULT,
    version: int = 1,
    year_before: Predicate | None = None,
) -> ReceiveResult:
    """A published result, told by what matters to follow-up."""
    return ReceiveResult(
        on=TODAY,
        evaluation_id=EVALUATION,
        result_event_id=event_id,
        result_version=version,
        predicate=predicate,
        result_rating="met",
        behavior_rating="met",
        reports_on_time=11,
        reports_due=12,
        unit_id=UNIT,
        appraiser_id=APPRAISER,
        competences=competences,
        feedback_ids=ALL_FEEDBACK,
        year_before=year_before,
    )


def after(command: ReceiveResult, *earlier: FollowupEvent) -> tuple[FollowupEvent, ...]:
    """What has happened once a result came in."""
    state = FOLLOWUP.decider.fold(earlier)
    return (*earlier, *FOLLOWUP.decider.decide(state, command))


def recommended(events: tuple[FollowupEvent, ...]) -> list[tuple[Kind, str]]:
    """The kinds and codes recommended, in order."""
    return [(one.kind, one.code) for one in events if isinstance(one, FollowupRecommended)]


def identity(events: tuple[FollowupEvent, ...], code: str) -> UUID:
    """The id under which `code` was recommended last."""
    found = [one for one in events if isinstance(one, FollowupRecommended) and one.code == code]
    return found[-1].recommendation_id
