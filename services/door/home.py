"""Composes the home page of what each service has to say; each one may be late or away alone."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import httpx2
from pydantic import ValidationError

from services.door import wording
from services.door.sessions import Session
from shared.web.home import CyclePosition, HomeFragment, Notice, Task, TeamMember

PATIENCE = 1.5
MOST_NOTICES = 20
FIRST_NOTICES = 5  # shown at once; the earlier ones on demand


@dataclass(frozen=True, slots=True)
class Missing:
    """A service that said nothing in time, and the plain link that may still work."""

    text: str
    title: str
    href: str


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the yearly cycle as it is shown."""

    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Everything the home page shows. `team` is None where a service that knows it is away."""

    tasks: Sequence[Task]
    notices: Sequence[Notice]
    team: Sequence[TeamMember]
    cycle: CyclePosition | None
    missing: Sequence[Missing]

    @property
    def latest(self) -> Sequence[Notice]:
        """The news that are shown at once."""
        return self.notices[:FIRST_NOTICES]

    @property
    def earlier(self) -> Sequence[Notice]:
        """The news that are shown when asked for."""
        return self.notices[FIRST_NOTICES:]

    @property
    def is_appraiser(self) -> bool:
        """Whether the reader appraises anybody; while a service is away, nobody is denied it."""
        return bool(self.team or self.missing)

    @property
    def stages(self) -> list[tuple[str, str]]:
        """The four stages; the reader's own has the date and words that its service gave."""
        at = self.stage
        return [
            (title, (self.cycle.text if self.cycle and place == at else "") or text)
            for place, (_, title, text) in enumerate(wording.STAGES)
        ]

    @property
    def stage(self) -> int:
        """The place of the reader's stage among the four."""
        names = [name for name, _, _ in wording.STAGES]
        return names.index(self.cycle.stage) if self.cycle else 0


async def composed(http: httpx2.AsyncClient, services: Mapping[str, str], session: Session) -> Home:
    """The home of whoever `session` belongs to; never later than 1.5 s, whatever the services do."""
    found = await asyncio.gather(*(fragment(http, name, at, session) for name, at in services.items()))
    fragments = [one for one in found if one is not None]
    away = [name for name, one in zip(services, found, strict=True) if one is None]
    notices = {notice.id: notice for one in fragments for notice in one.notices}
    cycles = [one.cycle for one in fragments if one.cycle]
    return Home(
        tasks=sorted((task for one in fragments for task in one.tasks), key=urgency),
        notices=sorted(notices.values(), key=lambda notice: notice.at, reverse=True)[:MOST_NOTICES],
        team=sorted((member for one in fragments for member in one.team), key=lambda member: member.name),
        cycle=cycles[-1] if cycles else None,
        missing=[missing(name) for name in away],
    )


async def fragment(
    http: httpx2.AsyncClient, service: str, address: str, session: Session
) -> HomeFragment | None:
    """What one service says, or None when it is late, away or speaks nonsense."""
    place = f"{address}/api/{service}/v1/home"
    headers = {"Authorization": f"Bearer {session.access_token}", "Accept": "application/json"}
    try:
        async with asyncio.timeout(PATIENCE):
            answer = await http.get(place, headers=headers, timeout=PATIENCE)
        return HomeFragment.model_validate_json(answer.raise_for_status().content)
    except (TimeoutError, httpx2.HTTPError, ValidationError):
        return None


def urgency(task: Task) -> tuple[bool, date]:
    """Open tasks first, the nearest deadline first, those without one last."""
    return task.done, task.due_on or date.max


def missing(service: str) -> Missing:
    """The sentence and the link for a service that is away."""
    title, href = wording.PLACES[service]
    return Missing(wording.AWAY.format(service=wording.SERVICES[service]), title, href)
