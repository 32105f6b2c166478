"""Mirrors planning's people topic into the read tables of people that each service keeps."""

import json
from collections.abc import Sequence
from uuid import UUID

import structlog
from pydantic import ValidationError

from shared.contracts import planning
from shared.contracts.planning import PersonV1
from shared.messaging.feed import Feed
from shared.messaging.incoming import Raw
from shared.messaging.topics import COMPACTED, Topic
from shared.people import ASSIGNMENTS, PEOPLE
from shared.projection.projection import Change
from shared.store.append import Connection

log = structlog.get_logger()
# So many partitions however large the agency is: people change seldom, and the topic is small.
TOPIC = Topic(planning.PEOPLE, 8, dict(COMPACTED))
ERASED = float("inf")  # above every version

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
    return Feed(TOPIC.name, mirrored, newer_than_known)


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
