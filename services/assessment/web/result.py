"""Hasil saya: the result, why it is so, and what was said."""

from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from services.assessment.api.requests import asked, assessment_of, seen, today
from services.assessment.evaluation import handlers
from services.assessment.evaluation.decider import Result
from services.assessment.queries.cases import Case, Standing
from services.assessment.queries.desk import Desk, desk
from services.assessment.queries.results import published
from services.assessment.queries.said import Said
from services.assessment.web.mine import nothing_yet, open_newest, own_lines
from services.assessment.web.pages import ROOT, competence_options, matrix, names, page
from services.assessment.web.rating import behavior_of
from shared.identity.actor import Actor
from shared.identity.policy import Action
from shared.web.api import Caller
from shared.web.flash import see_other

router = APIRouter()
TITLE = "Hasil saya"
EMPTY = (
    "Belum ada hasil yang diumumkan",
    "Hasil muncul di sini setelah Pejabat Penilai mengumumkannya. Sampai saat itu konsepnya tidak terlihat.",
)


@router.get("/penilaian/hasil")
async def own_result(request: Request, who: Caller) -> Response:
    """The reader's own newest result."""
    lines = [one for one in await own_lines(request, who) if one.status == "published"]
    return await open_newest(request, who, "hasil", lines, title=TITLE, empty=EMPTY)


@router.get("/penilaian/hasil/{evaluation_id}")
async def result_page(request: Request, who: Caller, evaluation_id: UUID) -> Response:
    """One result, to those who may read the record."""
    case, found = await seen(request, who, evaluation_id)
    context = assessment_of(request)
    told = await published(context, case)
    whole = await desk(context, case, today(request))
    if told is None or whole is None:
        return await no_result(request, who, case, found)
    givers = (one.giver_id for one in whole.said)
    return await page(
        request,
        who,
        "hasil.html",
        case=case,
        relation=found.relation,
        published=told,
        desk=whole,
        titles=titles(whole),
        later=said_later(told.result, whole),
        units=units(whole),
        behavior_of=behavior_of(told.ratings),
        matrix=matrix(),
        competence_names=dict(competence_options(request)),
        name=await names(request, [case.employee_id, told.by, told.first_by, *givers]),
    )


async def no_result(request: Request, who: Actor, case: Case, found: Standing) -> Response:
    """Before publication: the employee is led to the own plan, others to the employee's."""
    if found.relation.is_self or case.evaluation.plan is None:
        return await nothing_yet(request, who, title=TITLE, empty=EMPTY)
    name = await names(request, [case.employee_id])
    title, plan_id = f"Hasil {name(case.employee_id)}", case.evaluation.plan.plan_id
    return await nothing_yet(request, who, title=title, empty=EMPTY, plan_id=plan_id)


def said_later(result: Result, whole: Desk) -> tuple[Said, ...]:
    """Feedback that the result doesn't rest on; results of early days don't say on which they do."""
    if not result.feedback_ids:
        return ()
    return tuple(one for one in whole.said if one.given.feedback_id not in result.feedback_ids)


def titles(whole: Desk) -> dict[str, str]:
    """What each planned result, indicator and value is called."""
    found = {str(one.result.result_id): one.result.title for one in whole.results}
    found |= {str(one.guide.value): one.guide.name for one in whole.values}
    return found | {
        str(one.indicator.indicator_id): one.indicator.title
        for result in whole.results
        for one in result.indicators
    }


def units(whole: Desk) -> dict[str, str]:
    """What each indicator is counted in."""
    indicators = (one for result in whole.results for one in result.indicators)
    return {str(one.indicator.indicator_id): one.counted_in for one in indicators}


@router.post("/penilaian/hasil/{evaluation_id}/dibaca")
async def acknowledge(request: Request, who: Caller, evaluation_id: UUID) -> Response:
    """The employee has read it."""
    ask = await asked(request, who, evaluation_id, Action.ACKNOWLEDGE)
    await handlers.acknowledge(assessment_of(request), ask)
    return see_other(f"{ROOT}/hasil/{evaluation_id}", "Tercatat: Anda telah membaca hasil ini.")
