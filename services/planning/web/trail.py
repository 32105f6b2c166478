"""Jejak and Perubahan: planning's records told to those concerned, and all changes to the auditor."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from services.planning import wording
from services.planning.api.asking import Asked, Asking
from services.planning.calendar.decider import AGGREGATE as CALENDAR
from services.planning.calendar.decider import calendar_stream
from services.planning.context import Planning
from services.planning.lookups.decider import AGGREGATE as LOOKUPS
from services.planning.people.decider import AGGREGATE as PERSON
from services.planning.people.decider import person_stream
from services.planning.plan.decider import AGGREGATE as PLAN
from services.planning.plan.decider import plan_stream
from services.planning.queries.lists import plans_of
from services.planning.web.own_plan import Place
from services.planning.web.visit import ROOT, TRAIL, name_of, show
from shared.contracts.planning import SEGMENTS
from shared.erasure.record import ERASURE
from shared.identity.policy import Action
from shared.regulation.behavior import BERAKHLAK
from shared.store.store import LAST
from shared.store.stream import Stream
from shared.web import proofs, trail_reading
from shared.web.formatting import tanggal
from shared.web.proofs import BundleLink, Record, Version
from shared.web.trail_teller import Names, Telling
from shared.web.years import Year

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


async def plan_record(where: Place, asked: Asked) -> Record:
    """A plan's trail, for those who may read it."""
    await asked.may(Action.READ_TRAIL, where.employee_id)
    people = await asked.planning.people.many([where.employee_id])
    return Record(
        PLAN, where.stream, f"SKP {where.stream.plan_year}", subtitle=name_of(people, where.employee_id)
    )


async def person_record(employee_id: UUID, asked: Asked) -> Record:
    """The trail of what is known of a person."""
    await asked.may(Action.READ_TRAIL, employee_id)
    people = await asked.planning.people.many([employee_id])
    return Record(PERSON, person_stream(employee_id), "Data pegawai", subtitle=name_of(people, employee_id))


async def calendar_record(year: Year) -> Record:
    """The trail of a year's dates; anybody signed in may know."""
    return Record(CALENDAR, calendar_stream(year), f"Kalender {year}")


async def lookups_record(stream_id: UUID, asked: Asked) -> Record:
    """The trail of what a system sought in vain, for the auditor."""
    await asked.may(Action.READ_CHANGES)
    return Record(LOOKUPS, Stream(LOOKUPS.kind, stream_id), wording.RECORDS[LOOKUPS.kind])


def bundle_link(asked: Asking, record: Record) -> BundleLink | None:
    """Where the changes of a plan's year are as a file; other records have none."""
    if record.aggregate is not PLAN:
        return None
    return BundleLink(record.stream.plan_year, f"{asked.request.url.path}/berkas-pembuktian.zip")


def tell(path: str, read: Callable[..., Awaitable[Record]]) -> None:
    """Serve the trail of one kind of record at `path`, and the proof of each of its changes below it."""

    @router.get(path)
    async def trail(told: Annotated[Record, Depends(read)], asked: Asked) -> Response:
        story = await trail_reading.record(
            telling(asked.planning),
            told.aggregate,
            told.stream,
            trail_reading.Asked.read(asked.request.query_params),
            title=told.title,
            subtitle=told.subtitle,
        )
        return await show(asked, "jejak.html", record=story, bundle=bundle_link(asked, told))

    @router.get(f"{path}/pembuktian/{{version}}")
    async def proof(told: Annotated[Record, Depends(read)], version: Version, asked: Asked) -> Response:
        planning = asked.planning
        found = await proofs.proof(telling(planning), planning.settings, told, version)
        return await show(asked, "pembuktian.html", proof=found, back=proofs.trail_of(asked.request.url.path))


TRAILS: dict[str, Callable[..., Awaitable[Record]]] = {
    "/jejak/{plan_id:uuid}": plan_record,
    "/jejak/pegawai/{employee_id}": person_record,
    "/jejak/kalender/{year}": calendar_record,
    "/jejak/pencarian/{stream_id}": lookups_record,
}
for where, reading in TRAILS.items():
    tell(where, reading)


@router.get("/jejak/{plan_id:uuid}/berkas-pembuktian.zip")
async def plan_bundle(where: Place, asked: Asked) -> Response:
    """All plans of that employee and year with their proofs, as a file."""
    await asked.may(Action.READ_TRAIL, where.employee_id)
    employee, year = where.employee_id, where.stream.plan_year
    streams = {plan_stream(employee, year, segment).stream_id: LAST for segment in SEGMENTS}
    return await proofs.bundle(asked.planning.store, asked.planning.settings, employee, year, streams)


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
    return trail_reading.changes_file(
        telling(asked.planning), asked.request.query_params, "perubahan-perencanaan.csv"
    )
