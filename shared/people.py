"""Who works here and who appraises whom on a day: each service's own read tables of people."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import structlog
from pydantic import ValidationError
from sqlalchemy import Boolean, Column, Date, Index, Integer, MetaData, Select, Table, Text, Uuid, select
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.contracts.planning import PEOPLE as TOPIC
from shared.contracts.planning import PersonV1
from shared.identity.policy import ONESELF, Relation
from shared.messaging.feed import Feed
from shared.messaging.incoming import Raw
from shared.projection.projection import Change
from shared.store.append import Connection
from shared.together import Together

log = structlog.get_logger()

METADATA = MetaData()
PEOPLE = Table(
    "people",
    METADATA,
    Column("employee_id", Uuid, primary_key=True),
    Column("person_version", Integer),
    Column("nip", Text),
    Column("full_name", Text),
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
ERASED = float("inf")  # above every version

# Every command and every page asks this, so it goes without SQLAlchemy.
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

    def __init__(self, engine: AsyncEngine, pool: asyncpg.Pool) -> None:
        self._engine = engine
        self._pool = pool
        self._lines = Together(self._fetch_lines)

    async def get(self, employee_id: UUID) -> Person | None:
        """One person, or None where nothing is known yet."""
        return (await self.many([employee_id])).get(employee_id)

    async def many(self, employee_ids: Iterable[UUID]) -> dict[UUID, Person]:
        """Those of `employee_ids` that are known."""
        wanted = set(employee_ids)
        if not wanted:
            return {}
        return {one.employee_id: one for one in await self._people(PEOPLE.c.employee_id.in_(wanted))}

    async def everyone(self) -> list[Person]:
        """All people, by name."""
        return await self._people()

    async def find_nip(self, nip: str) -> UUID | None:
        """The employee with that NIP (18 digits)."""
        async with self._engine.connect() as connection:
            query = select(PEOPLE.c.employee_id).where(PEOPLE.c.nip == nip)
            found: UUID | None = (await connection.execute(query)).scalar()
        return found

    async def line(self, employee_id: UUID, day: date) -> Line:
        """The reporting line of the employee on `day`; nobody where nothing is known."""
        return await self._lines.get((employee_id, day)) or UNKNOWN

    async def _fetch_lines(self, asked: Sequence[tuple[UUID, date]]) -> dict[tuple[UUID, date], Line]:
        rows = await self._pool.fetch(LINES, [one[0] for one in asked], [one[1] for one in asked])
        return {
            (row["employee_id"], row["day"]): Line(row["appraiser_id"], row["superior_id"]) for row in rows
        }

    async def appraised_by(self, appraiser_id: UUID, day: date) -> list[Person]:
        """Everybody whose appraiser on `day` is `appraiser_id`, by name."""
        query = select(ASSIGNMENTS.c.employee_id).where(ASSIGNMENTS.c.appraiser_id == appraiser_id)
        ever = await self._people(PEOPLE.c.employee_id.in_(query))
        return [one for one in ever if (now := one.on(day)) and now.appraiser_id == appraiser_id]

    async def in_unit(self, unit_id: UUID, day: date) -> list[Person]:
        """Everybody who works in the unit on `day`, by name."""
        query = select(ASSIGNMENTS.c.employee_id).where(ASSIGNMENTS.c.unit_id == unit_id)
        ever = await self._people(PEOPLE.c.employee_id.in_(query))
        return [one for one in ever if (now := one.on(day)) and now.unit_id == unit_id]

    async def units(self) -> list[tuple[UUID, str]]:
        """Every unit that anybody was ever placed in, by name."""
        query = select(ASSIGNMENTS.c.unit_id, ASSIGNMENTS.c.unit_name).distinct()
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query.order_by(ASSIGNMENTS.c.unit_name))).all()
        return [(row.unit_id, row.unit_name) for row in rows]

    async def relation(self, actor_id: UUID, employee_id: UUID, day: date) -> Relation:
        """What `actor_id` is to the employee on `day`. To oneself one is nothing else."""
        if actor_id == employee_id:
            return ONESELF
        return (await self.line(employee_id, day)).relation(actor_id)

    async def _people(self, *conditions: Any) -> list[Person]:
        people: Select[Any] = select(PEOPLE).where(*conditions)
        async with self._engine.connect() as connection:
            rows = (await connection.execute(people.order_by(PEOPLE.c.full_name))).all()
            ids = [row.employee_id for row in rows]
            placed = select(ASSIGNMENTS).where(ASSIGNMENTS.c.employee_id.in_(ids))
            placements = (await connection.execute(placed.order_by(ASSIGNMENTS.c.valid_from))).all()
        held: dict[UUID, list[Placement]] = {}
        for row in placements:
            held.setdefault(row.employee_id, []).append(_placement(row))
        return [
            Person(
                employee_id=row.employee_id,
                nip=row.nip,
                full_name=row.full_name,
                placements=tuple(held.get(row.employee_id, ())),
            )
            for row in rows
        ]


def _placement(row: Any) -> Placement:
    return Placement(
        valid_from=row.valid_from,
        unit_id=row.unit_id,
        unit_name=row.unit_name,
        position=row.position,
        appraiser_id=row.appraiser_id,
    )


# Whoever names or erases people waits for whoever else does: between look and write nobody comes back.
LOCK_PEOPLE = "SELECT pg_advisory_xact_lock(1885695340)"
VERSIONS = """
SELECT asked.id AS employee_id, p.person_version,
       coalesce(p.erased, false) OR k.erased_at IS NOT NULL AS erased
FROM unnest($1::uuid[]) AS asked(id)
LEFT JOIN read.people p ON p.employee_id = asked.id
LEFT JOIN work.keys k ON k.subject_id = asked.id
WHERE p.employee_id IS NOT NULL OR k.erased_at IS NOT NULL
"""


def feed() -> Feed:
    """Planning's people mirrored into this service's own tables; a tombstone takes name and NIP away."""
    return Feed(TOPIC, mirrored, newer_than_known)


async def newer_than_known(messages: Sequence[Raw], connection: Connection) -> list[Raw]:
    """Leave out versions not above the known one, and all that follows an erasure.

    A publisher that slept through its successor's work may send an old name late; it stays away.
    """
    people = {who for raw in messages if (who := _employee(raw))}
    await connection.execute(LOCK_PEOPLE)
    rows = await connection.fetch(VERSIONS, list(people))
    known = {row["employee_id"]: ERASED if row["erased"] else row["person_version"] or 0 for row in rows}
    found: list[Raw] = []
    for raw in messages:
        who, version = _employee(raw), _version(raw)
        if who is not None and version > known.get(who, -1):
            known[who] = version
            found.append(raw)
    return found


def _employee(raw: Raw) -> UUID | None:
    try:
        return UUID((raw.key or b"").decode())
    except ValueError:
        return None


def _version(raw: Raw) -> float:
    """Infinite for a tombstone; 0 for what can't be read, which `mirrored` logs."""
    if raw.value is None:
        return ERASED
    try:
        return PersonV1.model_validate_json(raw.value).person_version
    except ValidationError:
        return 0


def mirrored(messages: Sequence[Raw]) -> list[Change]:
    """What `messages` change; one that can't be read is left out and logged by its place alone."""
    changes: list[Change] = []
    for raw in messages:
        if raw.value is None:
            changes += _erased(raw)
            continue
        try:
            person = PersonV1.model_validate_json(raw.value)
        except (ValidationError, json.JSONDecodeError):
            log.warning("person not understood", topic=raw.topic, partition=raw.partition, offset=raw.offset)
            continue
        changes += known(person)
    return changes


def known(person: PersonV1) -> list[Change]:
    """The rows of a person and of every placement."""
    key = {"employee_id": person.employee_id}
    values = {
        "person_version": person.person_version,
        "nip": person.nip,
        "full_name": person.full_name,
        "erased": False,
    }
    placements = [
        Change(
            ASSIGNMENTS,
            {**key, "valid_from": one.valid_from},
            {
                "unit_id": one.unit_id,
                "unit_name": one.unit_name,
                "position": one.position,
                "appraiser_id": one.appraiser_id,
            },
        )
        for one in person.assignments
    ]
    return [Change(PEOPLE, key, values), *placements]


def _erased(raw: Raw) -> list[Change]:
    who = _employee(raw)
    gone = {"nip": None, "full_name": None, "erased": True}
    return [] if who is None else [Change(PEOPLE, {"employee_id": who}, gone)]
