"""A CSV file of people as offices in Indonesia write it, read into rows with every fault named."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from shared.regulation.nip import ImpossibleNip, parse_nip

COLUMNS = ("nip", "nama", "jabatan", "unit", "nip_penilai", "berlaku_sejak")
SIGN_IN_COLUMN = "id_pegawai"
DELIMITERS = ";,"
FOREIGN_DELIMITERS = {"\t": "tab", "|": "|", ":": ":"}
MOST_ROWS = 50_000
LONGEST = 200
FIRST_DAY, LAST_DAY = date(1980, 1, 1), date(2100, 1, 1)
WHOLE_FILE = 0
DATE_FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y")

Told = Callable[[str, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with one value. `line` is that of the file (the header is line 1), 0 for the whole file.

    `code` has its wording in `wording.FAULTS`; `facts` are the values the sentence names.
    """

    line: int
    field: str
    code: str
    facts: tuple[str, ...] = ()


class FileRefused(Exception):
    """Nothing of the file was taken; every fault that was found."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One person of the file, read. `employee_id` is given only where the sign-in already has one."""

    line: int
    nip: str
    full_name: str
    position: str
    unit: str
    appraiser_nip: str | None
    valid_from: date
    employee_id: UUID | None


@dataclass(frozen=True, slots=True)
class File:
    """What could be read of a file. `nips` are all that stand in it, those of faulty rows too."""

    rows: tuple[Row, ...]
    faults: tuple[Fault, ...]
    nips: frozenset[str]


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it stands in the file, or what keeps it from being read."""

    line: int
    values: dict[str, str]
    fault: Fault | None


def read_file(content: bytes, *, today: date, refused_nips: Collection[str] = ()) -> File:
    """Every row, or what is wrong with it today. Raises FileRefused for what is no such file at all."""
    lines = list(table_of(decoded(content)))
    if not lines:
        raise FileRefused(Fault(line=WHOLE_FILE, field="", code="file-without-rows"))
    found = [[one.fault] if one.fault else read_row(one.line, one.values, refused_nips) for one in lines]
    rows = [one for one in found if isinstance(one, Row)]
    faults = [fault for one in found if not isinstance(one, Row) for fault in one]
    nips = frozenset("".join(one.values.get("nip", "").split()) for one in lines)
    return File(tuple(rows), (*faults, *repeated(rows), *not_appointed(rows, today)), nips)


def decoded(content: bytes) -> str:
    """UTF-8, with or without the mark Excel puts first. Raises FileRefused."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise FileRefused(Fault(line=line, field="", code="file-not-utf8")) from None
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise FileRefused(Fault(line=line, field="", code="file-not-text"))
    return text


def table_of(text: str) -> Iterator[Line]:
    """Each row that is not empty. Raises FileRefused for another table."""
    header = text.splitlines()[0] if text.strip() else ""
    delimiter = max(DELIMITERS, key=header.count)
    rows = rows_of(text, delimiter)
    first, titles = next(rows, (1, []))
    if titles is None:
        raise FileRefused(Fault(line=first, field="", code="file-not-csv"))
    names = [title.lower() for title in titles]
    must_be_known(names)
    for number, (line, values) in enumerate(rows):
        if number >= MOST_ROWS:
            raise FileRefused(Fault(line=line, field="", code="file-too-long", facts=(str(MOST_ROWS),)))
        if values is None:
            yield Line(line, {}, Fault(line=line, field="", code="file-not-csv"))
        elif any(values):
            yield Line(line, dict(zip(names, values, strict=False)), of_other_width(line, values, names))


def rows_of(text: str, delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    """The line on which each row begins, and its values; None where a quotation does not end."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            yield line, [value.strip() for value in next(reader)]
        except csv.Error:
            yield line, None
        except StopIteration:
            return


def of_other_width(line: int, values: list[str], names: list[str]) -> Fault | None:
    """The fault of a row with more or fewer values than there are columns."""
    if len(values) == len(names):
        return None
    facts = (str(len(values)), str(len(names)))
    return Fault(line=line, field="", code="row-of-other-width", facts=facts)


def must_be_known(names: list[str]) -> None:
    """The header names the columns, in any order. Raises FileRefused naming every one missing or foreign.

    A header that another delimiter divides is one column; then that alone is named.
    """
    foreign = [name for mark, name in FOREIGN_DELIMITERS.items() if mark in "".join(names)]
    if len(names) == 1 and foreign:
        raise FileRefused(Fault(line=1, field="", code="delimiter-unknown", facts=(foreign[0],)))
    faults = [Fault(line=1, field=name, code="column-missing") for name in COLUMNS if name not in names]
    known = {*COLUMNS, SIGN_IN_COLUMN}
    faults += [Fault(line=1, field=name, code="column-unknown") for name in names if name not in known]
    twice = [name for name, times in Counter(names).items() if times > 1 and name in known]
    faults += [Fault(line=1, field=name, code="column-twice") for name in twice]
    if faults:
        raise FileRefused(*faults)


def read_row(line: int, values: dict[str, str], refused_nips: Collection[str]) -> Row | list[Fault]:
    """The row, or everything that is wrong with it."""
    faults: list[Fault] = []

    def fault(field: str, code: str) -> None:
        faults.append(Fault(line=line, field=field, code=code))

    nip = nip_of(values["nip"], "nip", refused_nips, fault)
    appraiser = values["nip_penilai"]
    appraiser_nip = nip_of(appraiser, "nip_penilai", refused_nips, fault) if appraiser else None
    if nip and nip == appraiser_nip:
        fault("nip_penilai", "own-appraiser")
    for field in ("nama", "jabatan", "unit"):
        if not values[field]:
            fault(field, "value-missing")
        elif len(values[field]) > LONGEST or not values[field].isprintable():
            fault(field, "value-unreadable")
    valid_from = day_of(values["berlaku_sejak"], fault)
    employee_id = id_of(values.get(SIGN_IN_COLUMN, ""), fault)
    if faults or nip is None or valid_from is None:
        return faults
    return Row(
        line=line,
        nip=nip,
        full_name=values["nama"],
        position=values["jabatan"],
        unit=values["unit"],
        appraiser_nip=appraiser_nip,
        valid_from=valid_from,
        employee_id=employee_id,
    )


def nip_of(text: str, field: str, refused_nips: Collection[str], fault: Told) -> str | None:
    """18 digits, or a fault that says which part is wrong."""
    try:
        return parse_nip(text, refused=refused_nips).digits
    except ImpossibleNip as impossible:
        fault(field, impossible.code if text else "value-missing")
        return None


def day_of(text: str, fault: Told) -> date | None:
    """A date as `2026-01-31` or, as Excel in Indonesia writes it, `31/01/2026`."""
    if not text:
        fault("berlaku_sejak", "value-missing")
        return None
    for form in DATE_FORMS:
        try:
            day = datetime.strptime(text, form).date()  # noqa: DTZ007 - a local date, no instant
        except ValueError:
            continue
        if FIRST_DAY <= day < LAST_DAY:
            return day
    fault("berlaku_sejak", "date-unreadable")
    return None


def id_of(text: str, fault: Told) -> UUID | None:
    """The id under which the sign-in knows the person, where the file has it."""
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        fault(SIGN_IN_COLUMN, "id-unreadable")
        return None


def not_appointed(rows: list[Row], today: date) -> list[Fault]:
    """A NIP is given with the appointment: by today, or where the place is from a later day, by then."""
    return [
        Fault(line=row.line, field=field, code="nip-in-future")
        for row in rows
        for field, nip in (("nip", row.nip), ("nip_penilai", row.appraiser_nip))
        if nip and not parse_nip(nip).is_appointed_by(max(today, row.valid_from))
    ]


def repeated(rows: list[Row]) -> list[Fault]:
    """A person may stand in the file more than once, but with one date, one name and one id at a time."""
    faults = []
    first: dict[tuple[str, date], int] = {}
    names: dict[str, str] = {}
    owners: dict[UUID, str] = {}
    for row in rows:
        before = first.setdefault((row.nip, row.valid_from), row.line)
        if before != row.line:
            faults.append(Fault(line=row.line, field="nip", code="nip-twice", facts=(str(before),)))
        if names.setdefault(row.nip, row.full_name) != row.full_name:
            faults.append(Fault(line=row.line, field="nama", code="name-differs"))
        if row.employee_id and owners.setdefault(row.employee_id, row.nip) != row.nip:
            faults.append(Fault(line=row.line, field=SIGN_IN_COLUMN, code="id-twice"))
    return faults
