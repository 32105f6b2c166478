"""What the pages Jejak and Perubahan show; a service fills these and renders the shared templates.

`jejak.html` takes `record: RecordView`; `perubahan.html` takes `changes: ChangesView`.
Texts are final: labels come from the service's wording, names from its people, values already formatted.
A name or reason that was erased is None and is shown as "dihapus".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from shared.web.pager import Page


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field; None stands for "was not there" before, "is gone" after."""

    label: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Fields of one part of a record; `title` is what their labels share before the last colon."""

    title: str
    fields: tuple[FieldChange, ...]

    @property
    def is_new(self) -> bool:
        """Whether none of it was there before."""
        return all(field.before is None for field in self.fields)


def grouped(fields: Iterable[FieldChange]) -> list[FieldGroup]:
    """The fields by the part they belong to, each label without what the part's title says already.

    What was empty and stays empty is left out.
    """
    parts: dict[str, list[FieldChange]] = {}
    for field in fields:
        if field.before is None and field.after is None:
            continue
        part, _, label = field.label.rpartition(": ")
        parts.setdefault(part, []).append(FieldChange(label, field.before, field.after))
    return [FieldGroup(part, tuple(found)) for part, found in parts.items()]


@dataclass(frozen=True, slots=True)
class Link:
    """Where a reader goes from here."""

    text: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailEntry:
    """One event of a record, as told to people; of one that can't be read `at` may be None."""

    at: datetime | None
    who: str | None
    what: str
    log_index: int
    version: int
    acting_role: str = ""
    on_behalf_of: str = ""
    why: str = ""
    effective_on: date | None = None
    fields: tuple[FieldChange, ...] = ()
    flags: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    is_readable: bool = True

    @property
    def anchor(self) -> str:
        """The entry's place within its page."""
        return f"catatan-{self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordView:
    """One record's whole trail, newest first, and the record itself as of a date.

    `state` is the record as it stood: (label, value) rows. `as_of` is None for today. `unread` are the
    versions that can't be read; with one of them nobody knows how the record stands.
    """

    title: str
    entries: tuple[TrailEntry, ...]
    state: tuple[tuple[str, str], ...] = ()
    subtitle: str = ""
    as_of: date | None = None
    stands_as: str = ""
    unread: tuple[int, ...] = ()
    page: Page | None = None

    @property
    def parts(self) -> list[FieldGroup]:
        """The record as it stood, part by part."""
        return grouped(FieldChange(label, None, value) for label, value in self.state)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFilters:
    """What the auditor asks for; the empty value of each means "all"."""

    since: date | None = None
    until: date | None = None
    unit: str = ""
    actor: str = ""
    kind: str = ""
    after_agreement: bool = False
    differs: bool = False
    late: bool = False
    corrected: bool = False

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "ChangeFilters":
        """From the address; what does not read as a date counts as not asked."""
        return cls(
            since=iso_date(query.get("dari", "")),
            until=iso_date(query.get("sampai", "")),
            unit=query.get("unit", ""),
            actor=query.get("pelaku", ""),
            kind=query.get("jenis", ""),
            after_agreement=query.get("setelah-penetapan") == "ya",
            differs=query.get("beda-usulan") == "ya",
            late=query.get("terlambat") == "ya",
            corrected=query.get("koreksi") == "ya",
        )

    def query(self) -> dict[str, str]:
        """The same filters as they stand in an address, without the empty ones."""
        flags = {
            "setelah-penetapan": self.after_agreement,
            "beda-usulan": self.differs,
            "terlambat": self.late,
            "koreksi": self.corrected,
        }
        asked = {
            "dari": self.since.isoformat() if self.since else "",
            "sampai": self.until.isoformat() if self.until else "",
            "unit": self.unit,
            "pelaku": self.actor,
            "jenis": self.kind,
            **{name: "ya" if is_set else "" for name, is_set in flags.items()},
        }
        return {name: value for name, value in asked.items() if value}

    @property
    def is_set(self) -> bool:
        """Whether anything is filtered."""
        return bool(self.query())


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """One change in the list; the links open the record just before and just after it."""

    entry: TrailEntry
    about: str | None
    unit: str
    record: str
    before_href: str
    after_href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesView:
    """The auditor's list of one service. Options are (value, text) for the filter's choices."""

    path: str
    rows: tuple[ChangeRow, ...]
    count: int
    filters: ChangeFilters
    units: tuple[tuple[str, str], ...]
    actors: tuple[tuple[str, str], ...]
    kinds: tuple[tuple[str, str], ...]
    page: Page

    @property
    def csv_href(self) -> str:
        """The same list, with the same filters, as a file."""
        query = urlencode(self.filters.query())
        return f"{self.path}.csv" + (f"?{query}" if query else "")


def iso_date(text: str) -> date | None:
    """A date written as ISO 8601, or None."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
