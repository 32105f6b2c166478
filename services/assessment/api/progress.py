"""Progress over HTTP: reports with evidence files, and the files themselves."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, File, Form, UploadFile
from starlette.datastructures import UploadFile as Uploaded
from starlette.requests import Request
from starlette.responses import Response

from services.assessment.api.answers import Change, ProgressRecord, change, progress_record
from services.assessment.api.bodies import LONGEST_TEXT, Amount, EarlierDateBody, Month
from services.assessment.api.requests import asked, assessment_of, seen
from services.assessment.progress import handlers
from services.assessment.progress.evidence import LARGEST, MOST_FILES, TOO_LARGE, EvidenceRefused, Upload
from services.assessment.progress.handlers import MonthSaid
from services.assessment.queries.evidence import evidence_of
from services.assessment.wording import DETAILS
from shared.identity.policy import Action
from shared.web.api import IDEMPOTENT, Caller, IfMatch, Why, set_version
from shared.web.problem import FieldError, Malformed

router = APIRouter(tags=["progress"])
EVIDENCE_FIELD = "evidence"
EARLIER_DATE = "earlier-date-accepted"
ALL_FILES = MOST_FILES * LARGEST + 1024 * 1024
"""The most bytes of one report with its files; what is around them takes less than the last megabyte."""


@router.get("/evaluations/{evaluation_id}/progress")
async def read_progress(
    request: Request, response: Response, who: Caller, evaluation_id: UUID
) -> ProgressRecord:
    """All reports on the plan, as they stand."""
    case, _ = await seen(request, who, evaluation_id)
    record = await progress_record(assessment_of(request), case)
    set_version(response, record.version)
    return record


@router.post("/evaluations/{evaluation_id}/reports", openapi_extra=IDEMPOTENT)
async def report(  # noqa: PLR0917 - each field of the form is a parameter
    request: Request,
    response: Response,
    who: Caller,
    evaluation_id: UUID,
    indicator_id: Annotated[UUID, Form(examples=["019a5c1e-7c1b-7f4e-9d55-3c1f6a2b8e12"])],
    month: Annotated[Month, Form(examples=[8])],
    realised: Annotated[Amount, Form(examples=["1"])],
    expected: IfMatch,
    planned_action: Annotated[
        str | None, Form(max_length=LONGEST_TEXT, examples=["Ingatkan perangkat daerah tanggal 25"])
    ] = None,
    completed_on: Annotated[date | None, Form(examples=["2026-09-04"])] = None,
    kept_evidence: Annotated[
        list[UUID] | None, Form(examples=[["019a5c1e-7c1b-7f4e-9d55-3c1f6a2b8e13"]])
    ] = None,
    evidence: Annotated[list[UploadFile] | None, File()] = None,
) -> Change:
    """Report one month of one indicator, or correct it; up to five files of at most 10 MB each."""
    ask = await asked(
        request,
        who,
        evaluation_id,
        Action.REPORT_PROGRESS,
        why=Why(effective_on=completed_on),
        expected=expected,
    )
    said = MonthSaid(
        indicator_id=indicator_id,
        month=month,
        realised=realised,
        planned_action=planned_action,
        completed_on=completed_on,
        kept_evidence=tuple(kept_evidence or ()),
    )
    try:
        uploads = await uploaded(evidence or [])
        done = await handlers.report(assessment_of(request), ask, said, uploads)
    except EvidenceRefused as refused:
        raise malformed(refused) from refused
    return change(done, response)


async def uploaded(files: Sequence[Uploaded]) -> tuple[Upload, ...]:
    """The files that were chosen. Raises EvidenceRefused for one that is too large, before reading it."""
    chosen = [one for one in files if one.filename]
    if any((one.size or 0) > LARGEST for one in chosen):
        raise EvidenceRefused(TOO_LARGE)
    uploads = []
    for one in chosen:
        await one.seek(0)
        uploads.append(Upload(one.filename or "", await one.read()))
    return tuple(uploads)


def malformed(refused: EvidenceRefused) -> Malformed:
    """413 for what is too large, 422 for the rest."""
    status = 413 if refused.code == TOO_LARGE else 422
    return Malformed(refused.code, FieldError(EVIDENCE_FIELD, DETAILS[refused.code]), status=status)


@router.post(
    "/evaluations/{evaluation_id}/reports/{indicator_id}/{month}/earlier-date", openapi_extra=IDEMPOTENT
)
async def accept_earlier_date(  # noqa: PLR0917 - FastAPI gives each part of a request by name
    request: Request,
    response: Response,
    who: Caller,
    evaluation_id: UUID,
    indicator_id: UUID,
    month: Month,
    body: EarlierDateBody,
    expected: IfMatch,
) -> Change:
    """Count a late report from an earlier day, on evidence and with a reason."""
    why = Why(reason_code=EARLIER_DATE, reason_text=body.reason, effective_on=body.accepted_on)
    ask = await asked(request, who, evaluation_id, Action.ACCEPT_EARLIER_DATE, why=why, expected=expected)
    done = await handlers.accept_earlier_date(
        assessment_of(request),
        ask,
        indicator_id=indicator_id,
        month=month,
        accepted_on=body.accepted_on,
    )
    return change(done, response)


@router.get("/evaluations/{evaluation_id}/evidence/{evidence_id}", response_class=Response)
async def download(request: Request, who: Caller, evaluation_id: UUID, evidence_id: UUID) -> Response:
    """An evidence file, to those who may read the record."""
    case, _ = await seen(request, who, evaluation_id)
    found = await evidence_of(assessment_of(request), case, evidence_id)
    return Response(
        found.content,
        media_type=found.media_type,
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.file_name)}",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )
