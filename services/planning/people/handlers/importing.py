"""A file of people brought in: all of it in one transaction, or nothing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid5

import asyncpg
from uuid_utils.compat import uuid7

from services.planning.context import Planning
from services.planning.people.commands import ChangeAssignment, CorrectName, PersonCommand, RegisterPerson
from services.planning.people.decider import AGGREGATE, Person, person_stream
from services.planning.people.events import Assignment, PersonEvent
from services.planning.people.handlers.file import SIGN_IN_COLUMN, Fault, File, FileRefused, Row
from services.planning.projections import people_list
from shared.projection.runner import caught_up
from shared.store.act import Loaded, load
from shared.store.append import Connection
from shared.store.errors import KeyReused, Overloaded, VersionConflict
from shared.store.stream import Stream
from shared.store.unit import Appended, Intent, Mismatch, Outcome, Repeated, Unit

UNITS = UUID("7f0a4f52-3f6c-5a9f-9a51-6a656a616b34")
IMPORT_LOCK = 6_147_001
LAST_REGISTERED = """
SELECT stream_id, stream_version FROM event.events
WHERE plan_year = 0 AND stream_kind = 'person' AND type = 'PersonRegistered'
ORDER BY insert_order DESC LIMIT 1
"""
NEW = Loaded(Person(), 0, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What an import would do."""

    new: int
    changed: int
    unchanged: int

    @property
    def rows(self) -> int:
        """People in the file."""
        return self.new + self.changed + self.unchanged


@dataclass(frozen=True, slots=True)
class Planned:
    """One person's part of an import."""

    employee_id: UUID
    version: int
    events: tuple[PersonEvent, ...]


def unit_id(agency: str, name: str) -> UUID:
    """A unit goes by its name within the agency: the same name is the same unit."""
    return uuid5(UNITS, f"{agency}/{' '.join(name.split()).casefold()}")


async def preview(planning: Planning, file: File) -> Preview:
    """What importing the file would do now. Raises FileRefused."""
    planned = await plan_import(planning, file)
    new = sum(1 for one in planned if one.version == 0)
    changed = sum(1 for one in planned if one.version and one.events)
    return Preview(new=new, changed=changed, unchanged=len(planned) - new - changed)


async def import_people(planning: Planning, file: File, intent: Intent) -> Outcome:
    """Register who is new and change who differs, in one transaction. Imports wait for one another.

    Raises FileRefused, KeyReused, VersionConflict (somebody changed a person meanwhile).
    """
    store = planning.store
    if before := await store.remembered(intent.command_id, intent.request_hash):
        return answered(before)
    async with store.pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", IMPORT_LOCK)
        await settled(planning, connection)
        planned = await plan_import(planning, file)
        outcome = {
            "registered": sum(1 for one in planned if one.version == 0),
            "changed": sum(1 for one in planned if one.version and one.events),
            "people": len(planned),
        }
        units = [Unit(intent=intent, outcome=outcome), *units_of(planned, intent)]
        answers = await store.append(units, connection=connection)
        if isinstance(answers[0], Repeated | Mismatch):
            return answered(answers[0])
        if not all(isinstance(answer, Appended | Repeated) for answer in answers):
            raise VersionConflict
    store.written.set()
    return outcome


def answered(before: Repeated | Mismatch) -> Outcome:
    """The answer of the first time. Raises KeyReused."""
    if isinstance(before, Mismatch):
        raise KeyReused
    return before.outcome


async def settled(planning: Planning, connection: Connection) -> None:
    """Wait until everybody registered so far can be found by NIP, so that nobody comes in twice."""
    if not await are_listed(planning, connection, within=10):
        raise Overloaded


async def are_listed(planning: Planning, source: Connection | asyncpg.Pool, *, within: float = 1.0) -> bool:
    """Whether the list shows everybody registered so far, waiting up to `within` seconds for it."""
    last = await source.fetchrow(LAST_REGISTERED)
    if last is None:
        return True
    stream = Stream(AGGREGATE.kind, last["stream_id"])
    reader = people_list(planning.keyring).reader
    return await caught_up(planning.store, reader, stream, last["stream_version"], within=within)


async def plan_import(planning: Planning, file: File) -> list[Planned]:
    """What follows for each person of the file. Raises FileRefused with every fault there is."""
    known = {one.nip: one.employee_id for one in await planning.people.everyone() if one.nip}
    faults = [*file.faults, *misfits(file, known), *await returning(planning, file)]
    if faults:
        raise FileRefused(*sorted(faults, key=lambda one: one.line))
    rows = file.rows
    ids = known | {row.nip: known.get(row.nip) or row.employee_id or uuid7() for row in reversed(rows)}
    of_person: dict[str, list[Row]] = {}
    for row in rows:
        of_person.setdefault(row.nip, []).append(row)
    await planning.keyring.load(ids[nip] for nip in of_person)
    return [await planned_for(planning, ids, entries, known) for entries in of_person.values()]


async def returning(planning: Planning, file: File) -> list[Fault]:
    """Ids of people who were erased: nobody comes back under them."""
    erased = await planning.keyring.erased({row.employee_id for row in file.rows if row.employee_id})
    return [
        Fault(line=row.line, field=SIGN_IN_COLUMN, code="person-erased")
        for row in file.rows
        if row.employee_id in erased
    ]


def misfits(file: File, known: dict[str, UUID]) -> list[Fault]:
    """Appraisers who are neither known nor in the file; ids that belong to somebody else."""
    owners = {employee_id: nip for nip, employee_id in known.items()}
    faults = []
    for row in file.rows:
        if row.appraiser_nip and row.appraiser_nip not in file.nips and row.appraiser_nip not in known:
            faults.append(Fault(line=row.line, field="nip_penilai", code="appraiser-unknown"))
        if row.employee_id is None:
            continue
        if known.get(row.nip, row.employee_id) != row.employee_id:
            faults.append(Fault(line=row.line, field=SIGN_IN_COLUMN, code="id-differs"))
        elif owners.get(row.employee_id, row.nip) != row.nip:
            faults.append(Fault(line=row.line, field=SIGN_IN_COLUMN, code="id-twice"))
    return faults


async def planned_for(
    planning: Planning, ids: dict[str, UUID], rows: Sequence[Row], known: Collection[str]
) -> Planned:
    """The events that make one person as the file says, in the order of their dates, not of the file's rows.

    Who is new has no record to read.
    """
    employee_id = ids[rows[0].nip]
    loaded = NEW
    if rows[0].nip in known:
        loaded = await load(planning.store, AGGREGATE, person_stream(employee_id))
    state, events = loaded.state, list[PersonEvent]()
    ordered = sorted(rows, key=lambda one: one.valid_from)
    for command in commands_for(planning, ids, ordered, state):
        if isinstance(command, ChangeAssignment) and same_as_in_force(state, command.assignment):
            continue
        made = AGGREGATE.decider.decide(state, command)
        state = AGGREGATE.decider.fold(made, state)
        events += made
    return Planned(employee_id, loaded.version, tuple(events))


def commands_for(
    planning: Planning, ids: dict[str, UUID], rows: Sequence[Row], person: Person
) -> list[PersonCommand]:
    """What the rows of one person ask, given in the order of their dates; all have one name."""
    first = rows[0]
    unchanged = planning.keyring.says(person.full_name, first.full_name)
    commands: list[PersonCommand] = [
        RegisterPerson(employee_id=ids[first.nip], nip=first.nip, full_name=first.full_name),
        CorrectName(full_name=first.full_name, unchanged=unchanged),
    ]
    for row in rows:
        assignment = Assignment(
            valid_from=row.valid_from,
            unit_id=unit_id(planning.settings.agency, row.unit),
            unit_name=row.unit,
            position=row.position,
            appraiser_id=ids[row.appraiser_nip] if row.appraiser_nip else None,
        )
        commands.append(ChangeAssignment(assignment=assignment))
    return commands


def same_as_in_force(person: Person, wanted: Assignment) -> bool:
    """Whether the assignment in force on that date says the same: the monthly file repeats everybody."""
    now = person.on(wanted.valid_from)
    return now is not None and replace(now, valid_from=wanted.valid_from) == wanted


def units_of(planned: Sequence[Planned], intent: Intent) -> list[Unit]:
    """One unit of work per person that changes; each is a command of its own, made of the import's."""
    units = []
    for one in planned:
        if not one.events:
            continue
        stream = person_stream(one.employee_id)
        own = replace(intent, command_id=uuid5(intent.command_id, str(one.employee_id)))
        version = one.version + len(one.events)
        units.append(
            Unit(
                intent=own,
                outcome={"stream_id": str(stream.stream_id), "version": version},
                stream=stream,
                expected=one.version,
                events=one.events,
                subject_id=one.employee_id,
            )
        )
    return units
