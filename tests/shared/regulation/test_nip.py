"""A NIP says what it can, and an impossible one says which part is wrong."""

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.regulation.nip import Employment, ImpossibleNip, parse_nip

PNS = "196804111993031009"
PPPK = "199005172022211003"


def test_a_civil_servants_number_says_birth_and_appointment() -> None:
    nip = parse_nip(PNS)
    assert nip.employment is Employment.PNS
    assert nip.born_on == date(1968, 4, 11)
    assert (nip.appointed_year, nip.appointed_month) == (1993, 3)
    assert nip.spaced == "19680411 199303 1 009"


def test_a_contract_employees_number_has_a_year_and_a_mark() -> None:
    nip = parse_nip(PPPK)
    assert nip.employment is Employment.PPPK
    assert (nip.appointed_year, nip.appointed_month) == (2022, 0)


@pytest.mark.parametrize("written", ["19680411 199303 1 009", "'196804111993031009", f" {PNS} "])
def test_spaces_and_the_spreadsheets_apostrophe_are_read_over(written: str) -> None:
    assert parse_nip(written).digits == PNS


@pytest.mark.parametrize(
    ("written", "is_appointed"),
    [
        ("200001012026121001", True),
        ("200001012027011001", False),
        ("200001012026211001", True),
        ("200001012027211001", False),
        ("206804112093031009", False),
    ],
)
def test_a_number_says_whether_its_appointment_has_come(written: str, *, is_appointed: bool) -> None:
    assert parse_nip(written).is_appointed_by(date(2026, 12, 1)) is is_appointed


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "nip-not-18-digits"),
        ("19680411199303100", "nip-not-18-digits"),
        ("1968041119930310091", "nip-not-18-digits"),
        ("19680411199303100X", "nip-not-18-digits"),
        ("".join(chr(0xFF10 + int(digit)) for digit in PNS), "nip-not-18-digits"),
        ("1,96804E+17", "nip-lost-digits"),
        ("1.96804111993031E+17", "nip-lost-digits"),
        ("196802301993031009", "nip-birth-date"),
        ("000004111993031009", "nip-birth-date"),
        ("196804111993131009", "nip-appointment"),
        ("196804111993001009", "nip-appointment"),
        ("196804111993201009", "nip-appointment"),
        ("196804111985031009", "nip-appointed-too-young"),
        ("196804111993033009", "nip-sex"),
        ("196804111993031000", "nip-serial"),
    ],
)
def test_an_impossible_number_is_refused_by_its_wrong_part(written: str, code: str) -> None:
    with pytest.raises(ImpossibleNip) as caught:
        parse_nip(written)
    assert caught.value.code == code


def test_a_sample_number_is_refused_only_where_it_is_named() -> None:
    sample = "198503152010012901"
    assert parse_nip(sample).digits == sample
    with pytest.raises(ImpossibleNip) as caught:
        parse_nip(sample, refused={sample})
    assert caught.value.code == "nip-of-sample"
    assert parse_nip("198503152010012902", refused={sample})


@given(st.text(max_size=24))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    with contextlib.suppress(ImpossibleNip):
        assert len(parse_nip(text).digits) == 18
