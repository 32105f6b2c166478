"""What assessment says in public about each of its events."""

from typing import Any

from services.assessment.evaluation.decider import evaluation_stream
from services.assessment.evaluation.events import (
    AssessmentCompleted,
    AssessmentCorrected,
    NotedCompetence,
    PlanIdentity,
)
from services.assessment.feedback.events import FeedbackGiven
from services.assessment.progress.events import ProgressReported
from shared.contracts.assessment import (
    AssessmentCompletedV1,
    AssessmentCorrectedV1,
    AssessmentErasureDoneV1,
    CompetencePart,
    FeedbackGivenV1,
    IndicatorReportsPart,
    ProgressReportedV1,
)
from shared.contracts.contract import Contract
from shared.erasure.record import ErasureDone
from shared.messaging.outgoing import Outgoing, Streams
from shared.store.unit import Recorded

UNSTATED = "unstated"


async def public_events(recorded: Recorded, streams: Streams) -> list[Outgoing]:
    """At most one message: codes and numbers only, never a name or a free text."""
    del streams
    said = message(recorded)
    return [] if said is None or recorded.subject_id is None else [Outgoing.of(recorded.subject_id, said)]


def message(recorded: Recorded) -> Contract | None:
    """The public form of one event; what is private (drafts, answers, reading) has none."""
    match recorded.event:
        case ErasureDone() if recorded.subject_id:
            return AssessmentErasureDoneV1(employee_id=recorded.subject_id)
        case AssessmentCompleted() as completed:
            return AssessmentCompletedV1(**result(completed))
        case AssessmentCorrected() as corrected:
            return AssessmentCorrectedV1(**result(corrected), reason_code=recorded.reason_code or UNSTATED)
        case ProgressReported() as report:
            return ProgressReportedV1(
                **about(report.plan),
                indicator_id=report.indicator_id,
                month=report.month,
                due_on=report.due_on,
                days_late=report.days_late,
            )
        case FeedbackGiven() as given:
            return FeedbackGivenV1(
                **about(given.plan),
                feedback_id=given.feedback_id,
                kind=given.kind.value,
                competences=tuple(
                    CompetencePart(code=one.code, kind=one.kind.value, feedback_ids=(given.feedback_id,))
                    for one in given.competences
                ),
            )
        case _:
            return None


def about(plan: PlanIdentity) -> dict[str, Any]:
    return {
        "evaluation_id": evaluation_stream(plan.employee_id, plan.year, plan.segment).stream_id,
        "plan_id": plan.plan_id,
        "employee_id": plan.employee_id,
        "year": plan.year,
        "segment": plan.segment,
        "unit_id": plan.unit_id,
        "appraiser_id": plan.appraiser_id,
    }


def result(event: AssessmentCompleted | AssessmentCorrected) -> dict[str, Any]:
    return {
        **about(event.plan),
        "result_rating": event.result_rating.value,
        "behavior_rating": event.behavior_rating.value,
        "predicate": event.predicate.predicate.value,
        "reports_on_time": event.reports_on_time,
        "reports_due": event.reports_due,
        "indicators": tuple(
            IndicatorReportsPart(
                indicator_id=one.indicator_id, on_time=one.reports_on_time, due=one.reports_due
            )
            for one in event.indicators
        ),
        "competences": tuple(competence(one) for one in event.competences),
        "feedback_ids": event.feedback_ids,
        "result_version": event.result_version,
        "supersedes": event.supersedes,
    }


def competence(noted: NotedCompetence) -> CompetencePart:
    return CompetencePart(code=noted.code, kind=noted.kind.value, feedback_ids=noted.feedback_ids)
