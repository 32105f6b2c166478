"""Jejak and Perubahan: planning's records told to those concerned, and all changes to the auditor."""

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
from services.planning.plan.handlers import SEGMENTS
from services.planning.queries.lists import plans_of
from services.planning.web.own_plan import Place
from services.planning.web.visit import ROOT, TRAIL, name_of, show
from shared.erasure.record import ERASURE
from shared.identity.policy import Action
from shared.regulation.behavior import BERAKHLAK
from shared.store.store import LAST
from shared.store.stream import Stream
from shared.web import proofs, trail_reading
from shared.web.formatting import tanggal
from shared.web.proofs import BundleLink, Record, Version
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


async def calendar_record(year: int) -> Record:
    """The trail of a year's dates; anybody signed in may know."""
    return Record(CALENDAR, calendar_stream(year), f"Kalender {year}")


async def lookups_record(stream_id: UUID, asked: Asked) -> Record:
    """The trail of what a system sought in vain, for the auditor."""
    await asked.may(Action.READ_CHANGES)
    return Record(LOOKUPS, Stream(LOOKUPS.kind, stream_id), wording.RECORDS[LOOKUPS.kind])


async def show_trail(asked: Asking, record: Record, bundle: BundleLink | None = None) -> Response:
    """Everything that happened to the record."""
    story = await trail_reading.record(
        telling(asked.planning),
        record.aggregate,
        record.stream,
        trail_reading.Asked.read(asked.request.query_params),
        title=record.title,
        subtitle=record.subtitle,
    )
    return await show(asked, "jejak.html", record=story, bundle=bundle)


async def show_proof(asked: Asking, record: Record, version: int) -> Response:
    """One change of the record with its proof."""
    planning = asked.planning
    found = await proofs.proof(telling(planning), planning.settings, record, version)
    back = asked.request.url.path.partition("/pembuktian/")[0]
    return await show(asked, "pembuktian.html", proof=found, back=back)


@router.get("/jejak/{plan_id:uuid}")
async def plan_trail(
    plan_id: UUID, record: Annotated[Record, Depends(plan_record)], asked: Asked
) -> Response:
    """Everything that happened to a plan."""
    year = record.stream.plan_year
    link = BundleLink(year, f"{TRAIL}/{plan_id}/berkas-pembuktian.zip")
    return await show_trail(asked, record, bundle=link)


@router.get("/jejak/{plan_id:uuid}/pembuktian/{version}")
async def plan_proof(
    record: Annotated[Record, Depends(plan_record)], version: Version, asked: Asked
) -> Response:
    """The proof of one change of a plan."""
    return await show_proof(asked, record, version)


@router.get("/jejak/{plan_id:uuid}/berkas-pembuktian.zip")
async def plan_bundle(where: Place, asked: Asked) -> Response:
    """All plans of that employee and year with their proofs, as a file."""
    await asked.may(Action.READ_TRAIL, where.employee_id)
    employee, year = where.employee_id, where.stream.plan_year
    streams = {plan_stream(employee, year, segment).stream_id: LAST for segment in SEGMENTS}
    return await proofs.bundle(asked.planning.store, asked.planning.settings, employee, year, streams)


@router.get("/jejak/pegawai/{employee_id}")
async def person_trail(record: Annotated[Record, Depends(person_record)], asked: Asked) -> Response:
    """Everything that happened to what is known of a person."""
    return await show_trail(asked, record)


@router.get("/jejak/pegawai/{employee_id}/pembuktian/{version}")
async def person_proof(
    record: Annotated[Record, Depends(person_record)], version: Version, asked: Asked
) -> Response:
    """The proof of one change of what is known of a person."""
    return await show_proof(asked, record, version)


@router.get("/jejak/kalender/{year}")
async def calendar_trail(record: Annotated[Record, Depends(calendar_record)], asked: Asked) -> Response:
    """Everything that happened to a year's dates."""
    return await show_trail(asked, record)


@router.get("/jejak/kalender/{year}/pembuktian/{version}")
async def calendar_proof(
    record: Annotated[Record, Depends(calendar_record)], version: Version, asked: Asked
) -> Response:
    """The proof of one change of a year's dates."""
    return await show_proof(asked, record, version)


@router.get("/jejak/pencarian/{stream_id}")
async def lookups_trail(record: Annotated[Record, Depends(lookups_record)], asked: Asked) -> Response:
    """What a system sought in vain."""
    return await show_trail(asked, record)


@router.get("/jejak/pencarian/{stream_id}/pembuktian/{version}")
async def lookups_proof(
    record: Annotated[Record, Depends(lookups_record)], version: Version, asked: Asked
) -> Response:
    """The proof of one look-up in vain."""
    return await show_proof(asked, record, version)


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
