"""Tells a service's trail to people: one record's story, and the auditor's list of all changes."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from starlette.responses import StreamingResponse

from shared.projection import trail_query
from shared.projection.diff import flatten
from shared.projection.past import is_read, past, whole
from shared.projection.trail import Flag, Step, steps
from shared.projection.trail_query import Found, Wanted
from shared.store.stream import Stream
from shared.store.unit import Aggregate, Recorded
from shared.web import trail_wording as words
from shared.web.formatting import waktu
from shared.web.pager import Page
from shared.web.trail_teller import Names, Teller, Telling, teller
from shared.web.trail_view import ChangeFilters, ChangeRow, ChangesView, RecordView, TrailEntry

PART = 1_000
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How much of a record is wanted: up to a version, or as of the end of a local day; else all."""

    version: int | None = None
    as_of: date | None = None

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Asked":
        """From the address: `versi`, `per`; what can't be read counts as not asked."""
        version = query.get("versi", "")
        filters = ChangeFilters.read({"dari": query.get("per", "")})
        return cls(
            version=int(version) if version.isdecimal() and len(version) < 10 else None,  # noqa: PLR2004
            as_of=filters.since,
        )


@dataclass(frozen=True, slots=True)
class Story:
    """A record's steps, each with how a page tells it, oldest first, and what they came to."""

    told: list[tuple[Step, TrailEntry]]
    state: Any
    speaks: Teller
    names: Names
    unread: tuple[int, ...]


async def story(telling: Telling, aggregate: Aggregate[Any, Any, Any], stream: Stream, asked: Asked) -> Story:
    """What happened to one record, as far as it is wanted."""
    recorded = await past(telling.store, stream)
    if asked.version is not None:
        recorded = [one for one in recorded if one.stream_version <= asked.version]
    if asked.as_of is not None:
        zone = telling.timezone
        recorded = [one for one in recorded if is_by(one, asked.as_of, zone)]
    state = aggregate.decider.fold(one.event for one in whole(recorded))
    speaks = await teller(telling, recorded, [state])
    names = telling.names_in(state)
    return Story(
        told=[(step, speaks.entry(step, names)) for step in steps(aggregate, recorded)],
        state=state,
        speaks=speaks,
        names=names,
        unread=tuple(one.stream_version for one in recorded if not is_read(one)),
    )


async def record(
    telling: Telling,
    aggregate: Aggregate[Any, Any, Any],
    stream: Stream,
    asked: Asked,
    *,
    title: str,
    subtitle: str = "",
) -> RecordView:
    """One record's whole story, newest first, and the record as it stood then."""
    found = await story(telling, aggregate, stream, asked)
    entries = [entry for _, entry in found.told]
    stands_as = ""
    if asked.version is not None:
        stands_as = words.STANDS_AFTER.format(what=entries[-1].what) if entries else words.STANDS_BEFORE
    return RecordView(
        title=title,
        subtitle=subtitle,
        entries=tuple(reversed(entries)),
        state=() if found.unread else tuple(shown(found.speaks, found.state, found.names)),
        unread=found.unread,
        as_of=asked.as_of,
        stands_as=stands_as,
    )


def is_by(recorded: Recorded, day: date, zone: ZoneInfo) -> bool:
    """Whether it was recorded by the end of that local day; what has no readable instant may have been."""
    at: datetime | None = recorded.recorded_at
    return at is None or at.astimezone(zone).date() <= day


def shown(speaks: Teller, state: Any, names: Names) -> list[tuple[str, str]]:
    """The record itself as rows of label and value; what is empty is left out."""
    rows = []
    for path, value in flatten(state).items():
        text = speaks.value(value, names)
        if text and speaks.telling.tells(path):
            rows.append((speaks.label(path, names), text))
    return rows


def wanted(telling: Telling, filters: ChangeFilters) -> Wanted:
    """The filters of the address as the query takes them."""
    flags = {
        Flag.AFTER_AGREEMENT: filters.after_agreement,
        Flag.DIFFERS: filters.differs,
        Flag.LATE: filters.late,
        Flag.CORRECTED: filters.corrected,
    }
    return Wanted(
        zone=telling.timezone,
        since=filters.since,
        until=filters.until,
        unit_id=identity(filters.unit),
        actor_id=identity(filters.actor),
        kind=filters.kind,
        flags=tuple(name for name, is_asked in flags.items() if is_asked),
    )


def identity(text: str) -> UUID | None:
    """A UUID of the address; what is none counts as not asked."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


async def changes(telling: Telling, path: str, query: Mapping[str, str]) -> ChangesView:
    """The page of the list that the address asks for, each change with its fields before and after."""
    filters = ChangeFilters.read(query)
    asked = wanted(telling, filters)
    count = await trail_query.count(telling.engine, asked)
    page = Page.read(path, filters.query() | {"halaman": query.get("halaman", "1")}, count)
    rows = await trail_query.changes(telling.engine, asked, limit=page.size, offset=page.offset)
    units = {str(unit_id): name for unit_id, name in await telling.people.units()}
    return ChangesView(
        path=path,
        rows=tuple([await change(telling, row, units) for row in rows]),
        count=count,
        filters=filters,
        units=tuple(units.items()),
        actors=await actors(telling),
        kinds=tuple(sorted(telling.events.items(), key=lambda one: one[1])),
        page=page,
    )


async def actors(telling: Telling) -> tuple[tuple[str, str], ...]:
    """Everybody who changed something, people and systems, by the names that the list gives them."""
    acted = await trail_query.actors(telling.engine)
    speaks = Teller(telling, await telling.people.many({actor_id for actor_id, _ in acted}))
    named = {str(one): speaks.actor(one, role, "") or words.ERASED for one, role in acted}
    return tuple(sorted(named.items(), key=lambda one: one[1]))


async def change(telling: Telling, row: Found, units: Names) -> ChangeRow:
    """One change of the list, folded from its own stream."""
    stream = Stream(row.stream_kind, row.stream_id, row.plan_year)
    aggregate = telling.aggregate(row.stream_kind)
    recorded = await past(telling.store, stream, until=row.stream_version)
    readable = [one.event for one in whole(recorded)]
    before = aggregate.decider.fold(readable[: len(recorded) - 1])
    step, after = Step(recorded[-1], ()), before
    if len(readable) == len(recorded):
        (step,) = steps(aggregate, recorded[-1:], before)
        after = aggregate.decider.evolve(before, recorded[-1].event)
    speaks = await teller(telling, recorded[-1:], [before, after])
    path = telling.record_path(stream, row.subject_id)
    return ChangeRow(
        entry=speaks.entry(step, telling.names_in(after), row.flags),
        about=speaks.name(row.subject_id) if row.subject_id else None,
        unit=units.get(str(row.unit_id), ""),
        record=telling.records.get(row.stream_kind, row.stream_kind),
        before_href=f"{path}?versi={row.stream_version - 1}",
        after_href=f"{path}?versi={row.stream_version}",
    )


async def changes_csv(telling: Telling, query: Mapping[str, str]) -> AsyncIterator[str]:
    """The whole filtered list, part by part, as a file that spreadsheets here open.

    Semicolons, a BOM, no formulas; newest first in the log, as it was when the first part was read.
    """
    asked = wanted(telling, ChangeFilters.read(query))
    units = {str(unit_id): name for unit_id, name in await telling.people.units()}
    yield "\N{BOM}" + csv_lines([words.COLUMNS])
    before: int | None = None
    while rows := await trail_query.changes(telling.engine, asked, limit=PART, before=before):
        ids = {one for row in rows for one in (row.subject_id, row.actor_id) if one}
        speaks = Teller(telling, await telling.people.many(ids))
        yield csv_lines(cells(speaks, row, units) for row in rows)
        before = rows[-1].log_index


def changes_file(telling: Telling, query: Mapping[str, str], name: str) -> StreamingResponse:
    """The list as a download of that name; the caller has asked whether it may be read."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
    }
    return StreamingResponse(
        changes_csv(telling, query), media_type="text/csv; charset=utf-8", headers=headers
    )


def csv_lines(rows: Iterable[Sequence[str]]) -> str:
    """Rows as lines of the file."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue()


def cells(speaks: Teller, row: Found, units: Names) -> Sequence[str]:
    """One change as a line: names of the changed fields, never their values."""
    telling = speaks.telling
    path = telling.record_path(Stream(row.stream_kind, row.stream_id, row.plan_year), row.subject_id)
    return (
        waktu(row.recorded_at, telling.timezone),
        (speaks.name(row.subject_id) or words.ERASED) if row.subject_id else "",
        units.get(str(row.unit_id), ""),
        telling.events.get(row.type, row.type),
        speaks.actor(row.actor_id, row.acting_role, row.type) or words.ERASED,
        words.ROLES.get(row.acting_role, row.acting_role),
        telling.codes.get(row.reason_code or "", row.reason_code or ""),
        ", ".join(dict.fromkeys(speaks.label(one, {}) for one in row.changed)),
        ", ".join(words.FLAGS.get(flag, flag) for flag in row.flags),
        f"{path}?versi={row.stream_version}",
    )


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
