"""The use cases of progress: evidence stored first, then the report that names it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from services.assessment.context import Assessment
from services.assessment.evaluation.handlers import Asked, has_reason
from services.assessment.progress.commands import AcceptEarlierDate, ProgressCommand, ReportProgress
from services.assessment.progress.decider import AGGREGATE, Progress
from services.assessment.progress.evidence import MOST_FILES, TOO_MANY, EvidenceRefused, Upload, described
from services.assessment.queries.cases import Case, reports
from shared.store.act import Done, act
from shared.store.encrypted import Encrypted


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthSaid:
    """What the employee says about one month."""

    indicator_id: UUID
    month: int
    realised: Decimal
    planned_action: str | None
    completed_on: date | None
    kept_evidence: tuple[UUID, ...]


async def report(
    assessment: Assessment, asked: Asked, said: MonthSaid, uploads: tuple[Upload, ...]
) -> Done[Progress]:
    """Record a month. Raises EvidenceRefused before anything is stored, or the rules' refusal."""
    if len(uploads) > MOST_FILES:
        raise EvidenceRefused(TOO_MANY)
    evidence = tuple(
        described(upload, command_id=asked.intent.command_id, at=at) for at, upload in enumerate(uploads)
    )
    command = ReportProgress(
        plan=asked.case.plan,
        reported_by=asked.intent.actor_id,
        indicator_id=said.indicator_id,
        month=said.month,
        planned_action=said.planned_action or None,
        same_action=await same_action(assessment, asked.case, said),
        realised=said.realised,
        completed_on=said.completed_on,
        evidence=evidence,
        kept_evidence=said.kept_evidence,
        recorded_on=assessment.local_day(asked.intent.at),
    )
    if uploads and not await assessment.store.remembered(asked.intent.command_id, asked.intent.request_hash):
        before = (await reports(assessment, asked.case)).state
        AGGREGATE.decider.decide(before, command)  # a report that is refused leaves no file behind
        for one, upload in zip(evidence, uploads, strict=True):
            await assessment.files.write(
                upload.content, subject_id=asked.case.employee_id, file_id=one.evidence_id
            )
    return await ask(assessment, asked, command)


async def same_action(assessment: Assessment, case: Case, said: MonthSaid) -> Encrypted[str] | None:
    """The planned action that stands for the month, where it reads like what is said now."""
    if not said.planned_action:
        return None
    before = (await reports(assessment, case)).state.on(said.indicator_id, said.month)
    if before is None or before.planned_action is None:
        return None
    await assessment.keyring.load([case.employee_id])
    stands = assessment.keyring.says(before.planned_action, said.planned_action)
    return before.planned_action if stands else None


async def accept_earlier_date(
    assessment: Assessment, asked: Asked, *, indicator_id: UUID, month: int, accepted_on: date
) -> Done[Progress]:
    """Count a late report from an earlier day."""
    return await ask(
        assessment,
        asked,
        AcceptEarlierDate(
            plan=asked.case.plan,
            accepted_by=asked.intent.actor_id,
            appraiser_id=asked.standing.appraiser_id,
            indicator_id=indicator_id,
            month=month,
            accepted_on=accepted_on,
            has_reason=has_reason(asked.intent),
        ),
    )


async def ask(assessment: Assessment, asked: Asked, command: ProgressCommand) -> Done[Progress]:
    return await act(
        assessment.store,
        AGGREGATE,
        asked.case.progress_stream,
        command,
        asked.intent,
        subject_id=asked.case.employee_id,
        expected=asked.expected,
    )
