"""What follow-up knows about its own trail: words, names, and what an auditor filters by."""

from collections.abc import Sequence
from itertools import chain
from typing import Any
from uuid import UUID

from services.followup import wording
from services.followup.context import Followup
from services.followup.recommendation.decider import FOLLOWUP
from services.followup.recommendation.decider.state import YearFollowup
from services.followup.recommendation.events import (
    ImprovementEnded,
    RecommendationAccepted,
    RecommendationConfirmed,
    RecommendationDeclined,
    RecommendationRevoked,
    ResultReceived,
    ReviewRequested,
    TrainingCompleted,
)
from shared.erasure.record import ERASURE
from shared.projection.trail import Flag, Step
from shared.store.stream import Stream
from shared.store.unit import Recorded
from shared.web.trail_teller import Names, Telling, teller
from shared.web.trail_view import TrailEntry

PATH = "/tindak-lanjut/jejak"
HIDDEN = frozenset({"recommendation_id", "evaluation_id", "result_event_id", "assignment_id", "code"})


def flags(recorded: Recorded, before: Any, after: Any) -> list[Flag]:
    """A changed result or decision, a recommendation declined, a course completed late."""
    del before
    match recorded.event:
        case ReviewRequested() | RecommendationConfirmed() | RecommendationRevoked():
            return [Flag.AFTER_AGREEMENT]
        case ResultReceived(result_version=version) if version > 1:
            return [Flag.AFTER_AGREEMENT]
        case RecommendationDeclined():
            return [Flag.DIFFERS]
        case TrainingCompleted(recommendation_id=identity, completed_on=completed_on):
            training = after.get(identity).training
            return [Flag.LATE] if training and completed_on > training.complete_by else []
        case _:
            return []


Decision = (
    RecommendationAccepted
    | RecommendationDeclined
    | RecommendationConfirmed
    | RecommendationRevoked
    | ImprovementEnded
)


def telling(followup: Followup) -> Telling:
    """Everything it takes to tell the trail in words."""
    return Telling(
        store=followup.store,
        engine=followup.engine,
        people=followup.people,
        timezone=followup.settings.timezone,
        aggregates=(FOLLOWUP, ERASURE),
        events=wording.EVENT_LABELS,
        fields=wording.FIELD_LABELS,
        codes=wording.CODES,
        answers=wording.ANSWERS,
        records={FOLLOWUP.kind: wording.SERVICE, ERASURE.kind: wording.ERASURE},
        record_path=record_path,
        names_in=names_in,
        hidden=HIDDEN,
    )


async def decisions(
    followup: Followup, recorded: Sequence[Recorded], recommendation_id: UUID
) -> tuple[TrailEntry, ...]:
    """What persons decided on one recommendation, newest first: who, when and why."""
    found = [
        one
        for one in reversed(recorded)
        if isinstance(one.event, Decision) and one.event.recommendation_id == recommendation_id
    ]
    speaks = await teller(telling(followup), found)
    return tuple(speaks.entry(Step(one, ()), {}) for one in found)


def record_path(stream: Stream, subject_id: UUID | None) -> str:
    """The address of a follow-up's trail."""
    if stream.kind == ERASURE.kind:
        return f"{PATH}/{subject_id}"
    return f"{PATH}/{subject_id}/{stream.plan_year}"


def names_in(state: Any) -> Names:
    """Recommendations and results by their titles, feedback by its number."""
    if not isinstance(state, YearFollowup):
        return {}
    results = {
        str(one.evaluation_id): f"{wording.FIELD_LABELS['results']} ({wording.PREDICATES[one.predicate]})"
        for one in state.results
    }
    recommendations = {
        str(one.recommendation_id): wording.title_of(one.kind, one.code) for one in state.recommendations
    }
    return results | recommendations | feedback_in(state)


def feedback_in(followup: YearFollowup) -> dict[str, str]:
    """The year's feedback, numbered as the recommendations first cite it: later ones change no number."""
    cited = chain.from_iterable(one.feedback_ids for one in followup.recommendations)
    return {
        str(identity): wording.FEEDBACK.format(number=number)
        for number, identity in enumerate(dict.fromkeys(cited), start=1)
    }
