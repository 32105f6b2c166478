"""Jejak and Perubahan: planning's records told to those concerned, and all changes to the auditor."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from services.planning import wording
from services.planning.api.asking import Asked
from services.planning.calendar.decider import AGGREGATE as CALENDAR
from services.planning.calendar.decider import calendar_stream
from services.planning.context import Planning
from services.planning.lookups.decider import AGGREGATE as LOOKUPS
from services.planning.people.decider import AGGREGATE as PERSON
from services.planning.people.decider import person_stream
from services.planning.plan.decider import AGGREGATE as PLAN
from services.planning.queries.lists import plans_of
from services.planning.web.own_plan import Place
from services.planning.web.visit import ROOT, TRAIL, name_of, show
from shared.erasure.record import ERASURE
from shared.identity.policy import Action
from shared.regulation.behavior import BERAKHLAK
from shared.store.stream import Stream
from shared.web import trail_reading
from shared.web.formatting import tanggal
from shared.web.trail_teller import Names, Telling

router = APIRouter()
PATH = f"{ROOT}/perubahan"
CODES = (
    wording.STATUSES
    | wording.KINDS
    | wording.ASPECTS
    | wording.DIRECTIONS
    | wording.REASONS
    | wording.SOUGHT_BY
    | wording.SERVICES
    | {guide.value.value: guide.name for row in BERAKHLAK.rows for guide in row.value}
)


def telling(planning: Planning) -> Telling:
    """What planning knows about its own trail."""
    return Telling(
        store=planning.store,
        engine=planning.engine,
        people=planning.people,
        timezone=planning.settings.timezone,
        aggregates=(PERSON, CALENDAR, LOOKUPS, PLAN, ERASURE),
        events=wording.EVENT_LABELS,
        fields=wording.FIELD_LABELS,
        codes=CODES,
        records=wording.RECORDS,
        record_path=record_path,
        names_in=names_in,
        hidden=frozenset(
            {"employee_id", "year", "result_id", "indicator_id", "code", "unit_id", "agreed", "valid_from"}
        ),
    )


def record_path(stream: Stream, subject_id: UUID | None) -> str:
    """Where the record's trail is."""
    if stream.kind in (PERSON.kind, ERASURE.kind):
        return f"{TRAIL}/pegawai/{subject_id}"
    if stream.kind == CALENDAR.kind:
        return f"{TRAIL}/kalender/{stream.plan_year}"
    if stream.kind == LOOKUPS.kind:
        return f"{TRAIL}/pencarian/{stream.stream_id}"
    return f"{TRAIL}/{stream.stream_id}"


def names_in(state: Any) -> Names:
    """What the ids in a record's paths are called."""
    names: dict[str, str] = {}
    for result in getattr(state, "results", ()):
        names[str(result.result_id)] = result.title
        names |= {str(one.indicator_id): one.title for one in result.indicators}
    for one in getattr(state, "assignments", ()):
        names[one.valid_from.isoformat()] = f"Sejak {tanggal(one.valid_from)}"
    for expectation in getattr(state, "expectations", ()):
        names[expectation.code] = CODES.get(expectation.code, expectation.code)
    return names


@router.get("/jejak")
async def own_records(asked: Asked) -> Response:
    """The own records, each with its trail."""
    plans = await plans_of(asked.planning.engine, asked.who.actor_id)
    return await show(asked, "jejak_saya.html", plans=plans)


@router.get("/jejak/{plan_id:uuid}")
async def plan_trail(where: Place, asked: Asked) -> Response:
    """Everything that happened to a plan."""
    await asked.may(Action.READ_TRAIL, where.employee_id)
    people = await asked.planning.people.many([where.employee_id])
    record = await trail_reading.record(
        telling(asked.planning),
        PLAN,
        where.stream,
        trail_reading.Asked.read(asked.request.query_params),
        title=f"SKP {where.stream.plan_year}",
        subtitle=name_of(people, where.employee_id),
    )
    return await show(asked, "jejak.html", record=record)


@router.get("/jejak/pegawai/{employee_id}")
async def person_trail(employee_id: UUID, asked: Asked) -> Response:
    """Everything that happened to what is known of a person."""
    await asked.may(Action.READ_TRAIL, employee_id)
    people = await asked.planning.people.many([employee_id])
    record = await trail_reading.record(
        telling(asked.planning),
        PERSON,
        person_stream(employee_id),
        trail_reading.Asked.read(asked.request.query_params),
        title="Data pegawai",
        subtitle=name_of(people, employee_id),
    )
    return await show(asked, "jejak.html", record=record)


@router.get("/jejak/kalender/{year}")
async def calendar_trail(year: int, asked: Asked) -> Response:
    """Everything that happened to a year's dates; anybody signed in may know."""
    record = await trail_reading.record(
        telling(asked.planning),
        CALENDAR,
        calendar_stream(year),
        trail_reading.Asked.read(asked.request.query_params),
        title=f"Kalender {year}",
    )
    return await show(asked, "jejak.html", record=record)


@router.get("/jejak/pencarian/{stream_id}")
async def lookups_trail(stream_id: UUID, asked: Asked) -> Response:
    """What a system sought in vain, for the auditor."""
    await asked.may(Action.READ_CHANGES)
    record = await trail_reading.record(
        telling(asked.planning),
        LOOKUPS,
        Stream(LOOKUPS.kind, stream_id),
        trail_reading.Asked.read(asked.request.query_params),
        title=wording.RECORDS[LOOKUPS.kind],
    )
    return await show(asked, "jejak.html", record=record)


@router.get("/perubahan")
async def changes_page(asked: Asked) -> Response:
    """All changes, newest first, for the auditor."""
    await asked.may(Action.READ_CHANGES)
    view = await trail_reading.changes(telling(asked.planning), PATH, asked.request.query_params)
    return await show(asked, "perubahan.html", changes=view)


@router.get("/perubahan.csv")
async def changes_file(asked: Asked) -> Response:
    """The same list as a file."""
    await asked.may(Action.READ_CHANGES)
    text = await trail_reading.changes_csv(telling(asked.planning), asked.request.query_params)
    return Response(
        text,
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="perubahan-perencanaan.csv"'},
    )
