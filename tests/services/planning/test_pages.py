"""Planning's pages over HTTP: what people see, and that what they typed is never lost."""

import re
from html import unescape
from pathlib import Path
from random import randbytes
from typing import Any
from uuid import UUID, uuid4

import httpx2

from services.assessment.evaluation.decider import evaluation_stream
from services.cli.sample.agency import import_file, people
from services.planning.api.people import IMPORT_LIMIT
from services.planning.web.people import packed
from tests.eventually import eventually
from tests.services.planning.office import (
    AUDITOR,
    BUDI,
    EVERYBODY,
    HEADER,
    HR,
    NIPS,
    RATNA,
    SARI,
    Office,
    line,
)

FILES = Path(__file__).parents[3] / "sample"
HTML = {"Accept": "text/html"}
OFFICER = UUID(int=31)


async def sends(office: Office, who: UUID, path: str, **fields: Any) -> httpx2.Response:
    """A form as a browser posts it."""
    data = {"command_id": str(uuid4()), **fields}
    return await office.asks(who, "POST", path, data=data, headers={**HTML, "Idempotency-Key": ""})


async def done(office: Office, who: UUID, path: str, **fields: Any) -> str:
    """A form that is taken; where it leads."""
    answer = await sends(office, who, path, **fields)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def test_an_employee_plans_in_the_browser_from_draft_to_submission(office: Office) -> None:
    assert "Ratna Dewanti" in await office.page(SARI, "/perencanaan/skp")
    plan = await done(office, SARI, "/perencanaan/skp", tahun="2026")
    assert "Tambahkan paling sedikit satu rencana hasil kerja" in await office.page(SARI, plan)
    await done(office, SARI, f"{plan}/rhk/baru", uraian="Data kepegawaian terolah", jenis="main")
    shown = await office.page(SARI, plan)
    add = re.findall(rf'href="({plan}/rhk/[0-9a-f-]+/iki/baru)">', shown)[0]
    fields = {"uraian": "Laporan tepat waktu", "aspek": "time", "satuan": "laporan", "arah": "higher"}
    await done(office, SARI, add, **fields, jatuh_tempo="5")
    shown = await office.page(SARI, plan)
    (edit,) = re.findall(r'href="([^"]+)#target"', shown)
    await done(office, SARI, edit, **fields, target="12", jatuh_tempo="5")
    assert "Semua sudah lengkap" in await office.page(SARI, plan)
    await done(office, SARI, f"{plan}/ajukan")
    shown = await office.page(SARI, plan)
    assert "Menunggu Ratna Dewanti" in shown
    assert "Tambah indikator" not in shown


async def test_a_submitted_plan_waits_for_the_appraiser_of_today(office: Office) -> None:
    plan_id = await office.submits()
    page = f"/perencanaan/skp/{plan_id}"
    assert "Menunggu Ratna Dewanti" in await office.page(SARI, page)
    moved = line(SARI, nip_penilai=NIPS[BUDI], berlaku_sejak="2026-01-12")
    assert (await office.imports(f"{HEADER}\n{moved}")).status_code == 200

    async def told() -> bool:
        return "Menunggu Budi Santoso" in await office.page(SARI, page)

    await eventually(told)
    because = {"reason_code": "incomplete", "reason": "Target belum ditulis."}
    await office.does(BUDI, "POST", f"/plans/{plan_id}/return", json=because)
    assert "Dikembalikan oleh Budi Santoso:" in await office.page(SARI, page)


async def test_the_summary_of_mistakes_names_each_field(office: Office) -> None:
    plan_id = await office.drafts()
    result = (await office.does(SARI, "GET", f"/plans/{plan_id}"))["results"][0]["result_id"]
    path = f"/perencanaan/skp/{plan_id}/rhk/{result}/iki/baru"
    assert summary(await sends(office, SARI, path, arah="")) == [
        "Isi indikator kinerja individu",
        "Pilih aspek",
        "Pilih arah",
        "Isi satuan",
    ]
    long = await sends(office, SARI, path, uraian="x" * 1001, aspek="time", arah="lower", satuan="hari")
    assert summary(long) == ["Indikator kinerja individu paling banyak 1.000 karakter"]


def summary(answer: httpx2.Response) -> list[str]:
    """The lines of the page's error summary."""
    (listed,) = re.findall(r'govuk-error-summary__list">(.*?)</ul>', answer.text, re.DOTALL)
    return [one.strip() for one in re.findall(r">([^<>]*\w[^<>]*)<", listed)]


async def test_a_form_with_mistakes_comes_back_with_what_was_typed(office: Office) -> None:
    plan_id = await office.drafts()
    answer = await sends(office, SARI, f"/perencanaan/skp/{plan_id}/rhk/baru", uraian="", jenis="additional")
    assert answer.status_code == 422
    assert "<title>Kesalahan:" in answer.text
    assert summary(answer) == ["Isi rencana hasil kerja"]
    result = (await office.does(SARI, "GET", f"/plans/{plan_id}"))["results"][0]["result_id"]
    answer = await sends(
        office,
        SARI,
        f"/perencanaan/skp/{plan_id}/rhk/{result}/iki/baru",
        uraian="Arsip tertata & rapi",
        aspek="quality",
        target="12.5.1",
        satuan="persen",
        arah="higher",
        jatuh_tempo="31",
    )
    text = unescape(answer.text)
    assert answer.status_code == 422
    assert "Arsip tertata & rapi" in text
    assert "Tulis angka seperti" in text
    assert "Tulis tanggal 1 sampai 28" in text


async def test_the_appraiser_returns_with_a_reason_then_sees_what_changed_and_agrees(office: Office) -> None:
    plan_id = await office.submits()
    review = f"/perencanaan/skp-bawahan/{plan_id}"
    assert "Sari Wulandari" in await office.page(RATNA, "/perencanaan/skp-bawahan")
    assert "Tetapkan SKP" in await office.page(RATNA, review)
    refused = await sends(office, RATNA, f"{review}/kembalikan", kode="", alasan="")
    assert refused.status_code == 422
    await done(office, RATNA, f"{review}/kembalikan", kode="target-too-low", alasan="Naikkan targetnya")
    returned = await office.page(SARI, f"/perencanaan/skp/{plan_id}")
    assert "Dikembalikan oleh Ratna Dewanti:" in returned, "a name may end in a title's full stop"
    assert "Naikkan targetnya" in returned
    await done(
        office, SARI, f"/perencanaan/skp/{plan_id}/rhk/baru", uraian="Arsip tertata", jenis="additional"
    )
    plan = await office.does(SARI, "GET", f"/plans/{plan_id}")
    new = plan["results"][1]["result_id"]
    fields = {"uraian": "Arsip lengkap", "aspek": "quality", "satuan": "persen", "arah": "higher"}
    await done(office, SARI, f"/perencanaan/skp/{plan_id}/rhk/{new}/iki/baru", **fields, target="97,5")
    await done(office, SARI, f"/perencanaan/skp/{plan_id}/ajukan")
    shown = await office.page(RATNA, review)
    assert "Yang berubah sejak pengajuan sebelumnya" in shown
    assert "97,5" in shown
    said = {"nilai": "service", "ekspektasi": "Membalas dalam satu hari"}
    await done(office, RATNA, f"{review}/ekspektasi", **said)
    assert "Membalas dalam satu hari" in await office.page(SARI, f"/perencanaan/skp/{plan_id}")
    assert await done(office, RATNA, f"{review}/tetapkan") == "/perencanaan/skp-bawahan"
    assert "Ditetapkan" in await office.page(RATNA, "/perencanaan/skp-bawahan")


async def test_the_own_plan_offers_no_agreement_and_refuses_one(office: Office) -> None:
    plan_id = await office.submits()
    review = f"/perencanaan/skp-bawahan/{plan_id}"
    assert "Tetapkan SKP" not in await office.page(SARI, review)
    assert (await sends(office, SARI, f"{review}/tetapkan")).status_code == 403
    assert (await sends(office, BUDI, f"{review}/tetapkan")).status_code == 403
    assert "Kesalahan" in await office.page(BUDI, review, status=403)


async def test_a_form_shown_before_a_change_is_stale(office: Office) -> None:
    plan_id = await office.drafts()
    answer = await sends(
        office,
        SARI,
        f"/perencanaan/skp/{plan_id}/rhk/baru",
        uraian="Arsip tertata",
        jenis="main",
        version="1",
    )
    assert answer.status_code == 412
    assert "tidak tertimpa" in answer.text


async def test_a_form_of_a_locked_plan_leads_to_the_plan_which_says_why(office: Office) -> None:
    plan = f"/perencanaan/skp/{await office.submits()}"
    for form in (f"{plan}/rhk/baru", f"{plan}/rhk/{uuid4()}/iki/baru"):
        answer = await office.asks(SARI, "GET", form, headers=HTML)
        assert (answer.status_code, answer.headers["location"]) == (303, plan)
    assert "SKP terkunci" in await office.page(SARI, plan)


async def test_an_agreed_plan_is_revised_in_the_browser(office: Office) -> None:
    plan_id = await office.submits()
    await office.does(RATNA, "POST", f"/plans/{plan_id}/agreement")
    plan = f"/perencanaan/skp/{plan_id}"
    assert "Ajukan perubahan (revisi)" in await office.page(SARI, plan)
    assert (await sends(office, SARI, f"{plan}/revisi", kode="", alasan="")).status_code == 422
    await done(office, SARI, f"{plan}/revisi", kode="assignment-changed", alasan="Tugas baru")
    assert "rancangan revisi ke-1" in await office.page(SARI, plan)
    assert "Usulan revisi ke-1" in await office.page(RATNA, plan.replace("/skp/", "/skp-bawahan/"))
    await done(office, SARI, f"{plan}/periode", dari="2026-01-01", sampai="2026-06-30")
    assert "Yang berubah sejak yang ditetapkan" in await office.page(
        RATNA, f"/perencanaan/skp-bawahan/{plan_id}"
    )
    await done(office, SARI, f"{plan}/revisi/batal")
    assert "31 Desember 2026" in await office.page(SARI, plan)


async def uploads(office: Office, content: bytes) -> httpx2.Response:
    """A file of people as HR sends it to be looked at."""
    files = {"berkas": ("pegawai.csv", content, "text/csv")}
    return await office.asks(HR, "POST", "/perencanaan/pegawai/impor", files=files, headers=HTML)


async def test_hr_looks_at_a_file_before_it_is_saved(office: Office) -> None:
    newcomer = line(BUDI, nip="199505052020121005", nama="Rina Kartika", id_pegawai=str(UUID(int=77)))
    content = f"{EVERYBODY}\r\n{newcomer}".encode("utf-8-sig")

    shown = await uploads(office, content)
    assert shown.status_code == 200, shown.text
    assert "Pratinjau" in shown.text
    assert await office.context.people.get(UUID(int=77)) is None
    (packed,) = re.findall(r'name="isi" value="([^"]+)"', shown.text)
    await done(office, HR, "/perencanaan/pegawai/impor/simpan", isi=unescape(packed))
    await office.sees(UUID(int=77))
    refused = await uploads(office, content.replace(b"199505052020121005", b"199513052020121005"))
    assert refused.status_code == 422
    assert "Delapan angka pertama NIP bukan tanggal lahir yang ada" in refused.text
    latin = await uploads(office, "nip;nama\r\n1;Jos\xe9".encode("windows-1252"))
    assert "bukan UTF-8" in latin.text


async def test_the_sample_file_with_ten_faults_shows_ten(office: Office) -> None:
    assert (await office.imports(import_file(people()))).status_code == 200
    await office.sees(people()[-1].employee_id)
    refused = await uploads(office, (FILES / "pegawai-dengan-kesalahan.csv").read_bytes())
    assert "10 kesalahan" in refused.text
    lines = re.findall(r"<tr[^>]*>\s*<t[hd][^>]*>\s*(\d+)\s*<", refused.text)
    assert lines == [str(line) for line in (2, 3, 4, 5, 6, 7, 8, 9, 10, 12)]


async def test_whatever_may_be_uploaded_may_be_saved_after_the_look(office: Office) -> None:
    rows = [line(BUDI, nip=f"{at:018}", id_pegawai=str(uuid4())) for at in range(30_000)]
    large = "\r\n".join([EVERYBODY, *rows]).encode()
    for content, said in ((large, "bukan tanggal lahir"), (randbytes(IMPORT_LIMIT), "bukan UTF-8")):
        sent = {"isi": packed(content), "command_id": str(uuid4())}
        path = "/perencanaan/pegawai/impor/simpan"
        parts = {name: (None, value) for name, value in sent.items()}
        answer = await office.asks(HR, "POST", path, files=parts, headers=HTML)
        assert len(sent["isi"]) > 1024 * 1024
        assert (answer.status_code, said in answer.text) == (422, True), answer.text[:2000]


async def test_people_are_found_without_their_name_in_the_address(office: Office) -> None:
    assert "5 pegawai" in await office.page(HR, "/perencanaan/pegawai")
    found = await sends(office, HR, "/perencanaan/pegawai/cari", kata="sari")
    assert "Sari Wulandari" in found.text
    assert "Budi Santoso" not in found.text
    found = await sends(office, HR, "/perencanaan/pegawai/cari", kata=NIPS[BUDI])
    assert "Budi Santoso" in found.text
    assert "Bidang Mutasi dan Promosi" in await office.page(HR, f"/perencanaan/pegawai/{SARI}")
    await office.page(SARI, "/perencanaan/pegawai", status=403)


async def test_who_looks_after_everybody_finds_each_plan_and_its_evaluation(office: Office) -> None:
    drafted = await office.drafts()
    plan = f'href="/perencanaan/skp-bawahan/{drafted}"'
    person = f"/perencanaan/pegawai/{SARI}"
    officer = {"roles": ["employee", "performance_officer"]}
    evaluation = f'href="/penilaian/nilai/{evaluation_stream(SARI, 2026).stream_id}"'

    async def shown() -> bool:
        return plan in await office.page(OFFICER, person, claims=officer)

    assert await eventually(shown)
    assert evaluation not in await office.page(OFFICER, person, claims=officer)
    await done(office, SARI, f"/perencanaan/skp/{drafted}/ajukan")

    async def submitted() -> bool:
        return evaluation in await office.page(OFFICER, person, claims=officer)

    assert await eventually(submitted)
    assert f'href="/tindak-lanjut/pegawai/{SARI}"' in await office.page(HR, person)


async def test_nobody_is_led_to_a_trail_that_is_not_theirs_to_read(office: Office) -> None:
    plan = await office.drafts()
    pages = {f"/perencanaan/pegawai/{SARI}": f"pegawai/{SARI}", f"/perencanaan/skp-bawahan/{plan}": plan}
    for path, record in pages.items():
        trail = f"/perencanaan/jejak/{record}"
        assert f'href="{trail}"' not in await office.page(HR, path)
        await office.page(HR, trail, status=403)
        assert f'href="{trail}"' in await office.page(RATNA, path)


async def test_the_calendar_moves_only_with_a_reason(office: Office) -> None:
    shown = await office.page(HR, "/perencanaan/kalender?tahun=2026")
    assert "tanggal menurut peraturan" in shown
    assert "Belum menyusun SKP" in shown
    dates = {"plans_due": "2026-01-31", "assessment_opens": "2026-12-01", "assessment_due": "2027-01-31"}
    await done(office, HR, "/perencanaan/kalender/2026", **dates)
    later = dates | {"plans_due": "2026-02-28"}
    assert "Jangan menyebut nama orang" in await office.page(HR, "/perencanaan/kalender?tahun=2026")
    refused = await sends(office, HR, "/perencanaan/kalender/2026", **later)
    assert refused.status_code == 422
    assert "memerlukan alasan" in refused.text
    why = {"kode": "extended-by-circular", "alasan": "SE nomor 3"}
    await done(office, HR, "/perencanaan/kalender/2026", **later, **why)
    trail = await office.page(SARI, "/perencanaan/jejak/kalender/2026")
    assert "SE nomor 3" in trail
    assert "28 Februari 2026" in trail
    assert (await sends(office, SARI, "/perencanaan/kalender/2026", **later)).status_code == 403


async def test_the_trail_tells_the_employee_and_the_auditor_everything(office: Office) -> None:
    plan_id = await office.submits()
    await office.does(RATNA, "POST", f"/plans/{plan_id}/agreement")

    async def kept() -> bool:
        return "SKP 2026" in await office.page(SARI, "/perencanaan/jejak")

    assert await eventually(kept)
    elsewhere = await office.page(AUDITOR, "/perencanaan/jejak")
    assert "Catatan pegawai lain dibuka dari" in elsewhere
    assert "Data kepegawaian saya" not in elsewhere
    trail = await office.page(SARI, f"/perencanaan/jejak/{plan_id}")
    assert "SKP ditetapkan" in trail
    assert "Oleh Ratna Dewanti sebagai Pejabat Penilai Kinerja" in trail
    before = await office.page(SARI, f"/perencanaan/jejak/{plan_id}?versi=4")
    assert "SKP ditetapkan" not in before
    assert "Pegawai didaftarkan" in await office.page(SARI, f"/perencanaan/jejak/pegawai/{SARI}")
    await office.page(BUDI, f"/perencanaan/jejak/{plan_id}", status=403)

    async def listed() -> bool:
        changes = await office.page(AUDITOR, "/perencanaan/perubahan?jenis=PlanAgreed")
        return "1 perubahan" in changes and f"/perencanaan/jejak/{plan_id}?versi=4" in changes

    assert await eventually(listed)
    file = await office.page(AUDITOR, "/perencanaan/perubahan.csv?jenis=PlanAgreed")
    assert "SKP ditetapkan" in file
    await office.page(HR, "/perencanaan/perubahan", status=403)
