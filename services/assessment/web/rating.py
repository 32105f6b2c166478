"""Nilai pegawai, one person: what there is on the left, what is decided on the right."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from uuid import UUID

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.assessment import wording
from services.assessment.api.requests import asked, assessment_of, seen, today
from services.assessment.evaluation import handlers
from services.assessment.evaluation.decider import Status
from services.assessment.evaluation.events import ValueRating
from services.assessment.evaluation.handlers import Asked
from services.assessment.queries.cases import Case
from services.assessment.queries.desk import desk
from services.assessment.queries.results import Draft, draft
from services.assessment.web.pages import (
    ROOT,
    TellOnForm,
    competence_options,
    matrix,
    names,
    page,
    told,
)
from shared.identity.actor import Actor
from shared.identity.policy import Action, allowed_to
from shared.regulation.behavior import Value
from shared.regulation.rating import Rating
from shared.web import forms
from shared.web.api import Caller, Why, form_version
from shared.web.flash import see_other

router = APIRouter()
NOTHING = Draft(results=None, results_reason=None, behavior=None, behavior_reason=None)
CHOOSE = "Pilih salah satu rating"


@router.get("/penilaian/nilai/{evaluation_id}")
async def rating_page(request: Request, who: Caller, evaluation_id: UUID) -> Response:
    """All that a rating rests on, and the rating; the employee is led to the own result."""
    _, found = await seen(request, who, evaluation_id)
    if found.relation.is_self:
        return RedirectResponse(f"{ROOT}/hasil/{evaluation_id}", status_code=303)
    return await shown(request, who, evaluation_id)


async def shown(
    request: Request,
    who: Actor,
    evaluation_id: UUID,
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
    typed: dict[str, str] | None = None,
) -> Response:
    """The page, with what was typed and what is wrong."""
    case, found = await seen(request, who, evaluation_id)
    context, day = assessment_of(request), today(request)
    whole = await desk(context, case, day)
    may_see = bool(case.evaluation.result) or allowed_to(Action.READ_DRAFT_RATING, who, found.relation)
    ratings = await draft(context, case) if may_see else NOTHING
    person = await context.people.get(case.employee_id)
    placement = person.on(day) if person else None
    givers = [one.giver_id for one in whole.said] if whole else []
    return await page(
        request,
        who,
        "nilai_pegawai.html",
        status=status,
        case=case,
        relation=found.relation,
        desk=whole,
        name=await names(request, [case.employee_id, *givers]),
        position=placement.position if placement else "",
        shown=ratings,
        behavior_of=behavior_of(ratings),
        matrix=matrix(),
        competence_names=dict(competence_options(request)),
        may_rate=case.evaluation.status is Status.OPEN and allowed_to(Action.RATE, who, found.relation),
        may_correct=allowed_to(Action.CORRECT, who, found.relation)
        and who.actor_id != case.evaluation.publisher_id,
        errors=errors or {},
        typed=typed or {},
        **ratings_now(case, ratings),
    )


def behavior_of(ratings: Draft) -> dict[str, str]:
    """The rating of each value, by its code."""
    return {str(one.value): str(one.rating) for one in ratings.behavior.values} if ratings.behavior else {}


def ratings_now(case: Case, ratings: Draft) -> dict[str, str]:
    """The two ratings that the matrix marks: published, or drafted."""
    if case.evaluation.result:
        result, behavior = case.evaluation.result.result_rating, case.evaluation.result.behavior_rating
        return {"result_now": str(result), "behavior_now": str(behavior)}
    return {
        "result_now": str(ratings.results.chosen) if ratings.results else "",
        "behavior_now": str(ratings.behavior.chosen) if ratings.behavior else "",
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the page: what is asked, why, what to say once done, and which field holds the reason."""

    action: Action
    done: str
    why: Why = field(default_factory=Why)
    reason_field: str = "reason"


Do = Callable[[Asked], Awaitable[object]]


async def step(request: Request, who: Actor, evaluation_id: UUID, step: Step, do: Do) -> Response:
    """Do it and say so, or show the page again with what is wrong."""
    form = await request.form()
    try:
        await do(
            await asked(request, who, evaluation_id, step.action, why=step.why, expected=form_version(form))
        )
    except TellOnForm as error:
        status, errors = told(request, error)
        at_field = {step.reason_field if name == "reason" else name: text for name, text in errors.items()}
        return await shown_again(request, who, evaluation_id, (status, at_field))
    return see_other(f"{ROOT}/nilai/{evaluation_id}", step.done)


async def shown_again(
    request: Request, who: Actor, evaluation_id: UUID, wrong: tuple[int, dict[str, str]]
) -> Response:
    """The page with what was typed."""
    status, errors = wrong
    typed = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    return await shown(request, who, evaluation_id, status=status, errors=errors, typed=typed)


def rating_in(form: FormData, name: str) -> Rating | None:
    """The rating chosen, or None where none of the three was."""
    chosen = forms.text(form, name)
    return Rating(chosen) if chosen in list(Rating) else None


@router.post("/penilaian/nilai/{evaluation_id}/hasil-kerja")
async def rate_results(request: Request, who: Caller, evaluation_id: UUID) -> Response:
    """Save the draft of the results' rating."""
    form = await request.form()
    chosen = rating_in(form, "chosen")
    if chosen is None:
        return await shown_again(request, who, evaluation_id, (422, {"chosen": CHOOSE}))

    async def do(ask: Asked) -> None:
        await handlers.rate_results(assessment_of(request), ask, chosen)

    made = Step(
        action=Action.RATE,
        why=Why(reason_text=forms.text(form, "reason") or None),
        done="Konsep rating hasil kerja tersimpan. Hanya Anda yang melihatnya.",
    )
    return await step(request, who, evaluation_id, made, do)


@router.post("/penilaian/nilai/{evaluation_id}/perilaku")
async def rate_behavior(request: Request, who: Caller, evaluation_id: UUID) -> Response:
    """Save the draft of the behavior's rating."""
    form = await request.form()
    chosen = rating_in(form, "behavior-chosen")
    rated = [(value, rating_in(form, f"value-{value}")) for value in Value]
    missing = {f"value-{value}": CHOOSE for value, rating in rated if rating is None}
    if chosen is None or missing:
        errors = missing | ({} if chosen else {"behavior-chosen": CHOOSE})
        return await shown_again(request, who, evaluation_id, (422, errors))

    async def do(ask: Asked) -> None:
        values = tuple(ValueRating(value=value, rating=rating) for value, rating in rated if rating)
        await handlers.rate_behavior(assessment_of(request), ask, values, chosen)

    made = Step(
        action=Action.RATE,
        why=Why(reason_text=forms.text(form, "behavior-reason") or None),
        reason_field="behavior-reason",
        done="Konsep rating perilaku tersimpan. Hanya Anda yang melihatnya.",
    )
    return await step(request, who, evaluation_id, made, do)


@router.post("/penilaian/nilai/{evaluation_id}/umumkan")
async def publish(request: Request, who: Caller, evaluation_id: UUID) -> Response:
    """Make the draft the result of the year."""

    async def do(ask: Asked) -> None:
        await handlers.publish(assessment_of(request), ask)

    made = Step(action=Action.PUBLISH, done="Hasil sudah diumumkan kepada pegawai.")
    return await step(request, who, evaluation_id, made, do)


@router.post("/penilaian/nilai/{evaluation_id}/koreksi")
async def correct(request: Request, who: Caller, evaluation_id: UUID) -> Response:
    """Replace a published result, as the superior of the appraiser."""
    form = await request.form()
    result, behavior = rating_in(form, "result_rating"), rating_in(form, "behavior_rating")
    corrects = forms.text(form, "corrects")
    if result is None or behavior is None or not (corrects.isdecimal() and len(corrects) < 5):  # noqa: PLR2004
        return await shown_again(request, who, evaluation_id, (422, {"result_rating": CHOOSE}))
    try:
        code = forms.choice(form, "reason_code", wording.CORRECTION_REASONS)
    except forms.Misread as misread:
        return await shown_again(request, who, evaluation_id, told(request, misread))

    async def do(ask: Asked) -> None:
        await handlers.correct(
            assessment_of(request),
            ask,
            result_rating=result,
            behavior_rating=behavior,
            corrects=int(corrects),
        )

    made = Step(
        action=Action.CORRECT,
        why=Why(
            reason_code=code,
            reason_text=forms.text(form, "correction_reason") or None,
        ),
        done="Hasil sudah dikoreksi. Hasil sebelumnya tetap ada di Jejak.",
    )
    return await step(request, who, evaluation_id, made, do)
