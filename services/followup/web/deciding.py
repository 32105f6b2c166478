"""Forms: decide on a recommendation, and record what came of it. A refusal shows the form again as typed."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from services.followup import wording
from services.followup.api.asking import Service, deciding, place
from services.followup.context import Followup
from services.followup.recommendation import handlers
from services.followup.recommendation.events import Outcome
from services.followup.recommendation.handlers import Place
from services.followup.web import showing
from services.followup.web.showing import ROOT
from shared.decider import Refusal
from shared.identity.actor import Actor
from shared.store.act import Done
from shared.store.errors import StaleVersion, VersionConflict
from shared.store.unit import Intent
from shared.web import forms
from shared.web.api import Caller, Why, form_version, now
from shared.web.flash import see_other
from shared.web.forms import Misread

router = APIRouter(prefix=f"{ROOT}/rekomendasi/{{recommendation_id}}")

LONGEST = 2000
STANDS = "ya"


@dataclass(frozen=True, slots=True)
class Form:
    """What was typed, and the version of the record it was typed beside."""

    fields: dict[str, str]
    version: int | None

    @classmethod
    async def read(cls, request: Request) -> "Form":
        """The fields of a form without files."""
        form = await request.form()
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
        return cls(fields, form_version(form))

    def text(self, name: str) -> str:
        """A text without the blanks around it. Raises Misread where it is too long."""
        text = forms.text(self.fields, name)
        if len(text) > LONGEST:
            raise Misread(wording.TOO_LONG, name)
        return text

    def day(self, name: str) -> date | None:
        """A date, None when empty. Raises Misread."""
        return forms.day(self.fields, name)

    def choice(self, name: str, choices: Iterable[str]) -> str:
        """One of the choices. Raises Misread where none was made."""
        return forms.choice(self.fields, name, choices)


# Which field of each form a refusal speaks of.
ACCEPTING = {
    "decision-reason-is-unknown": "reason_code",
    "session-date-is-missing": "day",
    "date-is-in-the-past": "day",
}
DECLINING = {
    "decision-reason-is-unknown": "decline_code",
    "decision-reason-is-missing": "decline_reason",
}
REVIEWING = {"decision-reason-is-missing": "review_reason"}
MEETING = {
    "guidance-notes-are-missing": "notes",
    "date-is-in-the-future": "held_on",
    "date-is-in-the-past": "next_session_on",
}
ENDING = {"decision-reason-is-missing": "end_reason", "improvement-is-not-over": "outcome"}

Asked = Callable[[Form], Awaitable[Done[Any]]]


@dataclass(frozen=True, slots=True)
class Asking:
    """Who fills in a form about which recommendation."""

    request: Request
    who: Actor
    followup: Followup
    where: Place


async def answered(asking: Asking, asked: Asked, *, done: str, fields: Mapping[str, str]) -> Response:
    """Do what the form asks and go back to the record; or show the form again with what is wrong."""
    form = await Form.read(asking.request)
    try:
        await asked(form)
    except Refusal as refusal:
        errors, status = {fields.get(refusal.code, "_"): wording.PROBLEMS[refusal.code]}, 409
    except Misread as misread:
        errors, status = {misread.field or "_": str(misread)}, 422
    except (StaleVersion, VersionConflict):
        errors, status = {"_": wording.CHANGED_MEANWHILE}, 409
    else:
        return see_other(f"{ROOT}/rekomendasi/{asking.where.recommendation_id}", done)
    return await showing.recommendation(
        asking.request,
        asking.followup,
        asking.who,
        asking.where,
        at=now(asking.request),
        typed=form.fields,
        errors=errors,
        status=status,
    )


@router.post("/terima")
async def accept(request: Request, recommendation_id: UUID, who: Caller, followup: Service) -> Response:
    """Accept."""
    where = await place(followup, recommendation_id)

    async def asked(form: Form) -> Done[Any]:
        why = Why(reason_code=form.text("reason_code"), reason_text=form.text("reason") or None)
        day = form.day("day")
        intent = await deciding(request, who, where, why)
        return await handlers.accept(followup, where, intent, day=day, expected=form.version)

    asking = Asking(request, who, followup, where)
    return await answered(asking, asked, done=wording.DONE_ACCEPTED, fields=ACCEPTING)


@router.post("/tolak")
async def decline(request: Request, recommendation_id: UUID, who: Caller, followup: Service) -> Response:
    """Decline."""
    where = await place(followup, recommendation_id)

    async def asked(form: Form) -> Done[Any]:
        why = Why(reason_code=form.text("decline_code"), reason_text=form.text("decline_reason") or None)
        intent = await deciding(request, who, where, why)
        return await handlers.decline(followup, where, intent, expected=form.version)

    asking = Asking(request, who, followup, where)
    return await answered(asking, asked, done=wording.DONE_DECLINED, fields=DECLINING)


@router.post("/tinjau")
async def review(request: Request, recommendation_id: UUID, who: Caller, followup: Service) -> Response:
    """Look again after a correction."""
    where = await place(followup, recommendation_id)

    async def asked(form: Form) -> Done[Any]:
        stands = form.choice("stands", (STANDS, "tidak")) == STANDS
        intent = await explained(request, who, where, form.text("review_reason"))
        return await handlers.review(followup, where, intent, stands=stands, expected=form.version)

    asking = Asking(request, who, followup, where)
    return await answered(asking, asked, done=wording.DONE_REVIEWED, fields=REVIEWING)


@router.post("/sesi")
async def session(request: Request, recommendation_id: UUID, who: Caller, followup: Service) -> Response:
    """Record a guidance session."""
    where = await place(followup, recommendation_id)

    async def asked(form: Form) -> Done[Any]:
        held_on = form.day("held_on")
        if held_on is None:
            raise Misread(wording.NO_DAY, "held_on")
        held = handlers.Session(held_on, form.text("notes"), form.day("next_session_on"))
        intent = await deciding(request, who, where)
        return await handlers.record_guidance(followup, where, intent, session=held, expected=form.version)

    asking = Asking(request, who, followup, where)
    return await answered(asking, asked, done=wording.DONE_SESSION, fields=MEETING)


@router.post("/akhiri")
async def end(request: Request, recommendation_id: UUID, who: Caller, followup: Service) -> Response:
    """Close an improvement period."""
    where = await place(followup, recommendation_id)

    async def asked(form: Form) -> Done[Any]:
        outcome = Outcome(form.choice("outcome", Outcome))
        intent = await explained(request, who, where, form.text("end_reason"))
        return await handlers.end_improvement(followup, where, intent, outcome=outcome, expected=form.version)

    asking = Asking(request, who, followup, where)
    return await answered(asking, asked, done=wording.DONE_ENDED, fields=ENDING)


async def explained(request: Request, who: Caller, where: Place, reason: str) -> Intent:
    """The intent with a reason in words."""
    return await deciding(request, who, where, Why(reason_text=reason or None))
