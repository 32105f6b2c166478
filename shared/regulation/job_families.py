"""Which families of jobs a strength fits."""

from dataclasses import dataclass
from datetime import date

from shared.regulation.dated import Dated, Row


@dataclass(frozen=True, slots=True)
class JobFamily:
    """A family of jobs, and the competence whose strength it needs."""

    code: str
    title: str
    competence: str


FAMILIES = (
    JobFamily("front-office", "Front office", "communication"),
    JobFamily("information-service", "Layanan informasi", "communication"),
    JobFamily("data-management", "Pengelolaan data", "accuracy"),
    JobFamily("records-management", "Kearsipan", "accuracy"),
    JobFamily("policy-analysis", "Analisis kebijakan", "analysis"),
    JobFamily("planning-and-evaluation", "Perencanaan dan evaluasi", "analysis"),
    JobFamily("public-service", "Pelayanan publik", "service"),
    JobFamily("complaint-handling", "Penanganan pengaduan", "service"),
    JobFamily("program-coordination", "Koordinasi program", "teamwork"),
    JobFamily("team-lead", "Ketua tim kerja", "leadership"),
    JobFamily("program-planning", "Penyusunan program", "planning"),
    JobFamily("digital-service", "Layanan digital", "digital"),
    JobFamily("organization-development", "Penataan organisasi dan tata laksana", "change"),
    JobFamily("internal-control", "Pengendalian intern", "integrity"),
)

JOB_FAMILIES = Dated("job-families", (Row(date(2022, 1, 1), FAMILIES, "UU 20/2023; PermenPANRB 3/2020"),))


def job_families_for(competence: str, day: date) -> tuple[JobFamily, ...]:
    """The families of jobs that a strength fits on `day`; empty where none is known. Raises NoRuleYet."""
    return tuple(family for family in JOB_FAMILIES.on(day).value if family.competence == competence)


def job_family(code: str) -> JobFamily | None:
    """The family of that code as the newest table that knows it describes it."""
    newest_first = sorted(JOB_FAMILIES.rows, key=lambda row: row.valid_from, reverse=True)
    return next((family for row in newest_first for family in row.value if family.code == code), None)
