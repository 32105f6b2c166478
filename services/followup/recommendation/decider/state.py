"""What decisions need to know of one employee's follow-up, and what the trail shows before and after."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from services.followup.recommendation.decider.refusals import RecommendationIsUnknown
from services.followup.recommendation.events import Outcome
from shared.regulation.followup_rules import Kind
from shared.regulation.rating import Predicate
from shared.store.encrypted import Encrypted


class Status(StrEnum):
    """Where a recommendation stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Result:
    """The newest result known of one evaluation."""

    evaluation_id: UUID
    result_event_id: UUID
    result_version: int
    predicate: Predicate


@dataclass(frozen=True)
class Training:
    """A course assigned, and what came back."""

    assignment_id: UUID
    complete_by: date
    completed_on: date | None = None
    hours: Decimal | None = None
    certificate_number: Encrypted[str] | None = None


@dataclass(frozen=True)
class Session:
    """A guidance session that took place."""

    held_on: date
    notes: Encrypted[str]


@dataclass(frozen=True)
class Guidance:
    """Guidance under way: the sessions held, and the date of the next."""

    next_session_on: date | None = None
    sessions: tuple[Session, ...] = ()


@dataclass(frozen=True)
class Improvement:
    """An improvement period, both days included."""

    starts_on: date
    ends_on: date
    ended_on: date | None = None
    outcome: Outcome | None = None


@dataclass(frozen=True)
class Recommendation:
    """One recommendation, why it was made, and what came of it."""

    recommendation_id: UUID
    evaluation_id: UUID
    result_event_id: UUID
    kind: Kind
    code: str
    competence: str | None
    rule_id: str
    rule_from: date
    feedback_ids: tuple[UUID, ...]
    has_priority: bool
    status: Status = Status.OPEN
    needs_review: bool = False
    training: Training | None = None
    guidance: Guidance | None = None
    improvement: Improvement | None = None


@dataclass(frozen=True)
class YearFollowup:
    """One employee's follow-up of one year."""

    results: tuple[Result, ...] = ()
    recommendations: tuple[Recommendation, ...] = ()

    def get(self, recommendation_id: UUID) -> Recommendation:
        """The recommendation of that id. Raises RecommendationIsUnknown."""
        for recommendation in self.recommendations:
            if recommendation.recommendation_id == recommendation_id:
                return recommendation
        raise RecommendationIsUnknown

    def assigned(self, assignment_id: UUID) -> Recommendation | None:
        """The recommendation whose training carries that id."""
        for recommendation in self.recommendations:
            if recommendation.training and recommendation.training.assignment_id == assignment_id:
                return recommendation
        return None

    def result_of(self, evaluation_id: UUID) -> Result | None:
        """The newest result of that evaluation."""
        return next(
            (result for result in self.results if result.evaluation_id == evaluation_id),
            None,
        )

    @property
    def predicate(self) -> Predicate | None:
        """The predicate received last."""
        return self.results[-1].predicate if self.results else None
