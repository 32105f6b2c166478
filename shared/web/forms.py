"""Reads what people typed into the fields that komponen.html makes."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

WELL_GROUPED = re.compile(r"-?\d{1,3}(\.\d{3})+(,\d+)?|-?\d+(,\d+)?")
DIGITS = 15
CHOOSE = "Pilih salah satu"


class Misread(ValueError):
    """The text cannot be what it should be; its message is for the person who typed it in `field`."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def text(form: Mapping[str, object], name: str) -> str:
    """A text field without the blanks around it; absent is empty."""
    value = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def choice(form: Mapping[str, object], name: str, choices: Iterable[str]) -> str:
    """The one of `choices` that was made. Raises Misread where none was: silence is no choice."""
    made = text(form, name)
    if made not in list(choices):
        raise Misread(CHOOSE, name)
    return made


def number(form: Mapping[str, object], name: str) -> Decimal | None:
    """`1.234,5` as a Decimal, None when empty. Raises Misread: a dot groups thousands, nothing else."""
    typed = text(form, name).replace(" ", "").replace("\N{MINUS SIGN}", "-")
    if not typed:
        return None
    if not WELL_GROUPED.fullmatch(typed) or len(typed) > DIGITS:
        msg = "Tulis angka seperti 12, 12,5 atau 1.250"
        raise Misread(msg, name)
    try:
        return Decimal(typed.replace(".", "").replace(",", "."))
    except InvalidOperation as error:
        msg = "Tulis angka seperti 12, 12,5 atau 1.250"
        raise Misread(msg, name) from error


def day(form: Mapping[str, object], name: str) -> date | None:
    """A date from one field (ISO 8601) or from its three parts, None when empty. Raises Misread."""
    whole = text(form, name)
    parts = [text(form, f"{name}-{part}") for part in ("year", "month", "day")]
    if not whole and not any(parts):
        return None
    try:
        if whole:
            return date.fromisoformat(whole)
        year, month, number_of_day = (int(part) for part in parts)
        return date(year, month, number_of_day)
    except ValueError as error:
        msg = "Tulis tanggal yang ada di kalender, misalnya 31 Januari 2027"
        raise Misread(msg, name) from error
