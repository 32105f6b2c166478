"""What the product is for, claim by claim in the words of its mission, played on the whole system."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from services.cli.cast import Indicator, Person, Plan
from services.cli.client import Refused
from tests.eventually import eventually
from tests.office import (
    CONTENT,
    ON_TIME,
    TEAM,
    UNIT,
    UPDATED,
    YEAR,
    Office,
    open_office,
    twelve_months,
)
from tests.system import System

FILES = {TEAM: [Indicator(title=UPDATED, aspect="quantity", target="200", unit="berkas")]}
SEEN = "Pegawai di loket terbantu dan mengerti langkah berikutnya"
NEXT = "Pertahankan, dan bantu rekan yang baru"
ANSWER = "Terima kasih, akan saya lanjutkan"


@dataclass
class Naskah:
    """The year of three employees: Dewi did well, Budi very well, Tono needs help."""

    system: System
    office: Office
    budi: Person
    tono: Person
    plans: dict[str, Plan]
    refused: dict[str, str]

    async def recommended(self, who: Person) -> list[Any]:
        return await eventually(lambda: who.sees_recommendations(who.employee_id), within=60)


async def refusal(asking: Any) -> str:
    """Why a request is refused."""
    with pytest.raises(Refused) as refused:
        await asking
    return refused.value.code


@pytest.fixture(scope="module")
async def naskah(system: System) -> Naskah:
    office = await open_office(system)
    budi = system.person("Budi Santoso", "Pengolah Data Kepegawaian", UNIT, appraiser=office.ratna)
    tono = system.person("Tono Wibowo", "Pengolah Data Kepegawaian", UNIT, appraiser=office.ratna)
    await office.maya.imports([budi, tono])
    for service in system.processes:
        await system.knows(service, budi, tono)
    told = Naskah(system, office, budi, tono, {}, {})
    for who, content in ((office.dewi, CONTENT), (budi, FILES), (tono, FILES)):
        told.plans[who.name] = await agreed(office, who, content, told.refused)
    await reported(told)
    await rated(told)
    return told


async def agreed(office: Office, who: Person, content: Any, refused: dict[str, str]) -> Plan:
    plan = await who.drafts_a_plan(YEAR, content)
    await who.submits(plan)
    refused["agreeing the own plan"] = await refusal(who.agrees(plan))
    await office.ratna.agrees(plan)
    await eventually(lambda: office.ratna.sees_status(plan, "open"), within=60)
    return plan


async def reported(told: Naskah) -> None:
    """Dewi's twelve monthly reports, one of them late; Budi does more than planned, Tono half."""
    await twelve_months(told.system, told.office, told.plans["Dewi Lestari"], late=frozenset({8}))
    for who, files in ((told.budi, "240"), (told.tono, "100")):
        await who.reports(told.plans[who.name], UPDATED, 12, files)


async def rated(told: Naskah) -> None:
    office, ratna = told.office, told.office.ratna
    told.system.on(date(2026, 1, 9))
    dewi = told.plans["Dewi Lestari"]
    told.refused["rating oneself"] = await refusal(office.dewi.rates_results(dewi, "above", "Saya rajin"))
    told.refused["rating as a stranger"] = await refusal(office.maya.rates_results(dewi, "met"))
    told.refused["differing silently"] = await refusal(ratna.rates_results(dewi, "above"))
    for name, results, behavior in (
        ("Dewi Lestari", "met", "met"),
        ("Budi Santoso", "above", "above"),
        ("Tono Wibowo", "below", "met"),
    ):
        plan = told.plans[name]
        kind = "to_develop" if name == "Tono Wibowo" else "strength"
        for title in plan.results:
            await ratna.gives_feedback(
                plan,
                title,
                "improvement" if kind == "to_develop" else "appreciation",
                seen=SEEN,
                next_step=NEXT,
                competences=[{"code": "communication", "kind": kind}],
            )
        await ratna.rates_results(plan, results)
        await ratna.rates_behavior(plan, behavior, collaborative="above")
        if name == "Dewi Lestari":
            told.refused["publishing the own result"] = await refusal(office.dewi.publishes(plan))
        await ratna.publishes(plan)


async def test_rencana_tahunan_dengan_target(naskah: Naskah) -> None:
    plan = await naskah.office.dewi.reads_plan(naskah.plans["Dewi Lestari"])
    assert (plan["year"], plan["status"]) == (YEAR, "agreed")
    targets = {
        one["title"]: (one["target"], one["unit"]) for part in plan["results"] for one in part["indicators"]
    }
    assert targets == {ON_TIME: ("12", "laporan"), UPDATED: ("200", "berkas")}


async def test_penilaian_kuantitatif_dan_kualitatif(naskah: Naskah) -> None:
    record = await naskah.budi.reads_evaluation(naskah.plans["Budi Santoso"])
    ratings = record["published"]["ratings"]
    assert ratings["results"]["assessed"]["achievement"]["value"] == "120.00"
    assert len(ratings["behavior"]["values"]) == 7
    result = record["published"]["result"]
    assert (result["result_rating"], result["behavior_rating"]) == ("above", "above")
    assert result["predicate"]["predicate"] == "very_good"


async def test_laporan_bulanan_pengolahan_data_kepegawaian_tepat_waktu(naskah: Naskah) -> None:
    line = await naskah.office.ratna.sees_evaluation(naskah.plans["Dewi Lestari"])
    assert (line["reports_on_time"], line["reports_due"]) == (11, 12)
    page = await naskah.office.dewi.opens("assessment", f"/penilaian/hasil/{line['evaluation_id']}")
    assert "11 dari 12" in page


async def test_kolaborasi_tim(naskah: Naskah) -> None:
    record = await naskah.office.dewi.reads_evaluation(naskah.plans["Dewi Lestari"])
    values = {one["value"]: one["rating"] for one in record["published"]["ratings"]["behavior"]["values"]}
    assert values["collaborative"] == "above"
    assert TEAM in {one["title"] for one in record["content"]["results"]}


async def test_pelatihan_atau_promosi_bagi_kinerja_baik(naskah: Naskah) -> None:
    assert "training" in {one["kind"] for one in await naskah.recommended(naskah.office.dewi)}
    [promotion] = [one for one in await naskah.recommended(naskah.budi) if one["kind"] == "promotion"]
    assert promotion["rule"]["citation"]
    assert promotion["result_event_id"]


async def test_bimbingan_dan_pelatihan_khusus(naskah: Naskah) -> None:
    found = {one["kind"]: one for one in await naskah.recommended(naskah.tono)}
    assert {"guidance", "special_training", "improvement_period"} <= found.keys()
    assert found["special_training"]["title"] == "Komunikasi Layanan Publik"
    assert found["special_training"]["feedback_ids"]
    await naskah.office.ratna.accepts(found["guidance"], "Mulai bulan depan", day=date(2026, 2, 2))
    guidance = await naskah.tono.reads_recommendation(found["guidance"])
    assert (guidance["status"], guidance["guidance"]["next_session_on"]) == ("accepted", "2026-02-02")


async def test_komunikasi_ke_front_office(naskah: Naskah) -> None:
    found = await naskah.recommended(naskah.budi)
    [front_office] = [one for one in found if one["code"] == "front-office"]
    assert (front_office["kind"], front_office["competence"]) == ("placement", "communication")
    assert front_office["feedback_ids"]


async def test_umpan_balik_konstruktif_dan_tanggapannya(naskah: Naskah) -> None:
    plan = naskah.plans["Tono Wibowo"]
    [given] = await naskah.tono.reads_feedback(plan)
    assert (given["kind"], given["seen"], given["next_step"]) == ("improvement", SEEN, NEXT)
    await naskah.tono.answers_feedback(plan, given["feedback_id"], ANSWER)
    [answered] = await naskah.office.ratna.reads_feedback(plan)
    assert answered["answer"] == ANSWER


async def test_transparan(naskah: Naskah) -> None:
    """The employee opens the own trail, and how each number came about."""
    dewi, plan = naskah.office.dewi, naskah.plans["Dewi Lestari"]
    trail = await dewi.caller.read(f"/api/planning/v1/plans/{plan.plan_id}/trail")
    assert {one["type"] for one in trail} >= {"PlanDrafted", "PlanSubmitted", "PlanAgreed"}
    assert str(naskah.office.ratna.employee_id) in {one["actor_id"] for one in trail}
    record = await dewi.reads_evaluation(plan)
    parts = record["published"]["ratings"]["results"]["assessed"]["results"]
    realised = next(one for part in parts for one in part["indicators"] if one["reports_due"])["realised"]
    inputs = {one["symbol"]: one["value"] for one in realised["inputs"]}
    assert (inputs["n"], inputs["N"], realised["value"]) == ("11", "12", "11.00")
    assert realised["steps"]
    assert "PermenPANRB" in realised["citation"]
    page = await dewi.opens("assessment", f"/penilaian/jejak/{record['evaluation_id']}")
    assert "Ratna Dewanti" in page
    stranger = naskah.budi.caller.read(f"/api/planning/v1/plans/{plan.plan_id}/trail")
    assert await refusal(stranger) == "record-not-yours"


async def test_objektif(naskah: Naskah) -> None:
    """Never one's own rater; the suggestion stands beside the rating; a reason when differing."""
    assert naskah.refused == {
        "agreeing the own plan": "own-record",
        "rating oneself": "own-record",
        "rating as a stranger": "not-the-appraiser",
        "differing silently": "difference-without-reason",
        "publishing the own result": "own-record",
    }
    record = await naskah.office.dewi.reads_evaluation(naskah.plans["Dewi Lestari"])
    ratings = record["published"]["ratings"]
    assert ratings["results"]["assessed"]["suggested"] == ratings["results"]["chosen"] == "met"
    assert ratings["behavior"]["suggested"] == "met"
