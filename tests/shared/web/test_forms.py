from datetime import date
from decimal import Decimal

import pytest

from shared.web.forms import Misread, choice, day, number, text
from shared.web.pager import Page
from shared.web.trail_view import ChangeFilters, FieldChange, grouped


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("12", Decimal(12)),
        ("12,5", Decimal("12.5")),
        (" 1.234,50 ", Decimal("1234.50")),
        ("1.250", Decimal(1250)),
        ("", None),
    ],
)
def test_a_number_is_read_as_indonesians_write_it(typed: str, meant: Decimal | None) -> None:
    assert number({"target": typed}, "target") == meant


@pytest.mark.parametrize("typed", ["12.5", "1,234.5", "dua", "1e5", "NaN", "9" * 20, "1.2345"])
def test_a_number_that_could_mean_two_things_is_refused(typed: str) -> None:
    with pytest.raises(Misread):
        number({"target": typed}, "target")


@pytest.mark.parametrize("form", [{}, {"arah": ""}, {"arah": "naik"}])
def test_a_choice_that_was_not_made_is_no_choice(form: dict[str, str]) -> None:
    with pytest.raises(Misread, match="Pilih salah satu"):
        choice(form, "arah", ("higher", "lower"))
    assert choice({"arah": "lower"}, "arah", ("higher", "lower")) == "lower"


def test_a_date_is_read_from_one_field_or_from_three() -> None:
    assert day({"per": "2026-11-23"}, "per") == date(2026, 11, 23)
    assert day({"per-day": "1", "per-month": "2", "per-year": "2027"}, "per") == date(2027, 2, 1)
    assert day({}, "per") is None


@pytest.mark.parametrize(
    "form", [{"per": "kemarin"}, {"per-day": "31", "per-month": "2", "per-year": "2027"}, {"per-day": "1"}]
)
def test_a_date_that_does_not_exist_is_refused(form: dict[str, str]) -> None:
    with pytest.raises(Misread):
        day(form, "per")


def test_a_text_loses_the_blanks_around_it_and_a_file_is_no_text() -> None:
    assert text({"a": "  ada  "}, "a") == "ada"
    assert text({"a": object()}, "a") == ""


def test_a_page_keeps_the_filters_in_its_address() -> None:
    page = Page.read("/daftar", {"unit": "3", "kosong": "", "halaman": "2"}, 55)
    assert (page.number, page.last, page.offset) == (2, 3, 20)
    assert page.previous == "/daftar?unit=3&halaman=1"
    assert page.next == "/daftar?unit=3&halaman=3"
    assert page.numbers[1] == (2, "/daftar?unit=3&halaman=2", True)


@pytest.mark.parametrize(("asked", "given"), [("0", 1), ("99", 3), ("-1", 1), ("x", 1), ("", 1)])
def test_a_page_out_of_range_is_brought_into_it(asked: str, given: int) -> None:
    assert Page.read("/daftar", {"halaman": asked}, 55).number == given


def test_an_empty_list_has_one_page() -> None:
    page = Page.read("/daftar", {}, 0)
    assert (page.number, page.last, page.previous, page.next) == (1, 1, "", "")


def test_filters_of_changes_survive_the_way_into_an_address_and_back() -> None:
    filters = ChangeFilters(since=date(2026, 1, 1), unit="3", late=True)
    assert ChangeFilters.read(filters.query()) == filters
    assert not ChangeFilters.read({"dari": "bukan tanggal"}).is_set


def test_fields_are_told_part_by_part_and_empty_ones_not_at_all() -> None:
    found = grouped(
        [
            FieldChange("Status", "Draf", "Diajukan"),
            FieldChange("reports", None, None),
            FieldChange("Agustus, Laporan: Bulan", None, "8"),
            FieldChange("Agustus, Laporan: Hari terlambat", None, "0"),
        ],
    )
    assert [(part.title, part.is_new, len(part.fields)) for part in found] == [
        ("", False, 1),
        ("Agustus, Laporan", True, 2),
    ]
    assert [field.label for field in found[1].fields] == ["Bulan", "Hari terlambat"]
