"""A small office whose people the whole system knows, and what they plan."""

from dataclasses import dataclass
from datetime import date

from services.cli.cast import Indicator, Person, Plan
from tests.system import System

YEAR = 2025
UNIT = "Subbagian Umum dan Kepegawaian"
REPORTS = "Laporan bulanan pengolahan data kepegawaian"
ON_TIME = "Laporan bulanan tersampaikan tepat waktu"
TEAM = "Pemutakhiran data kepegawaian bersama tim kerja"
UPDATED = "Jumlah berkas pegawai yang dimutakhirkan"
CONTENT = {
    REPORTS: [Indicator(title=ON_TIME, aspect="time", target="12", unit="laporan", due_day=5)],
    TEAM: [Indicator(title=UPDATED, aspect="quantity", target="200", unit="berkas")],
}


@dataclass(frozen=True, slots=True)
class Office:
    """Dewi works for Ratna, Ratna for Hendra; Maya keeps the people's file, Agus audits."""

    dewi: Person
    ratna: Person
    hendra: Person
    maya: Person
    agus: Person


async def open_office(system: System) -> Office:
    """New people, imported by HR and known to every service."""
    hendra = system.person("Hendra Wijaya", "Kepala Badan", "Sekretariat")
    ratna = system.person("Ratna Dewanti", "Kepala Subbagian", UNIT, appraiser=hendra)
    dewi = system.person("Dewi Lestari", "Pengolah Data Kepegawaian", UNIT, appraiser=ratna)
    roles = ("employee", "hr", "performance_officer")
    maya = system.person("Maya Puspita", "Analis SDM Aparatur", UNIT, appraiser=hendra, roles=roles)
    agus = system.person("Agus Prasetyo", "Auditor", "Inspektorat", roles=("auditor",))
    await maya.imports([hendra, ratna, dewi, maya])
    for service in system.processes:
        await system.knows(service, hendra, ratna, dewi, maya)
    return Office(dewi, ratna, hendra, maya, agus)


async def dewis_plan(office: Office) -> Plan:
    """Drafted, with a result and a monthly report."""
    return await office.dewi.drafts_a_plan(YEAR, CONTENT)


async def twelve_months(system: System, office: Office, plan: Plan, *, late: frozenset[int]) -> None:
    """A report for each month on the fourth of the next, or on the eighth where it is late."""
    for month in range(1, 13):
        year, following = (YEAR, month + 1) if month < 12 else (YEAR + 1, 1)
        day = date(year, following, 8 if month in late else 4)
        system.on(day)
        await office.dewi.reports(plan, ON_TIME, month, completed_on=str(day))
    await office.dewi.reports(plan, UPDATED, 12, "200")
