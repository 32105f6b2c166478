"""What clients get: records in codes and numbers, texts opened for those who may read them."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from starlette.responses import Response

from services.assessment.context import Assessment
from services.assessment.evaluation.decider import Status
from services.assessment.evaluation.events import Assessed, PlanContent, PlanIdentity
from services.assessment.feedback.decider import Feedback
from services.assessment.feedback.events import FeedbackKind, SeenCompetence
from services.assessment.progress.decider import Progress, Report
from services.assessment.queries.cases import Case, numbers, reports
from services.assessment.queries.results import Draft, Published, draft, published
from services.assessment.wording import ERASED
from shared.regulation.behavior import Value
from shared.store.act import Done
from shared.store.encrypted import Encrypted
from shared.web.api import set_version


class Change(BaseModel):
    """What a change did: the record's version now. Repeats answer the same."""

    stream_id: UUID
    version: int
    feedback_id: UUID | None = None


class EvaluationRecord(BaseModel):
    """One evaluation. Publication fixes `assessed`, computed now until then; `draft` is the appraiser's."""

    evaluation_id: UUID
    employee_id: UUID
    year: int
    segment: int
    version: int
    status: Status
    plan: PlanIdentity | None
    content: PlanContent | None
    assessed: Assessed | None
    draft: Draft | None
    published: Published | None


class EvidenceLine(BaseModel):
    """A file; `file_name` is null once erased."""

    evidence_id: UUID
    file_name: str | None
    media_type: str
    size: int
    sha256: str


class ReportLine(BaseModel):
    """One month of one indicator as it stands."""

    indicator_id: UUID
    month: int
    planned_action: str | None
    realised: Decimal
    completed_on: date | None
    recorded_on: date
    first_recorded_on: date
    due_on: date | None
    days_late: int
    accepted_on: date | None
    evidence: list[EvidenceLine]


class ProgressRecord(BaseModel):
    """All reports on one plan."""

    version: int
    reports: list[ReportLine]


class FeedbackLine(BaseModel):
    """One feedback with its answer; erased texts are null."""

    feedback_id: UUID
    kind: FeedbackKind
    result_id: UUID | None
    value: Value | None
    seen: str | None
    next_step: str | None
    competences: list[SeenCompetence]
    evidence_ids: list[UUID]
    is_answered: bool
    answer: str | None


class FeedbackRecord(BaseModel):
    """All feedback on one plan."""

    version: int
    feedback: list[FeedbackLine]


def change(done: Done[Any], response: Response) -> Change:
    """The stored answer of a change, with its version as ETag."""
    set_version(response, done.version)
    return Change.model_validate(done.outcome)


async def evaluation_record(
    context: Assessment, case: Case, day: date, *, with_draft: bool
) -> EvaluationRecord:
    """The record as the asker may see it."""
    state, assessed = case.evaluation, None
    if state.content:  # nothing is reported on a plan that was not agreed
        assessed = numbers(case, (await reports(context, case)).state, day)
    return EvaluationRecord(
        evaluation_id=case.evaluation_id,
        employee_id=case.employee_id,
        year=case.year,
        segment=case.segment,
        version=case.loaded.version,
        status=state.status,
        plan=state.plan,
        content=state.content,
        assessed=assessed,
        draft=await draft(context, case) if with_draft else None,
        published=await published(context, case),
    )


async def progress_record(context: Assessment, case: Case) -> ProgressRecord:
    """All reports, planned actions and file names opened."""
    loaded = await reports(context, case)
    await context.keyring.load([case.employee_id])
    return ProgressRecord(
        version=loaded.version, reports=[report_line(context, one) for one in ordered(loaded.state)]
    )


def ordered(progress: Progress) -> list[Report]:
    """By indicator and month."""
    return sorted(progress.reports, key=lambda one: (one.indicator_id, one.month))


def report_line(context: Assessment, report: Report) -> ReportLine:
    opened = {"planned_action", "evidence"}
    values = {name: getattr(report, name) for name in ReportLine.model_fields if name not in opened}
    action = report.planned_action
    return ReportLine(
        **values,
        planned_action=(context.keyring.open(action) or ERASED) if action else None,
        evidence=[
            EvidenceLine(
                evidence_id=one.evidence_id,
                file_name=context.keyring.open(one.file_name) or ERASED,
                media_type=one.media_type,
                size=one.size,
                sha256=one.sha256,
            )
            for one in report.evidence
        ],
    )


async def feedback_record(context: Assessment, case: Case, said: Feedback, version: int) -> FeedbackRecord:
    """All feedback, texts opened."""
    await context.keyring.load([case.employee_id])

    def opened(text: Encrypted[str]) -> str:
        return context.keyring.open(text) or ERASED

    return FeedbackRecord(
        version=version,
        feedback=[
            FeedbackLine(
                feedback_id=one.given.feedback_id,
                kind=one.given.kind,
                result_id=one.given.result_id,
                value=one.given.value,
                seen=opened(one.given.seen),
                next_step=opened(one.given.next_step) if one.given.next_step else None,
                competences=list(one.given.competences),
                evidence_ids=list(one.given.evidence_ids),
                is_answered=one.answer is not None,
                answer=opened(one.answer) if one.answer else None,
            )
            for one in said.said
        ],
    )
