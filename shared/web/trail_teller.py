"""Turns what a service's trail holds into words: names, labels, values, reasons."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncEngine

from shared.people import People, Person
from shared.projection.diff import flatten
from shared.projection.past import is_read
from shared.projection.trail import Step
from shared.store.encrypted import Encrypted
from shared.store.keyring import NOBODY
from shared.store.store import Store
from shared.store.stream import Stream
from shared.store.unit import Aggregate, Recorded
from shared.web import trail_wording as words
from shared.web.formatting import angka, tanggal, waktu
from shared.web.steps import opened
from shared.web.trail_view import (
    FieldChange,
    TrailEntry,
)

Names = Mapping[str, str]
OF_SYSTEMS = frozenset({"system", "people:map"})


def no_names(state: Any) -> Names:
    """For records whose parts need no names of their own."""
    del state
    return {}


@dataclass(frozen=True, kw_only=True)
class Telling:
    """What a service knows about its own trail.

    `codes` words stored codes (statuses, kinds, reasons). `names_in` names the parts of a state by the id
    that their path holds. `record_path` is the address of the record of a stream and a subject.
    `hidden` are fields that say nothing to people. `answers` says, by type of event, what a reaction
    answers to. `texts` words codes that are plain text in events, where an enumeration has the same code.
    """

    store: Store
    engine: AsyncEngine
    people: People
    timezone: ZoneInfo
    aggregates: tuple[Aggregate[Any, Any, Any], ...]
    events: Names
    fields: Names
    codes: Names
    records: Names
    record_path: Callable[[Stream, UUID | None], str]
    names_in: Callable[[Any], Names] = no_names
    hidden: frozenset[str] = field(default=frozenset())
    answers: Names = field(default_factory=dict)
    texts: Names = field(default_factory=dict)

    def tells(self, path: str) -> bool:
        """Whether the field says something to people: neither it nor what it is part of is hidden."""
        return self.hidden.isdisjoint(re.split(r"[.\[\]]+", path))

    def aggregate(self, kind: str) -> Aggregate[Any, Any, Any]:
        """The aggregate of that kind of stream."""
        return next(one for one in self.aggregates if one.kind == kind)


@dataclass(frozen=True, slots=True)
class Teller:
    """Words for one page: the service's, and the people it speaks of."""

    telling: Telling
    people: Mapping[UUID, Person]

    def name(self, person_id: UUID) -> str | None:
        """A person's name; None where it was erased."""
        person = self.people.get(person_id)
        return person.full_name if person else words.NOT_KNOWN_YET

    def actor(self, actor_id: UUID, acting_role: str, event_type: str) -> str | None:
        """Who did it: a person, another system, or this one in answer to a message; None where erased."""
        if actor_id == NOBODY:
            answered = self.telling.answers.get(event_type)
            return words.ANSWERING.format(what=answered) if answered else words.SYSTEM
        if acting_role in OF_SYSTEMS:
            return words.OTHER_SYSTEM.format(id=str(actor_id)[:8])
        return self.name(actor_id)

    def label(self, path: str, names: Names) -> str:
        """`recommendations[<id>].status` as "Komunikasi Layanan Publik: Status"."""
        parts = path.replace("]", "").replace("[", ".").split(".")
        named = [names[part] for part in parts if part in names]
        last = next(
            (self.telling.fields[part] for part in reversed(parts) if part in self.telling.fields), path
        )
        return f"{named[-1]}: {last}" if named else last

    def value(self, value: Any, names: Names) -> str | None:  # noqa: C901, PLR0911 - a case a type
        """A stored value as people write it; None where there is none."""
        match value:
            case None | ():
                return None
            case Encrypted():
                return opened(value, self.telling.store.keyring)
            case bool():
                return words.YES if value else words.NO
            case datetime():
                return waktu(value, self.telling.timezone)
            case date():
                return tanggal(value)
            case Decimal():
                return angka(value)
            case UUID():
                return names.get(str(value)) or self.known(value)
            case Enum():
                return self.telling.codes.get(str(value.value), str(value.value))
            case tuple() | list():
                return ", ".join(self.value(one, names) or "" for one in value)
            case _:
                return self.telling.texts.get(str(value)) or self.telling.codes.get(str(value), str(value))

    def known(self, identity: UUID) -> str:
        """The person of that id, else the id itself, shortened."""
        person = self.people.get(identity)
        return (person.full_name or words.ERASED) if person else str(identity)[:8]

    def fields(self, step: Step, names: Names) -> tuple[FieldChange, ...]:
        """The fields that a step changed, without those that say nothing before and after."""
        told = (
            FieldChange(
                self.label(one.path, names), self.value(one.before, names), self.value(one.after, names)
            )
            for one in step.changes
            if self.telling.tells(one.path)
        )
        return tuple(one for one in told if one.before is not None or one.after is not None)

    def why(self, recorded: Recorded) -> str:
        """The reason: its code's words, and what was written."""
        code = self.telling.codes.get(recorded.reason_code or "", recorded.reason_code or "")
        text = self.value(recorded.reason_text, {}) if recorded.reason_text is not None else None
        return ". ".join(part for part in (code, text) if part)

    def entry(self, step: Step, names: Names, flags: Iterable[str] = ()) -> TrailEntry:
        """One event with what it changed."""
        recorded = step.recorded
        behalf = recorded.on_behalf_of
        what = self.telling.events.get(recorded.type, recorded.type)
        return TrailEntry(
            at=recorded.recorded_at,
            who=self.actor(recorded.actor_id, recorded.acting_role, recorded.type),
            what=what if is_read(recorded) else words.UNREADABLE.format(what=what),
            log_index=recorded.log_index or 0,
            version=recorded.stream_version,
            acting_role="" if recorded.actor_id == NOBODY else words.ROLES.get(recorded.acting_role, ""),
            on_behalf_of=(self.name(behalf) or words.ERASED) if behalf else "",
            why=self.why(recorded),
            effective_on=recorded.effective_on,
            fields=self.fields(step, names),
            flags=tuple(words.FLAGS.get(flag, flag) for flag in flags),
            is_readable=is_read(recorded),
        )


async def teller(telling: Telling, recorded: Iterable[Recorded], states: Iterable[Any] = ()) -> Teller:
    """A teller who knows everybody that these events and states speak of."""
    ids: set[UUID] = set()
    subjects: set[UUID] = set()
    for one in recorded:
        subjects.add(one.subject_id or NOBODY)
        ids |= {one.actor_id, *filter(None, (one.subject_id, one.on_behalf_of))}
    for state in states:
        ids |= {value for value in flatten(state).values() if isinstance(value, UUID)}
    await telling.store.keyring.load(subjects)
    return Teller(telling, await telling.people.many(ids))
