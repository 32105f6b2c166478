"""The catalogue of competences that feedback names as a strength or to develop."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.regulation.dated import Dated, Row


class CompetenceKind(StrEnum):
    """What feedback says about a competence."""

    STRENGTH = "strength"
    TO_DEVELOP = "to_develop"


@dataclass(frozen=True, slots=True)
class Competence:
    """A competence by its code, with its Indonesian name."""

    code: str
    name: str


COMPETENCES: Dated[tuple[Competence, ...]] = Dated(
    "competence-catalogue",
    (
        Row(
            date(2022, 2, 3),
            (
                Competence("communication", "Komunikasi"),
                Competence("accuracy", "Ketelitian"),
                Competence("analysis", "Analisis"),
                Competence("service", "Pelayanan"),
                Competence("teamwork", "Kerja sama"),
                Competence("leadership", "Kepemimpinan"),
                Competence("planning", "Perencanaan dan pengorganisasian"),
                Competence("digital", "Literasi digital"),
                Competence("change", "Mengelola perubahan"),
                Competence("integrity", "Integritas"),
            ),
            "PermenPANRB 38/2017 (kompetensi manajerial), disederhanakan untuk umpan balik",
        ),
    ),
)


def competences_on(day: date) -> dict[str, str]:
    """Name by code, as in force on `day`. Raises NoRuleYet."""
    return {one.code: one.name for one in COMPETENCES.on(day).value}
