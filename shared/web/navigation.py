"""The screens of the product, where they are and who is shown them."""

from collections.abc import Collection
from dataclasses import dataclass

EVERYONE = frozenset({"employee", "hr", "performance_officer", "auditor"})
EMPLOYEE = frozenset({"employee"})
OFFICERS = frozenset({"hr", "performance_officer"})
READERS = frozenset({"auditor"})


@dataclass(frozen=True, slots=True)
class Screen:
    """One entry of the menu; `for_appraisers` ones are left out when the reader appraises nobody."""

    title: str
    path: str
    roles: frozenset[str]
    for_appraisers: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Screens that stand together under a heading."""

    title: str
    screens: tuple[Screen, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A screen as the reader sees it."""

    title: str
    path: str
    is_current: bool


BERANDA = Screen("Beranda", "/", EVERYONE)
SECTIONS = (
    Section("", (BERANDA,)),
    Section(
        "Perencanaan",
        (
            Screen("SKP saya", "/perencanaan/skp", EMPLOYEE),
            Screen("SKP bawahan", "/perencanaan/skp-bawahan", EMPLOYEE, for_appraisers=True),
            Screen("Pegawai", "/perencanaan/pegawai", OFFICERS),
            Screen("Kalender", "/perencanaan/kalender", OFFICERS),
            Screen("Penghapusan", "/perencanaan/penghapusan", OFFICERS | READERS),
        ),
    ),
    Section(
        "Penilaian",
        (
            Screen("Realisasi & bukti", "/penilaian/realisasi", EMPLOYEE),
            Screen("Umpan balik", "/penilaian/umpan-balik", EMPLOYEE),
            Screen("Nilai pegawai", "/penilaian/nilai", EMPLOYEE, for_appraisers=True),
            Screen("Hasil saya", "/penilaian/hasil", EMPLOYEE),
        ),
    ),
    Section("Pengembangan", (Screen("Tindak lanjut", "/tindak-lanjut", EMPLOYEE | OFFICERS),)),
    Section(
        "Keterbukaan",
        (
            Screen("Jejak", "/perencanaan/jejak", EVERYONE),
            Screen("Perubahan", "/perencanaan/perubahan", READERS),
        ),
    ),
)
SERVICES = (
    ("Perencanaan", "/perencanaan"),
    ("Penilaian", "/penilaian"),
    ("Tindak lanjut", "/tindak-lanjut"),
)
OF_EVERY_SERVICE = ("jejak", "perubahan")


def menu(roles: Collection[str], path: str, *, appraiser: bool = True) -> list[tuple[str, list[Entry]]]:
    """The headings and entries for someone with `roles` who stands at `path`."""
    held = frozenset(roles)
    here = current(path)
    shown = []
    for section in SECTIONS:
        entries = [
            Entry(screen.title, screen.path, screen == here)
            for screen in section.screens
            if screen.roles & held and (appraiser or not screen.for_appraisers)
        ]
        if entries:
            shown.append((section.title, entries))
    return shown


def current(path: str) -> Screen | None:
    """The screen that `path` belongs to: the longest that it lies under, or none."""
    for name in OF_EVERY_SERVICE:
        for _, prefix in SERVICES:
            if is_under(path, f"{prefix}/{name}"):
                path = path.replace(prefix, SERVICES[0][1], 1)
    screens = [screen for section in SECTIONS for screen in section.screens]
    under = [screen for screen in screens if is_under(path, screen.path)]
    return max(under, key=lambda screen: len(screen.path), default=None)


def is_under(path: str, place: str) -> bool:
    """Whether `path` is `place` or lies below it; everything but the root lies outside the root."""
    return path == place or (place != "/" and path.startswith(f"{place}/"))


def service_tabs(screen: str, path: str) -> list[Entry]:
    """The same screen (`jejak` or `perubahan`) of the three services, side by side."""
    return [
        Entry(title, f"{prefix}/{screen}", is_under(path, f"{prefix}/{screen}")) for title, prefix in SERVICES
    ]
