"""Who works here and who appraises whom on a day: each service's own read tables of people."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import asyncpg
from sqlalchemy import Boolean, Column, Date, Index, Integer, MetaData, Table, Text, Uuid

from shared.identity.policy import ONESELF, Relation
from shared.store.samples import ERASABLE
from shared.together import Together

METADATA = MetaData()
PEOPLE = Table(
    "people",
    METADATA,
    Column("employee_id", Uuid, primary_key=True),
    Column("person_version", Integer),
    Column("nip", Text, info=ERASABLE),
    Column("full_name", Text, info=ERASABLE),
    Column("erased", Boolean),
    Index("people_nip", "nip"),
    Index("people_full_name", "full_name"),
    schema="read",
)
ASSIGNMENTS = Table(
    "assignments",
    METADATA,
    Column("employee_id", Uuid, primary_key=True),
    Column("valid_from", Date, primary_key=True),
    Column("unit_id", Uuid),
    Column("unit_name", Text),
    Column("position", Text),
    Column("appraiser_id", Uuid),
    Index("assignments_appraiser", "appraiser_id"),
    Index("assignments_unit", "unit_id"),
    schema="read",
)
TABLES = (PEOPLE, ASSIGNMENTS)


def found_by(condition: str) -> str:
    """The statement that reads the people of `condition` with every placement, by name."""
    return f"""
SELECT p.employee_id, p.nip, p.full_name, a.valid_from, a.unit_id, a.unit_name, a.position, a.appraiser_id
FROM read.people p LEFT JOIN read.assignments a USING (employee_id)
WHERE {condition} ORDER BY p.full_name, p.employee_id, a.valid_from
"""


# Every command and every page asks these, so they go without SQLAlchemy.
BY_ID = found_by("p.employee_id = ANY($1::uuid[])")
EVER_APPRAISED_BY = found_by(
    "p.employee_id IN (SELECT employee_id FROM read.assignments WHERE appraiser_id = $1)"
)
EVER_IN_UNIT = found_by("p.employee_id IN (SELECT employee_id FROM read.assignments WHERE unit_id = $1)")
UNITS = "SELECT DISTINCT unit_id, unit_name FROM read.assignments ORDER BY unit_name"
LINES = """
SELECT asked.employee_id, asked.day, appraiser.appraiser_id, superior.appraiser_id AS superior_id
FROM unnest($1::uuid[], $2::date[]) AS asked(employee_id, day)
LEFT JOIN LATERAL (
    SELECT appraiser_id FROM read.assignments WHERE employee_id = asked.employee_id AND valid_from <= day
    ORDER BY valid_from DESC LIMIT 1) appraiser ON true
LEFT JOIN LATERAL (
    SELECT appraiser_id FROM read.assignments
    WHERE employee_id = appraiser.appraiser_id AND valid_from <= day
    ORDER BY valid_from DESC LIMIT 1) superior ON true
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Unit, position and appraiser from `valid_from` until the next placement."""

    valid_from: date
    unit_id: UUID
    unit_name: str
    position: str
    appraiser_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person as known now; `placements` in the order of their dates. Name and NIP are None when erased."""

    employee_id: UUID
    nip: str | None
    full_name: str | None
    placements: tuple[Placement, ...] = ()

    def on(self, day: date) -> Placement | None:
        """The placement in force on `day`."""
        in_force = [one for one in self.placements if one.valid_from <= day]
        return in_force[-1] if in_force else None


@dataclass(frozen=True, slots=True)
class Line:
    """Who appraises somebody on a day, and who appraises the appraiser."""

    appraiser_id: UUID | None = None
    superior_id: UUID | None = None

    def relation(self, actor_id: UUID | None) -> Relation:
        """What `actor_id` is to that person; None is nobody's appraiser."""
        return Relation(
            is_appraiser=actor_id is not None and actor_id == self.appraiser_id,
            is_appraisers_superior=actor_id is not None and actor_id == self.superior_id,
        )


UNKNOWN = Line()


class People:
    """Asks the read tables; what it answers is as fresh as they are."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._people = Together(self._fetch_people)
        self._lines = Together(self._fetch_lines)

    async def get(self, employee_id: UUID) -> Person | None:
        """One person, or None where nothing is known yet."""
        return await self._people.get(employee_id)

    async def many(self, employee_ids: Iterable[UUID]) -> dict[UUID, Person]:
        """Those of `employee_ids` that are known."""
        wanted = list(set(employee_ids))
        return await self._fetch_people(wanted) if wanted else {}

    async def everyone(self) -> list[Person]:
        """All people, by name."""
        return _persons(await self._pool.fetch(found_by("true")))

    async def find_nip(self, nip: str) -> UUID | None:
        """The employee with that NIP (18 digits)."""
        found: UUID | None = await self._pool.fetchval(
            "SELECT employee_id FROM read.people WHERE nip = $1", nip
        )
        return found

    async def line(self, employee_id: UUID, day: date) -> Line:
        """The reporting line of the employee on `day`; nobody where nothing is known."""
        return await self._lines.get((employee_id, day)) or UNKNOWN

    async def appraised_by(self, appraiser_id: UUID, day: date) -> list[Person]:
        """Everybody whose appraiser on `day` is `appraiser_id`, by name."""
        ever = _persons(await self._pool.fetch(EVER_APPRAISED_BY, appraiser_id))
        return [one for one in ever if (now := one.on(day)) and now.appraiser_id == appraiser_id]

    async def in_unit(self, unit_id: UUID, day: date) -> list[Person]:
        """Everybody who works in the unit on `day`, by name."""
        ever = _persons(await self._pool.fetch(EVER_IN_UNIT, unit_id))
        return [one for one in ever if (now := one.on(day)) and now.unit_id == unit_id]

    async def units(self) -> list[tuple[UUID, str]]:
        """Every unit that anybody was ever placed in, by name."""
        return [(row["unit_id"], row["unit_name"]) for row in await self._pool.fetch(UNITS)]

    async def relation(self, actor_id: UUID, employee_id: UUID, day: date) -> Relation:
        """What `actor_id` is to the employee on `day`. To oneself one is nothing else."""
        if actor_id == employee_id:
            return ONESELF
        return (await self.line(employee_id, day)).relation(actor_id)

    async def _fetch_people(self, ids: Sequence[UUID]) -> dict[UUID, Person]:
        return {one.employee_id: one for one in _persons(await self._pool.fetch(BY_ID, ids))}

    async def _fetch_lines(self, asked: Sequence[tuple[UUID, date]]) -> dict[tuple[UUID, date], Line]:
        rows = await self._pool.fetch(LINES, [one[0] for one in asked], [one[1] for one in asked])
        return {
            (row["employee_id"], row["day"]): Line(row["appraiser_id"], row["superior_id"]) for row in rows
        }


def _persons(rows: Sequence[asyncpg.Record]) -> list[Person]:
    """One row per placement, those of one person together; a person without any has one row."""
    found: dict[UUID, tuple[asyncpg.Record, list[Placement]]] = {}
    for row in rows:
        _, placements = found.setdefault(row["employee_id"], (row, []))
        if row["valid_from"] is not None:
            placements.append(_placement(row))
    return [
        Person(
            employee_id=employee_id,
            nip=row["nip"],
            full_name=row["full_name"],
            placements=tuple(placements),
        )
        for employee_id, (row, placements) in found.items()
    ]


def _placement(row: asyncpg.Record) -> Placement:
    return Placement(
        valid_from=row["valid_from"],
        unit_id=row["unit_id"],
        unit_name=row["unit_name"],
        position=row["position"],
        appraiser_id=row["appraiser_id"],
    )
