"""The catalogue of courses: which one serves a competence that is to be developed."""

from dataclasses import dataclass
from datetime import date

from shared.regulation.dated import Dated, Row


@dataclass(frozen=True, slots=True)
class Course:
    """`hours` are lesson hours (JP). `competence` is None for a course that serves none in particular."""

    code: str
    title: str
    hours: int
    competence: str | None = None


@dataclass(frozen=True, slots=True)
class CourseCatalogue:
    """The courses on offer, with the one to take where no competence points to another."""

    by_competence: tuple[Course, ...]
    development: Course
    recovery: Course

    @property
    def courses(self) -> tuple[Course, ...]:
        """Every course."""
        return (*self.by_competence, self.development, self.recovery)


SELECTION = CourseCatalogue(
    by_competence=(
        Course(
            "public-service-communication",
            "Komunikasi Layanan Publik",
            20,
            "communication",
        ),
        Course("data-accuracy", "Ketelitian dan Mutu Data Kepegawaian", 16, "accuracy"),
        Course("data-analysis", "Analisis Data untuk Pengambilan Keputusan", 24, "analysis"),
        Course("service-excellence", "Pelayanan Prima", 16, "service"),
        Course("team-collaboration", "Kolaborasi dalam Tim Kerja", 12, "teamwork"),
        Course("team-leadership", "Kepemimpinan Tim Kerja", 24, "leadership"),
        Course("work-planning", "Perencanaan dan Pengorganisasian Kerja", 16, "planning"),
        Course("digital-literacy", "Literasi Digital Aparatur", 20, "digital"),
        Course("managing-change", "Mengelola Perubahan", 16, "change"),
        Course("integrity", "Integritas dan Antikorupsi", 12, "integrity"),
    ),
    development=Course("position-development", "Pengembangan Kompetensi Jabatan", 20),
    recovery=Course("performance-recovery", "Pelatihan Khusus Peningkatan Kinerja", 20),
)

COURSES = Dated("courses", (Row(date(2022, 1, 1), SELECTION, "PP 11/2017 Ps 203; PerLAN 10/2018"),))
YEARLY_HOURS = Dated("yearly-training-hours", (Row(date(2017, 4, 7), 20, "PP 11/2017 Ps 203"),))


def course_for(competence: str, day: date) -> Course | None:
    """The course on offer on `day` for a competence; None where the catalogue has none. Raises NoRuleYet."""
    offered = COURSES.on(day).value.by_competence
    return next((course for course in offered if course.competence == competence), None)


def course(code: str) -> Course | None:
    """The course of that code as the newest catalogue that knows it describes it."""
    newest_first = sorted(COURSES.rows, key=lambda row: row.valid_from, reverse=True)
    return next((one for row in newest_first for one in row.value.courses if one.code == code), None)
