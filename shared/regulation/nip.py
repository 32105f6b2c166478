"""The employee number (NIP) of civil servants and of government employees with a contract (PPPK)."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

FIRST_WORKING_AGE = 18
PPPK_MARK = "2"
MONTHS = range(1, 13)


class ImpossibleNip(ValueError):
    """A text that cannot be a NIP; `code` (kebab-case) says which part is wrong."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Employment(StrEnum):
    """Civil servant, or government employee with a contract."""

    PNS = "pns"
    PPPK = "pppk"


@dataclass(frozen=True, slots=True)
class Nip:
    """`digits` are the 18 as stored; `appointed_month` is 0 for PPPK, whose number carries the year alone."""

    digits: str
    employment: Employment
    born_on: date
    appointed_year: int
    appointed_month: int

    @property
    def spaced(self) -> str:
        """As printed: `19680411 199303 1 009`."""
        digits = self.digits
        return f"{digits[:8]} {digits[8:14]} {digits[14]} {digits[15:]}"

    def is_appointed_by(self, day: date) -> bool:
        """Whether the appointment that the number names has come on `day`; the birth came before it."""
        return (self.appointed_year, self.appointed_month) <= (day.year, day.month)


def parse_nip(text: str, *, refused: Collection[str] = ()) -> Nip:
    """Read a NIP, with or without the spaces it is printed with.

    PNS: birth YYYYMMDD, appointment YYYYMM, sex 1 or 2, serial 001-999. PPPK: birth, YYYY, 2, frequency 1-9,
    sex, serial. There is no check digit. `refused` are numbers that only samples may use.
    Raises ImpossibleNip. Source: domain reference, section 9 (SIASN; PermenPANRB and BKN numbering).
    """
    digits = re.sub(r"[ \u00a0]", "", text).removeprefix("'")
    if re.fullmatch(r"[\d.,]+[eE]\+?\d+", digits):
        raise ImpossibleNip("nip-lost-digits")
    if not re.fullmatch(r"[0-9]{18}", digits):
        raise ImpossibleNip("nip-not-18-digits")
    born_on = _birth(digits)
    employment, year, month = _appointment(digits)
    if year - born_on.year < FIRST_WORKING_AGE:
        raise ImpossibleNip("nip-appointed-too-young")
    if digits[14] not in "12":
        raise ImpossibleNip("nip-sex")
    if digits[15:] == "000":
        raise ImpossibleNip("nip-serial")
    if digits in refused:
        raise ImpossibleNip("nip-of-sample")
    return Nip(digits, employment, born_on, year, month)


def _birth(digits: str) -> date:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        raise ImpossibleNip("nip-birth-date") from None


def _appointment(digits: str) -> tuple[Employment, int, int]:
    year, month = int(digits[8:12]), int(digits[12:14])
    if month in MONTHS:
        return Employment.PNS, year, month
    if digits[12] == PPPK_MARK and digits[13] != "0":
        return Employment.PPPK, year, 0
    raise ImpossibleNip("nip-appointment")
