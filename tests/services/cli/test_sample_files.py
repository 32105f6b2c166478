"""The files in `sample/` are what their page says, and the people of the sample hold together."""

from pathlib import Path

from services.cli.sample.agency import import_file, moves, newcomers, people
from services.cli.sample.evidence import file_of
from services.cli.sample.moments import NOW
from services.planning.people.handlers import read_file

FILES = Path(__file__).parents[3] / "sample"


def test_the_newcomers_file_imports_without_a_fault() -> None:
    content = (FILES / "pegawai-baru.csv").read_bytes()
    assert content == import_file(newcomers())
    read = read_file(content, today=NOW.date())
    assert (len(read.rows), read.faults) == (len(newcomers()), ())


def test_every_fault_that_the_faulty_file_itself_shows_has_its_line() -> None:
    read = read_file((FILES / "pegawai-dengan-kesalahan.csv").read_bytes(), today=NOW.date())
    assert [(fault.line, fault.field, fault.code) for fault in read.faults] == [
        (2, "nip", "nip-lost-digits"),
        (3, "nip", "nip-not-18-digits"),
        (4, "nip", "nip-birth-date"),
        (5, "nip", "nip-serial"),
        (6, "nama", "value-missing"),
        (7, "unit", "value-missing"),
        (8, "berlaku_sejak", "date-unreadable"),
        (10, "nip_penilai", "own-appraiser"),
        (12, "nip", "nip-twice"),
    ]


def test_the_evidence_files_are_the_ones_the_sample_makes() -> None:
    for name in ("laporan-november-2026.pdf", "rekap-november-2026.csv", "tanda-terima.png"):
        assert (FILES / name).read_bytes() == file_of(name)


def test_everybody_is_led_by_somebody_up_to_one_head() -> None:
    nips = {one.nip for one in people()}
    assert len(nips) == len(people()) == 200
    assert {one.nip for one in moves()} <= nips
    [head] = [one for one in people() if not one.appraiser_nip]
    leads = {one.nip: one.appraiser_nip for one in people()}
    for nip in nips:
        above, steps = nip, 0
        while above != head.nip:
            above, steps = leads[above], steps + 1
            assert steps < 10
