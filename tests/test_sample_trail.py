"""What some of the people of the sample did is on the trail, with a reason wherever one is owed."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

import httpx2
import pytest

from services.cli.sample.agency import by_part, moves, parts, people
from services.cli.sample.client import Ask, Client
from services.cli.sample.named import year_of_anybody
from services.cli.sample.ordinary import RUNNING
from services.cli.sample.play import Player
from services.cli.sample.story import End
from services.cli.sample.training_system import TrainingSystem
from shared.projection.trail import TRAIL
from shared.web.api import COMMANDS
from tests.eventually import eventually
from tests.system import System
from tests.tokens import token

CAST = ("sari", "budi", "dewi", "fitri", "corrected", "returned")
CODE_AND_TEXT = {
    "PlanReturned",
    "AssessmentCorrected",
    "RecommendationDeclined",
    "RecommendationConfirmed",
    "RecommendationRevoked",
}
CODE = {
    "RevisionOpened",
    "PlanRevised",
    "EvaluationReturned",
    "EvaluationPlanRevised",
    "RecommendationAccepted",
}
TEXT = {"EarlierDateAccepted", "ImprovementEnded"}
NOT_PLAYED = {"RecommendationRevoked", "RecommendationConfirmed", "ImprovementEnded"}
ANNOUNCING = {"PlacementSuggested", "PromotionProposed", "TrainingCompleted"}
ASKED = "acting_role <> 'system' AND stream_kind <> 'person'"


@dataclass
class Journal(Client):
    """A client that keeps the command id of every change that was accepted."""

    accepted: set[UUID] = field(default_factory=set)
    files: int = 0

    async def do(self, ask: Ask) -> dict[str, Any]:
        answer = await super().do(ask)
        if ask.path.endswith("/import"):
            self.files += 1
        elif ask.method != "GET":
            self.accepted.add(uuid5(COMMANDS, f"{ask.by}/{ask.key}"))
        return answer


@pytest.fixture(scope="module")
async def played(system: System) -> Journal:
    """The two years of those with a story of their own, and of one person for every end of a plan."""
    ends = {year_of_anybody(one, RUNNING).end: one for one in people() if one.appraiser_nip}
    assert ends.keys() == set(End)
    cast = [*(by_part(part) for part in CAST), *ends.values()]
    urls = {name: process.url for name, process in system.processes.items()}
    async with Journal(urls, token_of) as journal, TrainingSystem(system.kafka) as training:
        await Player(journal, training, lambda _done, _known: None, cast).play()
    return journal


async def token_of(http: httpx2.AsyncClient, subject: UUID) -> str:
    del http
    part = next((one.part for one in people() if one.employee_id == subject), "")
    return token(subject, roles=parts().get(part, {"roles": ["employee"]})["roles"])


async def trail(system: System, columns: str = "*", where: str = "true") -> list[Any]:
    found: list[Any] = []
    for service in system.processes:
        found += await system.rows(service, f"SELECT {columns} FROM {TRAIL} WHERE {where}")
    return found


async def test_the_trail_holds_exactly_the_commands_that_were_accepted(
    system: System, played: Journal
) -> None:
    async def on_the_trail() -> set[UUID]:
        asked = await trail(system, "DISTINCT command_id", ASKED)
        return {row["command_id"] for row in asked}

    async def complete() -> bool:
        return await on_the_trail() >= played.accepted

    assert len(played.accepted) > 300
    await eventually(complete, within=30)
    assert await on_the_trail() == played.accepted


async def test_a_file_of_people_is_a_command_for_each_of_them(system: System, played: Journal) -> None:
    [row] = await system.rows(
        "planning", f"SELECT count(DISTINCT command_id) FROM {TRAIL} WHERE stream_kind = 'person'"
    )
    assert row["count"] == len(people()) + len(moves())
    assert played.files == 2


async def test_every_change_says_who_when_and_what(system: System, played: Journal) -> None:
    del played
    for row in await trail(system):
        assert row["actor_id"], row["type"]
        assert row["acting_role"], row["type"]
        assert row["recorded_at"], row["type"]
        assert row["changed"] or row["type"] in ANNOUNCING, row["type"]


async def test_a_reason_stands_wherever_one_is_owed(system: System, played: Journal) -> None:
    del played
    rows = await trail(system)
    seen = {row["type"] for row in rows}
    owed = CODE_AND_TEXT | CODE | TEXT
    assert owed - seen <= NOT_PLAYED
    for row in rows:
        if row["type"] in CODE_AND_TEXT | CODE:
            assert row["reason_code"], row["type"]
        if row["type"] in CODE_AND_TEXT | TEXT or "differs" in row["flags"]:
            assert row["has_reason"], row["type"]
