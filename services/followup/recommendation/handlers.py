"""One function per use case: the facts are in the intent and the arguments; the rules decide."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.followup.context import Followup
from services.followup.recommendation.commands import (
    AcceptRecommendation,
    DeclineRecommendation,
    EndImprovement,
    FollowupCommand,
    RecordGuidance,
    ReviewRecommendation,
)
from services.followup.recommendation.decider import FOLLOWUP, followup_stream
from services.followup.recommendation.decider.state import YearFollowup
from services.followup.recommendation.events import Outcome
from shared.identity.actor import Actor
from shared.identity.policy import Action, may
from shared.store.act import Done, act
from shared.store.encrypted import Encrypted
from shared.store.stream import Stream
from shared.store.unit import Intent


@dataclass(frozen=True, slots=True)
class Place:
    """Whose follow-up of which year a recommendation belongs to."""

    recommendation_id: UUID
    employee_id: UUID
    year: int

    @property
    def stream(self) -> Stream:
        """Where it is kept."""
        return followup_stream(self.employee_id, self.year)


@dataclass(frozen=True, slots=True)
class Session:
    """A guidance session as told by whoever held it."""

    held_on: date
    notes: str
    next_session_on: date | None = None


async def permitted(
    followup: Followup, actor: Actor, action: Action, employee_id: UUID, *, at: datetime
) -> str:
    """The role in which `actor` does this for the employee on that day. Raises NotAllowed."""
    relation = await followup.people.relation(actor.actor_id, employee_id, followup.local_day(at))
    return may(action, actor, relation)


async def accept(
    followup: Followup, place: Place, intent: Intent, *, day: date | None, expected: int | None
) -> Done[YearFollowup]:
    """Accept, for the reason in the intent; `day` completes what it starts."""
    command = AcceptRecommendation(
        recommendation_id=place.recommendation_id,
        on=followup.local_day(intent.at),
        reason_code=intent.reason_code or "",
        day=day,
    )
    return await asked(followup, place, command, intent, expected)


async def decline(
    followup: Followup, place: Place, intent: Intent, *, expected: int | None
) -> Done[YearFollowup]:
    """Decline, for the reason in the intent."""
    command = DeclineRecommendation(
        recommendation_id=place.recommendation_id,
        on=followup.local_day(intent.at),
        reason_code=intent.reason_code or "",
        has_reason=bool(intent.reason_text),
    )
    return await asked(followup, place, command, intent, expected)


async def review(
    followup: Followup, place: Place, intent: Intent, *, stands: bool, expected: int | None
) -> Done[YearFollowup]:
    """Look again after a correction."""
    command = ReviewRecommendation(
        recommendation_id=place.recommendation_id, stands=stands, has_reason=bool(intent.reason_text)
    )
    return await asked(followup, place, command, intent, expected)


async def record_guidance(
    followup: Followup, place: Place, intent: Intent, *, session: Session, expected: int | None
) -> Done[YearFollowup]:
    """Record a session that was held."""
    command = RecordGuidance(
        recommendation_id=place.recommendation_id,
        on=followup.local_day(intent.at),
        held_on=session.held_on,
        notes=Encrypted.of(session.notes),
        has_notes=bool(session.notes.strip()),
        next_session_on=session.next_session_on,
    )
    return await asked(followup, place, command, intent, expected)


async def end_improvement(
    followup: Followup, place: Place, intent: Intent, *, outcome: Outcome, expected: int | None
) -> Done[YearFollowup]:
    """Close the improvement period."""
    command = EndImprovement(
        recommendation_id=place.recommendation_id,
        on=followup.local_day(intent.at),
        outcome=outcome,
        has_reason=bool(intent.reason_text),
    )
    return await asked(followup, place, command, intent, expected)


async def asked(
    followup: Followup, place: Place, command: FollowupCommand, intent: Intent, expected: int | None
) -> Done[YearFollowup]:
    """Decide and append on the follow-up's stream."""
    return await act(
        followup.store,
        FOLLOWUP,
        place.stream,
        command,
        intent,
        subject_id=place.employee_id,
        expected=expected,
    )
