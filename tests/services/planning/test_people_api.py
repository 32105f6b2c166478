"""People over HTTP: a file comes in whole or not at all, and a look-up leaves its mark."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.planning.lookups.decider import lookups_stream
from services.planning.lookups.events import PersonNotFound
from services.planning.people.decider import AGGREGATE, person_stream
from shared.identity.actor import client_actor_id
from shared.store.act import load
from tests.eventually import eventually
from tests.services.planning.office import (
    AUDITOR,
    BUDI,
    EVERYBODY,
    HEADER,
    HENDRA,
    HR,
    JSON,
    NIPS,
    RATNA,
    SARI,
    TRAINING,
    UNIT,
    Office,
    line,
)

MAPPING: dict[str, Any] = {"sub": "diklat", "client_id": "diklat", "scope": "people:map"}
RINA = UUID(int=77)
RINAS_NIP = "199505052020122005"


def file(*lines: str, header: str = HEADER) -> str:
    return "\n".join([header, *lines])


def rina(**changed: str) -> str:
    who = {"nip": RINAS_NIP, "nama": "Rina Kartika", "id_pegawai": str(RINA)}
    return line(BUDI, **(who | changed))


async def faults(office: Office, content: str | bytes) -> list[tuple[str, str]]:
    """Where and what: every fault the file was refused for."""
    answer = await office.imports(content)
    assert answer.status_code == 422, answer.text
    assert answer.json()["type"].endswith("/file-refused")
    return [(one["field"], one["message"]) for one in answer.json()["errors"]]


async def test_the_same_file_again_changes_nothing(office: Office) -> None:
    again = await office.imports(EVERYBODY)
    assert again.json() == {"registered": 0, "changed": 0, "people": 5}


async def test_the_same_key_answers_as_before_and_never_takes_another_file(office: Office) -> None:
    key = str(uuid4())
    first = await office.imports(file(rina()), key=key)
    assert first.json()["registered"] == 1
    assert (await office.imports(file(rina()), key=key)).json() == first.json()
    other = await office.imports(file(rina(nama="Rina K.")), key=key)
    assert (other.status_code, other.json()["type"]) == (422, "/problems/key-reused")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("delimiter", [";", ","])
async def test_semicolon_or_comma_with_or_without_the_mark(
    office: Office, encoding: str, delimiter: str
) -> None:
    content = file(rina()).replace(";", delimiter).encode(encoding)
    assert (await office.imports(content)).json()["registered"] == 1


async def test_every_bad_row_is_named_with_line_field_and_reason_and_nothing_is_kept(office: Office) -> None:
    found = await faults(
        office,
        file(
            rina(),
            line(SARI, nip="199213142015032001"),
            line(BUDI, nama="", berlaku_sejak="31-02-2026"),
            line(RATNA, nip="1,97805E+17"),
            line(HENDRA, nip_penilai=NIPS[HENDRA]),
            line(HR, nip_penilai="197001011995031009"),
        ),
    )
    assert [where for where, _ in found] == [
        "lines.3.nip",
        "lines.4.nama",
        "lines.4.berlaku_sejak",
        "lines.5.nip",
        "lines.6.nip_penilai",
        "lines.7.nip_penilai",
    ]
    assert all(words for _, words in found)
    assert await office.context.people.get(RINA) is None
    assert (await office.context.store.read(person_stream(RINA))) == []


async def test_a_row_of_another_shape_hides_no_other_fault(office: Office) -> None:
    crooked = line(BUDI, nama='"Budi"; S.E.')
    found = await faults(office, file(rina(nama=""), f"{rina()};lebih", "a;b", crooked, rina(unit="")))
    assert found == [
        ("lines.2.nama", "Wajib diisi"),
        ("lines.3", "Baris ini memuat 8 kolom, seharusnya 7; periksa pemisah titik koma atau koma"),
        ("lines.4", "Baris ini memuat 2 kolom, seharusnya 7; periksa pemisah titik koma atau koma"),
        ("lines.5", "Baris ini memuat 8 kolom, seharusnya 7; periksa pemisah titik koma atau koma"),
        ("lines.6.unit", "Wajib diisi"),
    ]
    found = await faults(office, file('"Budi" S.E.;b', rina(nama=""), rina(unit=""), '"a;b'))
    assert [where for where, _ in found] == ["lines.2", "lines.3.nama", "lines.4.unit", "lines.5"]


@pytest.mark.parametrize(("delimiter", "named"), [("\t", "tab"), ("|", "|"), (":", ":")])
async def test_a_foreign_delimiter_is_told_instead_of_its_columns(
    office: Office, delimiter: str, named: str
) -> None:
    assert await faults(office, file(rina()).replace(";", delimiter)) == [
        ("lines.1", f"Pemisah kolom pada berkas ini ({named}) tidak dikenal; pakai titik koma atau koma")
    ]


async def test_who_is_appointed_later_comes_in_for_that_day_and_not_before(office: Office) -> None:
    later = {"nip": "200505052026022005"}
    led = line(BUDI, nip_penilai=later["nip"], berlaku_sejak="2026-01-01")
    found = await faults(office, file(rina(**later), led))
    told = "Menurut NIP ini pegawai baru diangkat sesudah tanggal berlakunya"
    assert found == [("lines.2.nip", told), ("lines.3.nip_penilai", told)]
    ahead = await office.imports(file(rina(**later, berlaku_sejak="2026-02-01")))
    assert ahead.json()["registered"] == 1


async def test_an_unknown_appraiser_is_told_with_its_line(office: Office) -> None:
    found = await faults(office, file(rina(nip_penilai="197001011995031009")))
    assert [where for where, _ in found] == ["lines.2.nip_penilai"]


async def test_wrong_columns_encoding_and_shape_are_told(office: Office) -> None:
    columns = await faults(office, "nip;nama;umur\n1;a;2")
    assert [where for where, _ in columns] == [
        "lines.1.jabatan",
        "lines.1.unit",
        "lines.1.nip_penilai",
        "lines.1.berlaku_sejak",
        "lines.1.umur",
    ]
    latin = await faults(office, file(rina(nama="Jos\xe9")).encode("windows-1252"))
    assert latin[0][0] == "lines.2"
    assert "windows-1252" in latin[0][1]
    assert (await faults(office, HEADER))[0][0] == "file"
    assert (await faults(office, b""))[0][0].startswith("lines.1")
    assert (await faults(office, file("a;b")))[0][0] == "lines.2"
    assert (await faults(office, file('"a;b')))[0][0] == "lines.2"
    assert (await faults(office, b"PK\x03\x04\x00\x00"))[0][0] == "lines.1"


async def test_the_same_person_twice_on_one_date_is_told(office: Office) -> None:
    found = await faults(office, file(rina(), rina()))
    assert found == [("lines.3.nip", "NIP ini dengan tanggal berlaku yang sama sudah ada pada baris 2")]


async def test_a_later_row_changes_the_appraiser_from_its_date(office: Office) -> None:
    changed = await office.imports(file(line(SARI, nip_penilai=NIPS[BUDI], berlaku_sejak="2026-07-01")))
    assert changed.json() == {"registered": 0, "changed": 1, "people": 1}
    loaded = await load(office.context.store, AGGREGATE, person_stream(SARI))
    june, july = loaded.state.on(date(2026, 6, 30)), loaded.state.on(date(2026, 7, 1))
    assert june is not None
    assert july is not None
    assert (june.appraiser_id, july.appraiser_id) == (RATNA, BUDI)


@pytest.mark.parametrize("forwards", [True, False])
async def test_rows_of_one_person_count_by_their_dates_whatever_their_order(
    office: Office, *, forwards: bool
) -> None:
    away = line(SARI, nip_penilai=NIPS[BUDI], berlaku_sejak="2026-03-01")
    back = line(SARI, nip_penilai=NIPS[RATNA], berlaku_sejak="2026-07-01")
    rows = (away, back) if forwards else (back, away)
    for changed in (1, 0):
        answer = await office.imports(file(*rows))
        assert answer.json() == {"registered": 0, "changed": changed, "people": 1}
    sari = (await load(office.context.store, AGGREGATE, person_stream(SARI))).state
    in_force = [sari.on(date(2026, month, 1)) for month in (2, 3, 7)]
    assert [one.appraiser_id if one else None for one in in_force] == [RATNA, BUDI, RATNA]


async def test_only_hr_imports(office: Office) -> None:
    files = {"file": ("pegawai.csv", EVERYBODY.encode(), "text/csv")}
    assert await office.refused(SARI, "POST", "/people/import", files=files) == (403, "role-missing")


async def test_a_system_finds_people_by_nip_and_each_look_up_is_on_record(office: Office) -> None:
    nip = {"nip": "19920314 201503 2 001"}
    found = await office.does(TRAINING, "POST", "/people/lookup", json=nip, claims=MAPPING)
    assert (found["employee_id"], found["full_name"]) == (str(SARI), "Sari Wulandari")
    assert found["placements"][0]["unit_name"] == UNIT
    again = await office.does(TRAINING, "GET", f"/people/{SARI}", claims=MAPPING)
    assert again["nip"] == NIPS[SARI]
    recorded = await office.context.store.read(person_stream(SARI))
    looks = [one for one in recorded if one.type == "PersonLookedUp"]
    assert [one.acting_role for one in looks] == ["system", "system"]


async def test_a_look_up_that_finds_nobody_is_on_the_record_of_who_asked(office: Office) -> None:
    unknown = {"nip": "199205052020122005"}
    asked = {"json": unknown, "claims": MAPPING}
    assert await office.refused(TRAINING, "POST", "/people/lookup", **asked) == (404, "not-found")
    by_id = f"/people/{uuid4()}"
    assert await office.refused(TRAINING, "GET", by_id, claims=MAPPING) == (404, "not-found")
    training = client_actor_id(MAPPING["client_id"])
    misses = await office.context.store.read(lookups_stream(training))
    assert [one.event for one in misses] == [
        PersonNotFound(sought_by="nip"),
        PersonNotFound(sought_by="employee_id"),
    ]
    assert {(one.actor_id, one.acting_role) for one in misses} == {(training, "system")}

    async def listed() -> bool:
        changes = await office.page(AUDITOR, "/perencanaan/perubahan?jenis=PersonNotFound")
        return "2 perubahan" in changes and unknown["nip"] not in changes

    assert await eventually(listed)
    trail = await office.page(AUDITOR, f"/perencanaan/jejak/pencarian/{lookups_stream(training).stream_id}")
    assert "Pegawai yang dicari sistem lain tidak ditemukan" in trail
    assert "Tidak ditemukan menurut NIP" in trail


async def test_a_look_up_that_missed_is_recorded_when_its_repetition_finds_somebody(office: Office) -> None:
    asked: dict[str, Any] = {"json": {"nip": RINAS_NIP}, "claims": MAPPING, "key": str(uuid4())}
    assert await office.refused(TRAINING, "POST", "/people/lookup", **asked) == (404, "not-found")
    await office.imports(file(rina()))
    await office.sees(RINA)
    assert (await office.does(TRAINING, "POST", "/people/lookup", **asked))["employee_id"] == str(RINA)
    recorded = await office.context.store.read(person_stream(RINA))
    assert [one.type for one in recorded].count("PersonLookedUp") == 1


async def test_a_look_up_needs_the_scope_and_a_possible_known_nip(office: Office) -> None:
    nip = {"nip": NIPS[SARI]}
    assert await office.refused(HR, "POST", "/people/lookup", json=nip) == (403, "scope-missing")
    for wrong, expected in (
        ("123", (422, "nip-refused")),
        ("199205052020122005", (404, "not-found")),
    ):
        asked = {"json": {"nip": wrong}, "claims": MAPPING}
        assert await office.refused(TRAINING, "POST", "/people/lookup", **asked) == expected
    unknown = f"/people/{uuid4()}"
    assert await office.refused(TRAINING, "GET", unknown, claims=MAPPING) == (404, "not-found")


async def test_a_request_without_a_token_is_refused(office: Office) -> None:
    answer = await office.client.get(f"{JSON}/people/{SARI}")
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/token-missing")
    forged = {"Authorization": "Bearer e30.e30.e30"}
    assert (await office.client.get(f"{JSON}/plans", headers=forged)).status_code == 401
