"""Umpan balik: given any time, answered by the employee."""

from collections import Counter
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy import select
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from services.assessment import wording
from services.assessment.api.requests import asked, assessment_of, seen, today
from services.assessment.evaluation.decider import evaluation_stream
from services.assessment.feedback import handlers
from services.assessment.feedback.events import FeedbackKind, SeenCompetence
from services.assessment.feedback.handlers import Words
from services.assessment.projections import FEEDBACK
from services.assessment.queries.desk import Desk, desk
from services.assessment.queries.evaluations import Line, evaluations, of_employees
from services.assessment.web.mine import own_lines, same_id
from services.assessment.web.pages import ROOT, TellOnForm, competence_options, names, page, told
from shared.identity.actor import Actor
from shared.identity.policy import Action, allowed_to
from shared.regulation.behavior import Value
from shared.regulation.competences import CompetenceKind
from shared.web import forms
from shared.web.api import Caller
from shared.web.flash import see_other
from shared.web.pager import Page

router = APIRouter()
PLACES = (1, 2, 3)
PER_PAGE = 100


@router.get("/penilaian/umpan-balik")
async def overview(request: Request, who: Caller) -> Response:
    """What is for the reader, and for those whom the reader appraises."""
    context = assessment_of(request)
    mine = await own_lines(request, who)
    people = await context.people.appraised_by(who.actor_id, today(request))
    whole = await evaluations(context, of_employees([one.employee_id for one in people]))
    part = Page.read(request.url.path, request.query_params, len(whole), size=PER_PAGE)
    team = part.of(whole)
    return await page(
        request,
        who,
        "umpan_balik.html",
        mine=mine,
        team=team,
        name=await names(request, [one.employee_id for one in team]),
        counts=await counts(request, [*mine, *team]),
        page=part,
    )


async def counts(request: Request, lines: list[Line]) -> dict[UUID, tuple[int, int]]:
    """Per evaluation: all feedback, and how much of it has no answer yet."""
    query = select(FEEDBACK.c.employee_id, FEEDBACK.c.year, FEEDBACK.c.segment, FEEDBACK.c.answered_at).where(
        FEEDBACK.c.employee_id.in_([one.employee_id for one in lines])
    )
    async with assessment_of(request).engine.connect() as connection:
        rows = (await connection.execute(query)).all()
    given: Counter[UUID] = Counter()
    waiting: Counter[UUID] = Counter()
    for row in rows:
        evaluation_id = evaluation_stream(row.employee_id, row.year, row.segment).stream_id
        given[evaluation_id] += 1
        waiting[evaluation_id] += row.answered_at is None
    return {one: (given[one], waiting[one]) for one in given}


@router.get("/penilaian/umpan-balik/{evaluation_id}")
async def feedback_page(request: Request, who: Caller, evaluation_id: UUID) -> Response:
    """All feedback on one plan, with the forms that the reader may use."""
    typed = {"about": request.query_params.get("tentang", "")}
    return await shown(request, who, evaluation_id, typed=typed)


async def shown(
    request: Request,
    who: Actor,
    evaluation_id: UUID,
    *,
    typed: dict[str, str],
    errors: dict[str, str] | None = None,
    status: int = 200,
    answering: UUID | None = None,
) -> Response:
    """The page, with what was typed and what is wrong."""
    case, found = await seen(request, who, evaluation_id)
    whole = await desk(assessment_of(request), case, today(request))
    said = whole.said if whole else ()
    about = about_options(whole) if whole else []
    return await page(
        request,
        who,
        "umpan_balik_pegawai.html",
        status=status,
        case=case,
        relation=found.relation,
        desk=whole,
        name=await names(request, [case.employee_id, *(one.giver_id for one in said)]),
        about_options=about,
        about_of={value.partition(":")[2]: text for value, text in about},
        competence_options=competence_choices(request),
        competence_names=dict(competence_options(request)),
        may_give=allowed_to(Action.GIVE_FEEDBACK, who, found.relation),
        errors=errors or {},
        typed=with_subject(typed),
        answering=answering,
    )


def with_subject(typed: dict[str, str]) -> dict[str, str]:
    """A planned result's bare id, as other pages link it, is a choice of the list."""
    about = typed.get("about", "")
    return {**typed, "about": f"result:{about}"} if same_id(about) else typed


def about_options(whole: Desk) -> list[tuple[str, str]]:
    """Every planned result and every value, as choices."""
    results = [
        (f"result:{one.result.result_id}", f"RHK {at}. {one.result.title}")
        for at, one in enumerate(whole.results, start=1)
    ]
    return results + [(f"value:{one.guide.value}", f"Nilai {one.guide.name}") for one in whole.values]


@router.post("/penilaian/umpan-balik/{evaluation_id}/beri")
async def give(request: Request, who: Caller, evaluation_id: UUID) -> Response:
    """Record what the form says."""
    form = await request.form()
    try:
        ask = await asked(request, who, evaluation_id, Action.GIVE_FEEDBACK)
        await handlers.give(assessment_of(request), ask, words(form))
    except TellOnForm as error:
        status, errors = told(request, error)
        typed = {name: value for name, value in form.items() if isinstance(value, str)}
        return await shown(request, who, evaluation_id, typed=typed, errors=errors, status=status)
    return see_other(f"{ROOT}/umpan-balik/{evaluation_id}", "Umpan balik sudah disampaikan.")


def words(form: FormData) -> Words:
    """The form as the handler takes it. Raises Misread where a kind is not chosen."""
    kind, _, subject = forms.text(form, "about").partition(":")
    return Words(
        kind=FeedbackKind(forms.choice(form, "kind", FeedbackKind)),
        result_id=same_id(subject) if kind == "result" else None,
        value=Value(subject) if kind == "value" and subject in list(Value) else None,
        seen=forms.text(form, "seen"),
        next_step=forms.text(form, "next_step") or None,
        competences=tuple(chosen_competences(form)),
    )


def chosen_competences(form: FormData) -> list[SeenCompetence]:
    """The competences of the three places that are filled; each choice is `code:kind`. Raises Misread."""
    found = []
    for at in PLACES:
        name = f"competence_{at}"
        code, _, kind = forms.text(form, name).partition(":")
        if code or kind:
            if kind not in list(CompetenceKind):
                raise forms.Misread(forms.CHOOSE, name)
            found.append(SeenCompetence(code=code, kind=CompetenceKind(kind)))
    return found


def competence_choices(request: Request) -> list[tuple[str, str]]:
    """Each competence of the catalogue, as a strength and as one to develop."""
    return [
        (f"{code}:{kind}", f"{name}: {words.lower()}")
        for code, name in competence_options(request)
        for kind, words in wording.COMPETENCE_KINDS.items()
    ]


@router.post("/penilaian/umpan-balik/{evaluation_id}/{feedback_id}/tanggapi")
async def answer(request: Request, who: Caller, evaluation_id: UUID, feedback_id: UUID) -> Response:
    """Record the employee's answer."""
    text = forms.text(await request.form(), "answer")
    try:
        ask = await asked(request, who, evaluation_id, Action.ANSWER_FEEDBACK)
        await handlers.answer(assessment_of(request), ask, feedback_id, text)
    except TellOnForm as error:
        status, errors = told(request, error)
        return await shown(
            request,
            who,
            evaluation_id,
            typed={"answer": text},
            errors=errors,
            status=status,
            answering=feedback_id,
        )
    return see_other(f"{ROOT}/umpan-balik/{evaluation_id}", "Tanggapan Anda sudah tercatat.")
