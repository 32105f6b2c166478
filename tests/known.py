"""Somebody of whom every free text was written that a person or a system can write in any of the services."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from services.cli import training_system
from services.cli.cast import FOLLOWUP, PLANNING, Person, Plan
from tests.eventually import eventually
from tests.office import CONTENT, ON_TIME, REPORTS, TEAM, YEAR, Office, open_office
from tests.system import System

EXPECTED, RETURNED, REVISED = (
    "Jangan menunda surat masuk",
    "Sebutkan berkas yang dimaksud",
    "Sekarang juga mengelola arsip kenaikan pangkat",
)
PLANNED, FILE, COUNTED = (
    "Mengejar berkas yang tertunda",
    f"laporan-{YEAR}-01.pdf",
    "Surat pengantarnya bertanggal empat",
)
SEEN, NEXT, ANSWER = (
    "Rekap sering salah jumlah",
    "Periksa dua kali",
    "Rumusnya sudah saya betulkan",
)
RATED, BEHAVED, CORRECTED = (
    "Ketelitian kurang pada rekap",
    "Ramah kepada rekan sekantor",
    "Dua laporan ternyata ada di meja lain",
)
ACCEPTED, DECLINED, STANDS = (
    "Dibutuhkan di loket layanan",
    "Belum ada lowongan yang cocok",
    "Pendampingan tetap bermanfaat",
)
NOTES, ENDED, CERTIFICATE = (
    "Menyepakati daftar periksa",
    "Sebelas laporan terakhir rapi",
    "SERT-2026-0412-DL",
)


@dataclass
class Known:
    """Who is to be forgotten, and everything in clear that was ever said of that person."""

    office: Office
    plan: Plan
    texts: tuple[str, ...]


async def known_for_a_year(system: System) -> Known:
    """Planned, reported, spoken about, rated, corrected and followed up, each with all its words."""
    office = await open_office(system)
    plan = await planned(office)
    await reported(system, office, plan)
    await rated(system, office, plan)
    await followed_up(system, office, plan)
    dewi = office.dewi
    said = (dewi.name, dewi.nip, EXPECTED, RETURNED, REVISED, PLANNED, FILE, COUNTED, SEEN, NEXT, ANSWER)
    decided = (RATED, BEHAVED, CORRECTED, ACCEPTED, DECLINED, STANDS, NOTES, ENDED, CERTIFICATE)
    return Known(office, plan, said + decided)


async def planned(office: Office) -> Plan:
    dewi, ratna = office.dewi, office.ratna
    plan = await dewi.drafts_a_plan(YEAR, CONTENT)
    await dewi.submits(plan)
    value = f"{PLANNING}/plans/{plan.plan_id}/expectations/accountable"
    await ratna.caller.put(value, {"expectation": EXPECTED})
    await ratna.returns(plan, "indicator-unclear", RETURNED)
    await dewi.submits(plan)
    await ratna.agrees(plan)
    await dewi.revises(plan, "assignment-changed", REVISED)
    await dewi.submits(plan)
    await ratna.agrees(plan)
    await eventually(lambda: ratna.sees_status(plan, "open"), within=60)
    return plan


async def reported(system: System, office: Office, plan: Plan) -> None:
    dewi, ratna = office.dewi, office.ratna
    system.on(date(YEAR, 2, 8))
    await dewi.reports(plan, ON_TIME, 1, completed_on=f"{YEAR}-02-08", planned_action=PLANNED)
    late = f"{await ratna.evaluation(plan)}/reports/{plan.indicators[ON_TIME]}/1/earlier-date"
    await ratna.caller.post(late, {"accepted_on": f"{YEAR}-02-04", "reason": COUNTED})
    weak = [{"code": "communication", "kind": "to_develop"}]
    feedback = await ratna.gives_feedback(
        plan, TEAM, "improvement", seen=SEEN, next_step=NEXT, competences=weak
    )
    await dewi.answers_feedback(plan, feedback, ANSWER)
    strong = [{"code": "accuracy", "kind": "strength"}]
    await ratna.gives_feedback(plan, REPORTS, "appreciation", seen=SEEN, next_step=NEXT, competences=strong)


async def rated(system: System, office: Office, plan: Plan) -> None:
    ratna = office.ratna
    system.on(date(YEAR + 1, 1, 9))
    await ratna.rates_results(plan, "below", RATED)
    await ratna.rates_behavior(plan, "met", BEHAVED)
    await ratna.publishes(plan)


async def followed_up(system: System, office: Office, plan: Plan) -> None:
    """Accepted, or declined; reviewed after a correction, and carried out."""
    dewi, ratna = office.dewi, office.ratna
    found = await eventually(lambda: dewi.sees_recommendations(dewi.employee_id), within=60)
    one = {recommended["kind"]: recommended for recommended in found}
    starts = date(YEAR + 1, 2, 2)
    for kind in ("special_training", "guidance", "improvement_period"):
        await ratna.accepts(one[kind], ACCEPTED, starts)
    await ratna.declines(one["placement"], DECLINED)
    await office.hendra.corrects(plan, "met", "met", CORRECTED)
    for kind in ("guidance", "improvement_period"):
        await eventually(partial(to_review, dewi, one[kind]), within=60)
        await decides(ratna, one[kind], "review", {"stands": True, "reason": STANDS})
    system.on(starts)
    await decides(ratna, one["guidance"], "sessions", {"held_on": str(starts), "notes": NOTES})
    await decides(
        ratna, one["improvement_period"], "improvement-end", {"outcome": "improved", "reason": ENDED}
    )
    [training] = await eventually(lambda: dewi.sees_trainings(dewi.employee_id), within=60)
    await training_system.answers(system.kafka, training, starts, CERTIFICATE)
    await eventually(lambda: attended(dewi), within=60)


async def decides(who: Person, one: Mapping[str, Any], what: str, body: Mapping[str, Any]) -> None:
    await who.caller.post(f"{FOLLOWUP}/recommendations/{one['recommendation_id']}/{what}", dict(body))


async def to_review(who: Person, one: Mapping[str, Any]) -> bool:
    return bool((await who.reads_recommendation(one))["needs_review"])


async def attended(who: Person) -> bool:
    [training] = await who.sees_trainings(who.employee_id)
    return training["completed_on"] is not None
