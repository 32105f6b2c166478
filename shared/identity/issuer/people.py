"""The sample people that one may sign in as, read from a file and again whenever it changes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from pydantic import TypeAdapter

MOST_FOUND = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplePerson:
    """`hint` says what to look at when signed in as this person; those without are found by search."""

    employee_id: UUID
    name: str
    nip: str = ""
    position: str = ""
    unit: str = ""
    roles: tuple[str, ...] = ("employee",)
    hint: str = ""


READ = TypeAdapter(tuple[SamplePerson, ...])


@dataclass
class SamplePeople:
    """All sample people; the file may be written after the issuer has started."""

    file: Path
    _read_at: int = -1
    _people: dict[UUID, SamplePerson] = field(default_factory=dict)

    def all(self) -> Sequence[SamplePerson]:
        """Everybody in the file's order; nobody while there is no file."""
        self._refresh()
        return list(self._people.values())

    def get(self, employee_id: UUID) -> SamplePerson | None:
        """The person with this id, or None."""
        self._refresh()
        return self._people.get(employee_id)

    def featured(self) -> list[SamplePerson]:
        """Those with a hint, as the file orders them."""
        return [person for person in self.all() if person.hint]

    def found(self, words: str) -> list[SamplePerson]:
        """Up to 20 whose name, position or unit holds every one of `words`."""
        wanted = words.casefold().split()
        matching = [
            person
            for person in self.all()
            if all(word in f"{person.name} {person.position} {person.unit}".casefold() for word in wanted)
        ]
        return matching[:MOST_FOUND]

    def _refresh(self) -> None:
        try:
            changed_at = self.file.stat().st_mtime_ns
        except FileNotFoundError:
            return
        if changed_at != self._read_at:
            people = READ.validate_json(self.file.read_bytes())
            self._people, self._read_at = {person.employee_id: person for person in people}, changed_at
