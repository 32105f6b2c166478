"""The read tables of assessment, each a pure fold over the log."""

from collections.abc import Sequence
from typing import Any, assert_never

from sqlalchemy import (
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

from services.assessment.evaluation.events import (
    AssessmentCompleted,
    AssessmentCorrected,
    BehaviorRated,
    EvaluationEvent,
    EvaluationOpened,
    EvaluationPlanRevised,
    EvaluationRegistered,
    EvaluationReturned,
    PlanIdentity,
    ResultAcknowledged,
    ResultsRated,
)
from services.assessment.feedback.events import FeedbackAnswered, FeedbackEvent, FeedbackGiven
from services.assessment.progress.events import EarlierDateAccepted, ProgressEvent, ProgressReported
from shared import people
from shared.projection.projection import Change, Projection
from shared.projection.trail import TRAIL
from shared.store.unit import Recorded

READ = MetaData(schema="read")

EVALUATIONS = Table(
    "evaluations",
    READ,
    Column("evaluation_id", Uuid, primary_key=True),
    Column("employee_id", Uuid),
    Column("plan_id", Uuid),
    Column("year", SmallInteger),
    Column("segment", SmallInteger),
    Column("unit_id", Uuid),
    Column("appraiser_id", Uuid),
    Column("status", Text),
    Column("since", DateTime(timezone=True)),
    Column("version", Integer),
    Column("has_results_draft", Boolean),
    Column("has_behavior_draft", Boolean),
    Column("result_rating", Text),
    Column("behavior_rating", Text),
    Column("predicate", Text),
    Column("reports_on_time", Integer),
    Column("reports_due", Integer),
    Column("result_version", Integer),
    Column("result_event_id", Uuid),
    Column("published_at", DateTime(timezone=True)),
    Column("acknowledged_version", Integer),
    Index("evaluations_employee", "employee_id", "year"),
    Index("evaluations_appraiser", "appraiser_id", "year"),
    Index("evaluations_since", "since", "evaluation_id"),
)

REPORTS = Table(
    "reports",
    READ,
    Column("progress_id", Uuid, primary_key=True),
    Column("indicator_id", Uuid, primary_key=True),
    Column("month", SmallInteger, primary_key=True),
    Column("employee_id", Uuid),
    Column("year", SmallInteger),
    Column("segment", SmallInteger),
    Column("realised", Numeric),
    Column("recorded_on", Date),
    Column("due_on", Date),
    Column("days_late", Integer),
    Column("accepted_on", Date),
    Index("reports_employee", "employee_id", "year", "segment"),
)

FEEDBACK = Table(
    "feedback",
    READ,
    Column("feedback_id", Uuid, primary_key=True),
    Column("employee_id", Uuid),
    Column("year", SmallInteger),
    Column("segment", SmallInteger),
    Column("giver_id", Uuid),
    Column("kind", Text),
    Column("result_id", Uuid),
    Column("value", Text),
    Column("given_at", DateTime(timezone=True)),
    Column("answered_at", DateTime(timezone=True)),
    Index("feedback_employee", "employee_id", "year", "segment"),
    Index("feedback_giver", "giver_id", "given_at"),
)

COMPETENCES = Table(
    "competences",
    READ,
    Column("feedback_id", Uuid, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("kind", Text),
    Column("employee_id", Uuid),
    Column("year", SmallInteger),
    Column("segment", SmallInteger),
    Index("competences_employee", "employee_id", "year", "segment"),
)

TABLES = (*people.TABLES, EVALUATIONS, REPORTS, FEEDBACK, COMPETENCES, TRAIL)


def fold_evaluations(rows: Sequence[Recorded]) -> list[Change]:
    """One row per evaluation: where it stands, and its published result."""
    return [
        Change(
            EVALUATIONS,
            {"evaluation_id": row.stream.stream_id},
            {"version": row.stream_version, **evaluation_values(row, row.event)},
        )
        for row in rows
        if row.stream.kind == "evaluation"
    ]


def evaluation_values(row: Recorded, event: EvaluationEvent) -> dict[str, Any]:
    """The columns that one event sets."""
    match event:
        case EvaluationRegistered(plan=plan):
            return {**identity(plan), **standing("awaiting_agreement", row)}
        case EvaluationReturned():
            return standing("returned", row)
        case EvaluationOpened(plan=plan):
            return {**identity(plan), **standing("open", row)}
        case EvaluationPlanRevised(plan=plan):
            return {**identity(plan), "has_results_draft": False}
        case ResultsRated():
            return {"has_results_draft": True}
        case BehaviorRated():
            return {"has_behavior_draft": True}
        case AssessmentCompleted() | AssessmentCorrected():
            return {**published(row, event), **standing("published", row)}
        case ResultAcknowledged(result_version=version):
            return {"acknowledged_version": version}
        case _:
            assert_never(event)


def identity(plan: PlanIdentity) -> dict[str, Any]:
    return {
        "employee_id": plan.employee_id,
        "plan_id": plan.plan_id,
        "year": plan.year,
        "segment": plan.segment,
        "unit_id": plan.unit_id,
        "appraiser_id": plan.appraiser_id,
    }


def standing(status: str, row: Recorded) -> dict[str, Any]:
    return {"status": status, "since": row.recorded_at}


def published(row: Recorded, result: AssessmentCompleted | AssessmentCorrected) -> dict[str, Any]:
    return {
        "result_rating": result.result_rating,
        "behavior_rating": result.behavior_rating,
        "predicate": result.predicate.predicate,
        "reports_on_time": result.reports_on_time,
        "reports_due": result.reports_due,
        "result_version": result.result_version,
        "result_event_id": row.event_id,
        "published_at": row.recorded_at,
    }


def fold_progress(rows: Sequence[Recorded]) -> list[Change]:
    """One row per reported month."""
    return [progress_change(row, row.event) for row in rows if row.stream.kind == "progress"]


def progress_change(row: Recorded, event: ProgressEvent) -> Change:
    """The month that one event is about."""
    key = {"progress_id": row.stream.stream_id, "indicator_id": event.indicator_id, "month": event.month}
    match event:
        case ProgressReported():
            values = {
                **whose(event.plan),
                "realised": event.realised,
                "recorded_on": event.recorded_on,
                "due_on": event.due_on,
                "days_late": event.days_late,
            }
            return Change(REPORTS, key, values)
        case EarlierDateAccepted():
            return Change(REPORTS, key, {"accepted_on": event.accepted_on, "days_late": event.days_late})
        case _:
            assert_never(event)


def whose(plan: PlanIdentity) -> dict[str, Any]:
    return {"employee_id": plan.employee_id, "year": plan.year, "segment": plan.segment}


def fold_feedback(rows: Sequence[Recorded]) -> list[Change]:
    """One row per feedback and one per competence it names."""
    return [
        change for row in rows if row.stream.kind == "feedback" for change in feedback_changes(row, row.event)
    ]


def feedback_changes(row: Recorded, event: FeedbackEvent) -> list[Change]:
    """What one event changes."""
    key = {"feedback_id": event.feedback_id}
    match event:
        case FeedbackGiven(plan=plan):
            values = {
                **whose(plan),
                "giver_id": row.actor_id,
                "kind": event.kind,
                "result_id": event.result_id,
                "value": event.value,
                "given_at": row.recorded_at,
            }
            return [Change(FEEDBACK, key, values)] + [
                Change(COMPETENCES, {**key, "code": one.code}, {**whose(plan), "kind": one.kind})
                for one in event.competences
            ]
        case FeedbackAnswered():
            return [Change(FEEDBACK, key, {"answered_at": row.recorded_at})]
        case _:
            assert_never(event)


EVALUATION_LIST = Projection("evaluations", 1, (EVALUATIONS,), fold_evaluations)
PROGRESS_LIST = Projection("progress", 1, (REPORTS,), fold_progress)
FEEDBACK_LIST = Projection("feedback", 1, (FEEDBACK, COMPETENCES), fold_feedback)
