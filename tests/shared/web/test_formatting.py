from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from shared.web.formatting import angka, hari, nip, persen, sisa_hari, tanggal, tanggal_pendek, ukuran, waktu

AT = datetime(2026, 11, 23, 7, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2026, 11, 23), "23 November 2026"),
        (date(2027, 1, 1), "1 Januari 2027"),
        (date(2026, 8, 17), "17 Agustus 2026"),
        (None, "-"),
    ],
)
def test_a_date_is_written_with_its_month_in_words(day: date | None, written: str) -> None:
    assert tanggal(day) == written


def test_a_short_date_keeps_three_letters_of_the_month() -> None:
    assert tanggal_pendek(date(2026, 12, 5)) == "5 Des 2026"


@pytest.mark.parametrize(
    ("zone", "written"),
    [
        ("Asia/Jakarta", "23 November 2026 pukul 14.05 WIB"),
        ("Asia/Makassar", "23 November 2026 pukul 15.05 WITA"),
        ("Asia/Jayapura", "23 November 2026 pukul 16.05 WIT"),
    ],
)
def test_an_instant_is_told_in_the_agencys_zone(zone: str, written: str) -> None:
    assert waktu(AT, ZoneInfo(zone)) == written


def test_late_in_the_utc_day_it_is_already_tomorrow_in_jayapura() -> None:
    at = datetime(2026, 12, 31, 15, 30, tzinfo=UTC)
    assert waktu(at, ZoneInfo("Asia/Jayapura")) == "1 Januari 2027 pukul 00.30 WIT"
    assert tanggal(at, ZoneInfo("Asia/Jayapura")) == "1 Januari 2027"


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (Decimal("1234.5"), "1.234,5"),
        (Decimal("12.500"), "12,5"),
        (Decimal(100), "100"),
        (Decimal("1E+3"), "1.000"),
        (1_234_567, "1.234.567"),
        (Decimal("-0.00"), "0"),
        (Decimal("-1.5"), "\N{MINUS SIGN}1,5"),
        (None, "-"),
    ],
)
def test_a_number_has_points_for_thousands_and_a_comma(number: Decimal | int | None, written: str) -> None:
    assert angka(number) == written


def test_a_number_is_rounded_half_up_when_asked() -> None:
    assert angka(Decimal("91.65"), 1) == "91,7"
    assert persen(Decimal("91.6666"), 1) == "91,7%"


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("196804111993031009", "19680411 199303 1 009"),
        ("1968 04 11 199303 1 009", "19680411 199303 1 009"),
        ("12345", "12345"),
        (None, "-"),
    ],
)
def test_a_nip_is_grouped_as_it_is_printed(number: str | None, written: str) -> None:
    assert nip(number) == written


@pytest.mark.parametrize(
    ("size", "written"),
    [(0, "0 B"), (1023, "1.023 B"), (1536, "1,5 KB"), (10 * 1024**2, "10 MB"), (3 * 1024**3, "3 GB")],
)
def test_a_file_has_a_size_people_can_compare(size: int, written: str) -> None:
    assert ukuran(size) == written


def test_days_are_counted_towards_and_after_a_deadline() -> None:
    due = date(2026, 12, 5)
    assert hari(1200) == "1.200 hari"
    assert sisa_hari(due, date(2026, 12, 2)) == "3 hari lagi"
    assert sisa_hari(due, due) == "hari ini"
    assert sisa_hari(due, date(2026, 12, 6)) == "lewat 1 hari"
