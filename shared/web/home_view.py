"""Puts the services' contributions together to what the home page shows."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from shared.web.home import CyclePosition, HomeFragment, Notice, Service, Stage, Task, TeamMember

NAMES: dict[Service, tuple[str, str]] = {
    "planning": ("Perencanaan", "/perencanaan/skp"),
    "assessment": ("Penilaian", "/penilaian/hasil"),
    "followup": ("Tindak lanjut", "/tindak-lanjut"),
}
STAGES: dict[Stage, str] = {
    "planning": "Perencanaan",
    "doing": "Pelaksanaan",
    "assessing": "Penilaian",
    "following_up": "Tindak lanjut",
}
TEAM_ORDER = ("menunggu Anda", "belum", "menunggu pegawai", "selesai")
TEAM_TONES = {"menunggu Anda": "waiting", "belum": "neutral", "menunggu pegawai": "info", "selesai": "good"}
MOST_NOTICES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """A service that did not answer in time, and where its pages are."""

    name: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeView:
    """What `beranda.html` shows as `home`: each list already in the order people read it."""

    tasks: tuple[Task, ...]
    notices: tuple[Notice, ...]
    cycle: CyclePosition | None
    team: tuple[TeamMember, ...]
    away: tuple[Away, ...]

    @property
    def stages(self) -> list[tuple[str, str]]:
        """The four stages, the present one with its words or its end."""
        return [(name, self.words if stage == self.stage else "") for stage, name in STAGES.items()]

    @property
    def stage(self) -> Stage | None:
        """The present stage."""
        return self.cycle.stage if self.cycle else None

    @property
    def words(self) -> str:
        """What is said below the present stage."""
        return self.cycle.text if self.cycle else ""

    @property
    def at(self) -> int:
        """The number of the present stage, from 0."""
        return list(STAGES).index(self.cycle.stage) if self.cycle else -1

    def tone(self, state: str) -> str:
        """The colour that repeats a team member's state."""
        return TEAM_TONES.get(state, "neutral")


def compose(fragments: Iterable[HomeFragment], away: Collection[Service] = ()) -> HomeView:
    """Tasks by deadline (done ones last), notices newest first and each once, the cycle's latest position."""
    answered = list(fragments)
    notices = {notice.id: notice for fragment in answered for notice in fragment.notices}
    positions = [fragment.cycle for fragment in answered if fragment.cycle]
    return HomeView(
        tasks=tuple(sorted((task for fragment in answered for task in fragment.tasks), key=urgency)),
        notices=tuple(sorted(notices.values(), key=lambda notice: notice.at, reverse=True)[:MOST_NOTICES]),
        cycle=max(positions, key=progress, default=None),
        team=tuple(
            sorted((member for fragment in answered for member in fragment.team), key=team_order),
        ),
        away=tuple(Away(name=NAMES[service][0], href=NAMES[service][1]) for service in away),
    )


def urgency(task: Task) -> tuple[bool, date, str]:
    """Open before done, early deadlines first, tasks without one last."""
    return (task.done, task.due_on or date.max, task.title)


def progress(position: CyclePosition) -> tuple[int, int]:
    """How far in time a position lies."""
    return (position.year, list(STAGES).index(position.stage))


def team_order(member: TeamMember) -> tuple[int, date, str]:
    """Who waits for the reader first, and among them who waits longest."""
    return (TEAM_ORDER.index(member.state), member.since or date.max, member.name)
