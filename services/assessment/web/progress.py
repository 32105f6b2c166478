"""Realisasi & bukti: months, evidence, and whether each came on time."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from services.assessment.api import progress as json_api
from services.assessment.api.answers import report_line
from services.assessment.api.requests import asked, assessment_of, seen, today
from services.assessment.progress import handlers
from services.assessment.progress.evidence import ACCEPT
from services.assessment.progress.handlers import MonthSaid
from services.assessment.queries.cases import Case, Standing
from services.assessment.queries.desk import IndicatorDesk, Month, desk
from services.assessment.web.mine import open_newest, own_lines, same_id
from services.assessment.web.pages import ROOT, TellOnForm, names, page, told
from shared.identity.actor import Actor
from shared.identity.policy import Action, allowed_to
from shared.store.errors import NotFound
from shared.web import forms
from shared.web.api import Caller, Why, form_version
from shared.web.flash import see_other
from shared.web.formatting import bulan

router = APIRouter()
EMPTY = (
    "Belum ada SKP yang diajukan",
    "Realisasi dicatat di sini setelah Anda mengajukan SKP dan Pejabat Penilai menetapkannya.",
)
MONTH_PATH = "/penilaian/realisasi/{evaluation_id}/{indicator_id}/{month}"


@router.get("/penilaian/realisasi")
async def own_progress(request: Request, who: Caller) -> Response:
    """The reader's own newest year."""
    lines = await own_lines(request, who)
    return await open_newest(request, who, "realisasi", lines, title="Realisasi & bukti", empty=EMPTY)


@router.get("/penilaian/realisasi/{evaluation_id}")
async def progress_page(request: Request, who: Caller, evaluation_id: UUID) -> Response:
    """Every indicator and month of one plan."""
    case, found = await seen(request, who, evaluation_id)
    return await page(
        request,
        who,
        "realisasi.html",
        case=case,
        relation=found.relation,
        name=await names(request, [case.employee_id]),
        desk=await desk(assessment_of(request), case, today(request)),
        may_report=may_report(who, case, found),
    )


def may_report(who: Actor, case: Case, found: Standing) -> bool:
    """Whether the form is shown: the employee, while the result is open."""
    plan = case.plan
    is_open = plan is not None and not plan.is_published
    return is_open and allowed_to(Action.REPORT_PROGRESS, who, found.relation)


@router.get(MONTH_PATH)
async def month_page(
    request: Request, who: Caller, evaluation_id: UUID, indicator_id: UUID, month: int
) -> Response:
    """One month of one indicator, to report, to correct or to look at."""
    case, found = await seen(request, who, evaluation_id)
    return await shown_month(request, who, (case, found), (indicator_id, month))


async def shown_month(
    request: Request,
    who: Actor,
    seen_case: tuple[Case, Standing],
    place: tuple[UUID, int],
    *,
    errors: dict[str, str] | None = None,
    typed: dict[str, Any] | None = None,
    status: int = 200,
) -> Response:
    """The month's page. Raises NotFound where the plan has no such indicator or month."""
    case, found = seen_case
    context = assessment_of(request)
    whole = await desk(context, case, today(request))
    one = whole.indicator(place[0]) if whole else None
    month = month_of(one, place[1])
    if whole is None or one is None or month is None:
        raise NotFound
    await context.keyring.load([case.employee_id])
    line = report_line(context, month.report) if month.report else None
    plan = case.plan
    return await page(
        request,
        who,
        "bulan.html",
        status=status,
        case=case,
        relation=found.relation,
        one=one,
        month=month,
        files=line.evidence if line else [],
        action=line.planned_action if line else None,
        accept=ACCEPT,
        version=whole.progress_version,
        may_report=may_report(who, case, found),
        may_accept=plan is not None
        and not plan.is_published
        and allowed_to(Action.ACCEPT_EARLIER_DATE, who, found.relation),
        errors=errors or {},
        typed=typed or {},
        breadcrumbs=[
            ("Realisasi & bukti", f"{ROOT}/realisasi/{case.evaluation_id}"),
            (bulan(month.month),),
        ],
    )


def month_of(one: IndicatorDesk | None, month: int) -> Month | None:
    return next((found for found in one.months if found.month == month), None) if one else None


@router.post(MONTH_PATH + "/lapor")
async def report_month(
    request: Request, who: Caller, evaluation_id: UUID, indicator_id: UUID, month: int
) -> Response:
    """Record what the form says; what was typed comes back with whatever is wrong."""
    form = await request.form()
    place = (indicator_id, month)
    try:
        said = month_said(form, place)
    except FieldWrong as wrong:
        return await again(request, who, evaluation_id, place, (422, wrong.errors))
    try:
        ask = await asked(
            request,
            who,
            evaluation_id,
            Action.REPORT_PROGRESS,
            why=Why(effective_on=said.completed_on),
            expected=form_version(form),
        )
        files = [one for one in form.getlist("evidence") if isinstance(one, UploadFile)]
        await handlers.report(assessment_of(request), ask, said, await json_api.uploaded(files))
    except TellOnForm as error:
        return await again(request, who, evaluation_id, place, told(request, error))
    return see_other(
        f"{ROOT}/realisasi/{evaluation_id}#iki-{indicator_id}",
        f"Laporan {bulan(month)} sudah tercatat.",
    )


class FieldWrong(ValueError):
    """Fields of a form that can't be read, with what to say at each."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__()
        self.errors = errors


def month_said(form: FormData, place: tuple[UUID, int]) -> MonthSaid:
    """The form as the handler takes it. Raises FieldWrong."""
    errors: dict[str, str] = {}
    realised = completed_on = None
    try:
        realised = forms.number(form, "realised")
    except forms.Misread as misread:
        errors["realised"] = str(misread)
    try:
        completed_on = forms.day(form, "completed_on")
    except forms.Misread as misread:
        errors["completed_on"] = str(misread)
    if realised is None and not errors:
        errors["realised"] = "Tulis realisasi bulan ini"
    if errors or realised is None:
        raise FieldWrong(errors)
    kept = (same_id(one) for one in form.getlist("kept_evidence"))
    return MonthSaid(
        indicator_id=place[0],
        month=place[1],
        realised=realised,
        planned_action=forms.text(form, "planned_action") or None,
        completed_on=completed_on,
        kept_evidence=tuple(one for one in kept if one),
    )


async def again(
    request: Request,
    who: Actor,
    evaluation_id: UUID,
    place: tuple[UUID, int],
    wrong: tuple[int, dict[str, str]],
) -> Response:
    """The month's form with what was typed and what is wrong."""
    status, errors = wrong
    seen_case = await seen(request, who, evaluation_id)
    typed = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    return await shown_month(request, who, seen_case, place, errors=errors, typed=typed, status=status)


@router.post(MONTH_PATH + "/tanggal")
async def accept_earlier_date(
    request: Request, who: Caller, evaluation_id: UUID, indicator_id: UUID, month: int
) -> Response:
    """The appraiser accepts an earlier day for a late report."""
    form = await request.form()
    place = (indicator_id, month)
    try:
        accepted_on = forms.day(form, "accepted_on")
    except forms.Misread as misread:
        return await again(request, who, evaluation_id, place, (422, {"accepted_on": str(misread)}))
    if accepted_on is None:
        return await again(request, who, evaluation_id, place, (422, {"accepted_on": "Tulis tanggalnya"}))
    why = Why(
        reason_code=json_api.EARLIER_DATE,
        reason_text=forms.text(form, "earlier_reason") or None,
        effective_on=accepted_on,
    )
    try:
        ask = await asked(
            request,
            who,
            evaluation_id,
            Action.ACCEPT_EARLIER_DATE,
            why=why,
            expected=form_version(form),
        )
        await handlers.accept_earlier_date(
            assessment_of(request), ask, indicator_id=indicator_id, month=month, accepted_on=accepted_on
        )
    except TellOnForm as error:
        return await again(request, who, evaluation_id, place, told(request, error))
    return see_other(
        f"{ROOT}/realisasi/{evaluation_id}#iki-{indicator_id}", "Tanggal yang lebih awal diterima."
    )


@router.get("/penilaian/bukti/{evaluation_id}/{evidence_id}")
async def download(request: Request, who: Caller, evaluation_id: UUID, evidence_id: UUID) -> Response:
    """An evidence file, to those who may read the record."""
    return await json_api.download(request, who, evaluation_id, evidence_id)
