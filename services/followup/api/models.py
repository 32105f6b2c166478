"""What the JSON API takes and gives."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.followup import wording
from services.followup.recommendation.decider.state import (
    Guidance,
    Improvement,
    Recommendation,
    Status,
    Training,
)
from services.followup.recommendation.events import Outcome
from shared.regulation.courses import YEARLY_HOURS
from shared.regulation.followup_rules import Kind, followup_rule

AcceptReason = Literal["result_and_feedback", "need_of_the_unit", "wish_of_the_employee"]
DeclineReason = Literal["already_covered", "another_measure", "not_possible_now", "other"]
LONGEST = 2000


class Asked(BaseModel):
    """A request's body: unknown fields are a mistake, told at once."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Acceptance(Asked):
    """`day` is a course's last day, a first session's date, or a period's first day."""

    reason_code: AcceptReason = Field(examples=["result_and_feedback"])
    reason: str | None = Field(default=None, max_length=LONGEST, examples=["Dibutuhkan di loket layanan."])
    day: date | None = Field(default=None, examples=["2027-03-31"])


class Declination(Asked):
    """Declining is explained in words."""

    reason_code: DeclineReason = Field(examples=["already_covered"])
    reason: str = Field(max_length=LONGEST, examples=["Sudah mengikuti pelatihan serupa tahun ini."])


class Review(Asked):
    """Whether what was accepted stands after the result it rests on was corrected."""

    stands: bool = Field(examples=[True])
    reason: str = Field(max_length=LONGEST, examples=["Pelatihan tetap bermanfaat."])


class SessionHeld(Asked):
    """A guidance session; `next_session_on` sets the date of the next."""

    held_on: date = Field(examples=["2027-02-02"])
    notes: str = Field(max_length=LONGEST, examples=["Menyepakati daftar periksa sebelum laporan dikirim."])
    next_session_on: date | None = Field(default=None, examples=["2027-03-02"])


class ImprovementEnd(Asked):
    """How the improvement period ended."""

    outcome: Outcome = Field(examples=["improved"])
    reason: str = Field(max_length=LONGEST, examples=["Sebelas laporan terakhir tepat waktu."])


class Effect(BaseModel):
    """A change in effect; `version` is also the answer's ETag."""

    recommendation_id: UUID
    version: int = Field(examples=[4])


class RuleCited(BaseModel):
    """The rule that a recommendation comes from."""

    rule_id: str = Field(examples=["training-of-good"])
    valid_from: date = Field(examples=["2022-02-03"])
    citation: str = Field(examples=["PP 30/2019; PP 11/2017 Ps 203"])

    @classmethod
    def of(cls, rule_id: str, valid_from: date) -> "RuleCited":
        """The rule as it stood when it was applied."""
        rule = followup_rule(rule_id, valid_from)
        return cls(rule_id=rule_id, valid_from=valid_from, citation=rule.citation if rule else "")


class Listed(BaseModel):
    """A recommendation in a list."""

    recommendation_id: UUID
    employee_id: UUID
    year: int = Field(examples=[2026])
    kind: Kind
    code: str = Field(examples=["public-service-communication"])
    title: str = Field(examples=["Komunikasi Layanan Publik"])
    competence: str | None = Field(examples=["communication"])
    rule: RuleCited
    result_event_id: UUID
    predicate: str | None = Field(examples=["good"])
    feedback_ids: list[UUID]
    has_priority: bool
    status: Status
    needs_review: bool
    recommended_at: datetime


class TrainingPart(BaseModel):
    """The course that an accepted recommendation assigned."""

    assignment_id: UUID
    complete_by: date
    completed_on: date | None
    hours: Decimal | None = Field(examples=["20"])

    @classmethod
    def of(cls, training: Training) -> "TrainingPart":
        """Without the certificate's number."""
        return cls(
            assignment_id=training.assignment_id,
            complete_by=training.complete_by,
            completed_on=training.completed_on,
            hours=training.hours,
        )


class GuidancePart(BaseModel):
    """The sessions held and the next one."""

    next_session_on: date | None
    held_on: list[date]

    @classmethod
    def of(cls, guidance: Guidance) -> "GuidancePart":
        """Without the notes."""
        return cls(
            next_session_on=guidance.next_session_on, held_on=[one.held_on for one in guidance.sessions]
        )


class ImprovementPart(BaseModel):
    """The improvement period, both days included."""

    starts_on: date
    ends_on: date
    ended_on: date | None
    outcome: Outcome | None

    @classmethod
    def of(cls, period: Improvement) -> "ImprovementPart":
        """The period as it stands."""
        return cls(
            starts_on=period.starts_on,
            ends_on=period.ends_on,
            ended_on=period.ended_on,
            outcome=period.outcome,
        )


class Shown(BaseModel):
    """One recommendation with what came of it."""

    recommendation_id: UUID
    employee_id: UUID
    year: int
    kind: Kind
    code: str
    title: str
    competence: str | None
    rule: RuleCited
    result_event_id: UUID
    feedback_ids: list[UUID]
    has_priority: bool
    status: Status
    needs_review: bool
    training: TrainingPart | None
    guidance: GuidancePart | None
    improvement: ImprovementPart | None

    @classmethod
    def of(cls, one: Recommendation, employee_id: UUID, year: int) -> "Shown":
        """The recommendation as it stands now."""
        return cls(
            recommendation_id=one.recommendation_id,
            employee_id=employee_id,
            year=year,
            kind=one.kind,
            code=one.code,
            title=wording.title_of(one.kind, one.code),
            competence=one.competence,
            rule=RuleCited.of(one.rule_id, one.rule_from),
            result_event_id=one.result_event_id,
            feedback_ids=list(one.feedback_ids),
            has_priority=one.has_priority,
            status=one.status,
            needs_review=one.needs_review,
            training=TrainingPart.of(one.training) if one.training else None,
            guidance=GuidancePart.of(one.guidance) if one.guidance else None,
            improvement=ImprovementPart.of(one.improvement) if one.improvement else None,
        )


class TrainingListed(BaseModel):
    """A course assigned to an employee."""

    assignment_id: UUID
    recommendation_id: UUID
    employee_id: UUID
    year: int
    course_code: str = Field(examples=["public-service-communication"])
    course_title: str = Field(examples=["Komunikasi Layanan Publik"])
    special: bool
    complete_by: date
    completed_on: date | None
    hours: Decimal | None = Field(examples=["20"])


class GuidanceListed(BaseModel):
    """Guidance under way."""

    model_config = ConfigDict(from_attributes=True)

    recommendation_id: UUID
    employee_id: UUID
    year: int
    session_on: date | None = Field(description="The next session")


class ImprovementListed(BaseModel):
    """An improvement period, both days included."""

    model_config = ConfigDict(from_attributes=True)

    recommendation_id: UUID
    employee_id: UUID
    year: int
    starts_on: date | None
    ends_on: date | None
    outcome: Outcome | None


class Development(BaseModel):
    """An employee's lesson hours (JP) of a year against the norm."""

    employee_id: UUID
    year: int
    hours: Decimal = Field(examples=["20"])
    norm: int = Field(examples=[20])
    citation: str = Field(examples=["PP 11/2017 Ps 203"])

    @classmethod
    def of(cls, employee_id: UUID, year: int, hours: Decimal) -> "Development":
        """Against the norm in force at the year's end."""
        norm = YEARLY_HOURS.on(date(year, 12, 31))
        return cls(employee_id=employee_id, year=year, hours=hours, norm=norm.value, citation=norm.citation)
