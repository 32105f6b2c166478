"""The read tables of follow-up: recommendations, trainings and results, found without folding streams."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    MetaData,
    Numeric,
    SmallInteger,
    Table,
    Text,
    Uuid,
)

from services.followup.recommendation.decider.state import Status
from services.followup.recommendation.events import (
    FollowupRecommended,
    FollowupWithdrawn,
    GuidanceHeld,
    GuidanceScheduled,
    ImprovementEnded,
    ImprovementStarted,
    RecommendationAccepted,
    RecommendationConfirmed,
    RecommendationDeclined,
    RecommendationRevoked,
    ResultReceived,
    ReviewRequested,
    TrainingAssigned,
    TrainingCompleted,
)
from shared import people
from shared.projection.projection import Change, Projection
from shared.projection.trail import TRAIL
from shared.store.unit import Recorded

READ = MetaData(schema="read")

RECOMMENDATIONS = Table(
    "recommendations",
    READ,
    Column("recommendation_id", Uuid, primary_key=True),
    Column("employee_id", Uuid),
    Column("year", SmallInteger),
    Column("evaluation_id", Uuid),
    Column("result_event_id", Uuid),
    Column("kind", Text),
    Column("code", Text),
    Column("competence", Text),
    Column("rule_id", Text),
    Column("rule_from", Date),
    Column("feedback_ids", ARRAY(Uuid)),
    Column("has_priority", Boolean),
    Column("status", Text),
    Column("needs_review", Boolean),
    Column("recommended_at", DateTime(timezone=True)),
    Column("decided_at", DateTime(timezone=True)),
    Column("session_on", Date),
    Column("starts_on", Date),
    Column("ends_on", Date),
    Column("outcome", Text),
    Index("recommendations_employee", "employee_id", "year"),
    Index("recommendations_status", "status", "recommended_at", "recommendation_id"),
)

TRAININGS = Table(
    "trainings",
    READ,
    Column("assignment_id", Uuid, primary_key=True),
    Column("recommendation_id", Uuid),
    Column("employee_id", Uuid),
    Column("year", SmallInteger),
    Column("course_code", Text),
    Column("is_special", Boolean),
    Column("assigned_at", DateTime(timezone=True)),
    Column("complete_by", Date),
    Column("completed_on", Date),
    Column("hours", Numeric),
    Index("trainings_employee", "employee_id", "completed_on"),
)

RESULTS = Table(
    "results",
    READ,
    Column("evaluation_id", Uuid, primary_key=True),
    Column("employee_id", Uuid),
    Column("year", SmallInteger),
    Column("result_event_id", Uuid),
    Column("result_version", Integer),
    Column("predicate", Text),
    Column("unit_id", Uuid),
    Column("appraiser_id", Uuid),
    Column("received_at", DateTime(timezone=True)),
    Index("results_employee", "employee_id", "year"),
)

TABLES = (*people.TABLES, RECOMMENDATIONS, TRAININGS, RESULTS, TRAIL)


def fold(rows: Sequence[Recorded]) -> list[Change]:
    """What each event changes in the read tables."""
    return [change for row in rows for change in changes(row)]


def changes(row: Recorded) -> list[Change]:
    """One event's changes."""
    happened = row.event
    match happened:
        case ResultReceived():
            return [result(row, happened)]
        case FollowupRecommended():
            return [recommended(row, happened)]
        case TrainingAssigned() | TrainingCompleted():
            return [training(row, happened)]
        case RecommendationAccepted():
            return [changed(happened.recommendation_id, status=Status.ACCEPTED, decided_at=row.recorded_at)]
        case RecommendationDeclined():
            return [changed(happened.recommendation_id, status=Status.DECLINED, decided_at=row.recorded_at)]
        case FollowupWithdrawn():
            return [changed(happened.recommendation_id, status=Status.WITHDRAWN, needs_review=False)]
        case RecommendationRevoked():
            taken_back = {"status": Status.WITHDRAWN, "needs_review": False, "decided_at": row.recorded_at}
            return [changed(happened.recommendation_id, **taken_back)]
        case ReviewRequested():
            return [changed(happened.recommendation_id, needs_review=True)]
        case RecommendationConfirmed():
            return [changed(happened.recommendation_id, needs_review=False)]
        case _:
            return carried_out(happened)


def carried_out(happened: object) -> list[Change]:
    """What guidance and improvement change; promotion and placement say nothing beyond their acceptance."""
    match happened:
        case GuidanceScheduled():
            return [changed(happened.recommendation_id, session_on=happened.session_on)]
        case GuidanceHeld():
            return [changed(happened.recommendation_id, session_on=None)]
        case ImprovementStarted():
            dates = {"starts_on": happened.starts_on, "ends_on": happened.ends_on}
            return [changed(happened.recommendation_id, **dates)]
        case ImprovementEnded():
            return [changed(happened.recommendation_id, outcome=happened.outcome.value)]
        case _:
            return []


def changed(recommendation_id: UUID, **values: Any) -> Change:
    """Some columns of one recommendation."""
    return Change(RECOMMENDATIONS, {"recommendation_id": recommendation_id}, values)


def result(row: Recorded, happened: ResultReceived) -> Change:
    """The newest result of an evaluation."""
    values = {
        "employee_id": row.subject_id,
        "year": row.stream.plan_year,
        "result_event_id": happened.result_event_id,
        "result_version": happened.result_version,
        "predicate": happened.predicate.value,
        "unit_id": happened.unit_id,
        "appraiser_id": happened.appraiser_id,
        "received_at": row.recorded_at,
    }
    return Change(RESULTS, {"evaluation_id": happened.evaluation_id}, values)


def recommended(row: Recorded, happened: FollowupRecommended) -> Change:
    """A recommendation waiting for a person."""
    return changed(
        happened.recommendation_id,
        employee_id=row.subject_id,
        year=row.stream.plan_year,
        evaluation_id=happened.evaluation_id,
        result_event_id=happened.result_event_id,
        kind=happened.kind.value,
        code=happened.code,
        competence=happened.competence,
        rule_id=happened.rule_id,
        rule_from=happened.rule_from,
        feedback_ids=list(happened.feedback_ids),
        has_priority=happened.has_priority,
        status=Status.OPEN,
        needs_review=False,
        recommended_at=row.recorded_at,
    )


def training(row: Recorded, happened: TrainingAssigned | TrainingCompleted) -> Change:
    """A course assigned, or attended."""
    key = {"assignment_id": happened.assignment_id}
    if isinstance(happened, TrainingCompleted):
        return Change(TRAININGS, key, {"completed_on": happened.completed_on, "hours": happened.hours})
    values = {
        "recommendation_id": happened.recommendation_id,
        "employee_id": row.subject_id,
        "year": row.stream.plan_year,
        "course_code": happened.course_code,
        "is_special": happened.is_special,
        "assigned_at": row.recorded_at,
        "complete_by": happened.complete_by,
    }
    return Change(TRAININGS, key, values)


FOLLOWUPS = Projection("followups", 1, (RECOMMENDATIONS, TRAININGS, RESULTS), fold)
