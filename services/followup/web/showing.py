"""What the pages show, made ready for the templates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import HTMLResponse

from services.followup import wording
from services.followup.context import Followup
from services.followup.queries import lists
from services.followup.queries.lists import Own
from services.followup.queries.trail import decisions, feedback_in
from services.followup.recommendation.decider import FOLLOWUP
from services.followup.recommendation.decider.state import Improvement, Recommendation, Result, Status
from services.followup.recommendation.events import ResultReceived
from services.followup.recommendation.handlers import Place, permitted
from shared.identity.actor import Actor
from shared.identity.policy import Action, allowed_to
from shared.people import Person
from shared.regulation.courses import YEARLY_HOURS
from shared.regulation.followup_reasons import REASONS
from shared.regulation.followup_rules import FollowupRule, Kind, followup_rule
from shared.regulation.rating import Predicate
from shared.settings import Settings
from shared.store.act import load
from shared.store.unit import Recorded
from shared.web.api import now
from shared.web.formatting import tanggal_pendek
from shared.web.pages import Pages
from shared.web.trail_teller import Names
from shared.web.trail_view import TrailEntry
from shared.web.trail_wording import ERASED, NOT_KNOWN_YET

FOLDER = Path(__file__).parent.parent / "pages"
ROOT = "/tindak-lanjut"
TRAININGS = (Kind.TRAINING, Kind.SPECIAL_TRAINING)


def make_pages(settings: Settings) -> Pages:
    """The templates of follow-up with its wording at hand."""
    pages = Pages(FOLDER, settings)
    pages.environment.globals.update(w=wording)
    return pages


async def page(
    request: Request, followup: Followup, who: Actor, template: str, *, status: int = 200, **facts: Any
) -> HTMLResponse:
    """A page for `who`; the menu leaves out the appraiser's screens for those who appraise nobody."""
    pages: Pages = request.app.state.pages
    team = await followup.people.appraised_by(who.actor_id, followup.local_day(now(request)))
    return pages.render(request, template, status=status, actor=who, appraiser=bool(team), **facts)


def name_of(person: Person | None) -> str:
    """A name for headings."""
    return (person.full_name or ERASED) if person else NOT_KNOWN_YET


@dataclass(frozen=True, slots=True)
class Opened:
    """Opens texts in templates; None where the person's key is gone."""

    followup: Followup

    def __call__(self, text: Any) -> str:
        """The clear text, or "dihapus"."""
        return self.followup.keyring.open(text) or ERASED


def checkpoints(period: Improvement, on: date) -> tuple[list[tuple[str, str]], int]:
    """The improvement period on one line: its start, each month, its end; and which of them is present."""
    months = [period.starts_on]
    while (following := next_month(months[-1], period.starts_on.day)) <= period.ends_on:
        months.append(following)
    stages = [(wording.CHECKPOINT.format(number=at + 1), month) for at, month in enumerate(months)]
    stages.append((wording.CHECKPOINT_END, period.ended_on or period.ends_on))
    reached = [at for at, (_, day) in enumerate(stages) if day <= on]
    present = len(stages) - 1 if period.outcome else max(reached, default=0)
    return [(title, tanggal_pendek(day)) for title, day in stages], present


def next_month(day: date, wanted: int) -> date:
    """The same day of the next month, or the last that month has."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)  # noqa: PLR2004
    for candidate in range(wanted, 27, -1):
        try:
            return date(year, month, candidate)
        except ValueError:
            continue
    return date(year, month, wanted)


async def development(
    request: Request, followup: Followup, actor: Actor, employee_id: UUID, *, at: datetime
) -> HTMLResponse:
    """The page of one person's follow-up, with all years."""
    await permitted(followup, actor, Action.READ_RECORD, employee_id, at=at)
    await followup.keyring.load([employee_id])
    records = await lists.records(followup, employee_id)
    found = lists.all_of(records)
    day = followup.local_day(at)
    norm = YEARLY_HOURS.on(day)
    is_self = actor.actor_id == employee_id
    relation = await followup.people.relation(actor.actor_id, employee_id, day)
    return await page(
        request,
        followup,
        actor,
        "tindak_lanjut.html",
        is_self=is_self,
        person_name=name_of(await followup.people.get(employee_id)),
        employee_id=employee_id,
        leads=is_self and await lists.visible(followup, actor, day) != frozenset({employee_id}),
        waiting=await lists.waiting(followup, actor, day) if is_self else lists.Waiting(),
        hours=lists.hours_in(day.year, found),
        norm=norm.value,
        norm_citation=norm.citation,
        today=day,
        years=list(records) if allowed_to(Action.READ_TRAIL, actor, relation) else [],
        opened=Opened(followup),
        checkpoints=checkpoints,
        parts=sorted_out(found),
    )


def sorted_out(found: list[Own]) -> dict[str, list[Own]]:
    """Recommendations by the part of the page they belong to."""

    def accepted(*kinds: Kind) -> list[Own]:
        return [
            one for one in found if one.recommendation.kind in kinds and is_carried_out(one.recommendation)
        ]

    return {
        "trainings": accepted(*TRAININGS),
        "guidance": accepted(Kind.GUIDANCE),
        "improvements": accepted(Kind.IMPROVEMENT_PERIOD),
        "placements": accepted(Kind.PLACEMENT),
        "promotions": accepted(Kind.PROMOTION),
        "everything": found,
    }


def is_carried_out(one: Recommendation) -> bool:
    """Whether it is accepted, or its course was attended before it was taken back: those hours count."""
    return one.status is Status.ACCEPTED or bool(one.training and one.training.completed_on)


@dataclass(frozen=True, slots=True)
class Detail:
    """One recommendation with what it comes from, for its page."""

    one: Recommendation
    result: Result | None
    founded_on: Predicate | None
    rule: FollowupRule | None
    feedback: Names
    version: int
    can_decide: bool
    decisions: Sequence[TrailEntry]
    can_read_trail: bool


async def detail(followup: Followup, actor: Actor, place: Place, *, at: datetime) -> Detail:
    """The recommendation as it is now. Raises NotAllowed, RecommendationIsUnknown."""
    await permitted(followup, actor, Action.READ_RECORD, place.employee_id, at=at)
    loaded = await load(followup.store, FOLLOWUP, place.stream)
    one = loaded.state.get(place.recommendation_id)
    relation = await followup.people.relation(actor.actor_id, place.employee_id, followup.local_day(at))
    can_read_trail = allowed_to(Action.READ_TRAIL, actor, relation)
    return Detail(
        one=one,
        result=loaded.state.result_of(one.evaluation_id),
        founded_on=founded_on(loaded.recorded, one.result_event_id),
        rule=followup_rule(one.rule_id, one.rule_from),
        feedback=feedback_in(loaded.state),
        version=loaded.version,
        can_decide=allowed_to(Action.DECIDE_RECOMMENDATION, actor, relation),
        decisions=await decisions(followup, loaded.recorded, one.recommendation_id) if can_read_trail else (),
        can_read_trail=can_read_trail,
    )


def founded_on(recorded: Sequence[Recorded], result_event_id: UUID) -> Predicate | None:
    """The predicate of the result that a recommendation cites, which may have been corrected since."""
    results = (one.event for one in recorded if isinstance(one.event, ResultReceived))
    return next((one.predicate for one in results if one.result_event_id == result_event_id), None)


async def recommendation(
    request: Request,
    followup: Followup,
    actor: Actor,
    place: Place,
    *,
    at: datetime,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    """The page of one recommendation; after a refusal with what was typed and what is wrong."""
    found = await detail(followup, actor, place, at=at)
    await followup.keyring.load([place.employee_id])
    day = followup.local_day(at)
    reasons = REASONS.on(day).value
    return await page(
        request,
        followup,
        actor,
        "rekomendasi.html",
        status=status,
        d=found,
        place=place,
        person_name=name_of(await followup.people.get(place.employee_id)),
        is_self=actor.actor_id == place.employee_id,
        today=day,
        accepting=[(code, wording.REASONS[code]) for code in reasons.accepting],
        declining=[(code, wording.REASONS[code]) for code in reasons.declining],
        outcomes=list(wording.OUTCOMES.items()),
        typed=typed or {},
        errors=errors or {},
        opened=Opened(followup),
        checkpoints=checkpoints,
        breadcrumbs=[*way_to(found), (wording.title_of(found.one.kind, found.one.code), "")],
    )


def way_to(found: Detail) -> list[tuple[str, str]]:
    """Where the reader came from: who decides goes back to what waits for them."""
    own = (wording.SERVICE, ROOT)
    return [own, (wording.LISTS["keputusan.html"], f"{ROOT}/keputusan")] if found.can_decide else [own]
