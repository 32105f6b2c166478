"""What one service contributes to the home page; the door composes one of each service."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

Service = Literal["planning", "assessment", "followup"]
Stage = Literal["planning", "doing", "assessing", "following_up"]
TeamState = Literal["belum", "menunggu Anda", "menunggu pegawai", "selesai"]


class Part(BaseModel):
    """Read by the door from another process: unknown fields of a newer version are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Task(Part):
    """One step that waits for the reader; `href` leads to the very field."""

    title: str
    href: str
    due_on: date | None = None
    done: bool = False


class Notice(Part):
    """Something that happened to the reader's record; shown once per `id`."""

    id: UUID
    text: str
    href: str
    at: datetime


class CyclePosition(Part):
    """Where the reader's year stands, and until when."""

    year: int
    stage: Stage
    until: date | None = None
    text: str = ""


class TeamMember(Part):
    """One person whom the reader appraises: the state, who must act, since when."""

    name: str
    state: TeamState
    actor: str = ""
    since: date | None = None
    href: str
    what: str = ""


class HomeFragment(Part):
    """A service's whole contribution. `cycle` comes from the service whose stage it is."""

    service: Service
    tasks: list[Task] = []
    notices: list[Notice] = []
    cycle: CyclePosition | None = None
    team: list[TeamMember] = []
