"""How dates, times, numbers and identity numbers are written for Indonesian readers."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from zoneinfo import ZoneInfo

MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
ZONES = MappingProxyType({"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"})
NOTHING = "-"
NIP_LENGTH = 18
KIBIBYTE = 1024


def tanggal(day: date | None, zone: ZoneInfo | None = None) -> str:
    """`23 November 2026`; an instant is first brought to `zone`. None is a dash."""
    if day is None:
        return NOTHING
    if isinstance(day, datetime) and zone is not None:
        day = day.astimezone(zone)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def tanggal_pendek(day: date | None, zone: ZoneInfo | None = None) -> str:
    """`23 Nov 2026`, for narrow columns."""
    if day is None:
        return NOTHING
    if isinstance(day, datetime) and zone is not None:
        day = day.astimezone(zone)
    return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}"


def bulan(month: int) -> str:
    """The name of month 1 to 12."""
    return MONTHS[month - 1]


def jam(at: datetime, zone: ZoneInfo) -> str:
    """`14.05 WIB`: the hour in `zone`, with the name that Indonesia gives the zone."""
    local = at.astimezone(zone)
    name = ZONES.get(str(zone)) or local.tzname() or str(zone)
    return f"{local:%H.%M} {name}"


def waktu(at: datetime | None, zone: ZoneInfo) -> str:
    """`23 November 2026 pukul 14.05 WIB`. None is a dash."""
    if at is None:
        return NOTHING
    return f"{tanggal(at, zone)} pukul {jam(at, zone)}"


def angka(number: Decimal | int | None, places: int | None = None) -> str:
    """`1.234,5`: no trailing zeros, or rounded half up to `places`. None is a dash."""
    if number is None:
        return NOTHING
    exact = Decimal(number)
    if places is not None:
        exact = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    whole, _, fraction = f"{exact:,f}".partition(".")
    fraction = fraction.rstrip("0")
    text = whole.replace(",", ".") + (f",{fraction}" if fraction else "")
    return "0" if text == "-0" else text.replace("-", "\N{MINUS SIGN}")


def persen(number: Decimal | int | None, places: int | None = None) -> str:
    """`91,7%`; the number is already in hundredths."""
    return NOTHING if number is None else f"{angka(number, places)}%"


def nip(number: str | None) -> str:
    """`19680411 199303 1 009`; what has not 18 digits is left as it is. None is a dash."""
    if not number:
        return NOTHING
    digits = "".join(number.split())
    if len(digits) != NIP_LENGTH or not digits.isdigit():
        return number
    return f"{digits[:8]} {digits[8:14]} {digits[14]} {digits[15:]}"


def ukuran(size: int) -> str:
    """`1,2 MB`: the size of a file given in bytes."""
    amount = Decimal(size)
    for unit in ("B", "KB", "MB"):
        if amount < KIBIBYTE:
            return f"{angka(amount, 0 if unit == 'B' else 1)} {unit}"
        amount /= KIBIBYTE
    return f"{angka(amount, 1)} GB"


def hari(days: int) -> str:
    """`3 hari`; a day more or less is told by the caller's words."""
    return f"{angka(days)} hari"


def sisa_hari(due: date, today: date) -> str:
    """What a deadline means today: `hari ini`, `3 hari lagi`, `lewat 3 hari`."""
    days = (due - today).days
    if days == 0:
        return "hari ini"
    return f"{hari(days)} lagi" if days > 0 else f"lewat {hari(-days)}"


def filters(zone: ZoneInfo) -> dict[str, Callable[..., str]]:
    """All of the above as template filters that know the agency's zone."""

    def local_tanggal(day: date | None) -> str:
        return tanggal(day, zone)

    def local_tanggal_pendek(day: date | None) -> str:
        return tanggal_pendek(day, zone)

    def local_waktu(at: datetime | None) -> str:
        return waktu(at, zone)

    def local_jam(at: datetime) -> str:
        return jam(at, zone)

    return {
        "tanggal": local_tanggal,
        "tanggal_pendek": local_tanggal_pendek,
        "waktu": local_waktu,
        "jam": local_jam,
        "bulan": bulan,
        "angka": angka,
        "persen": persen,
        "nip": nip,
        "ukuran": ukuran,
        "hari": hari,
        "sisa_hari": sisa_hari,
    }
