"""`jejak dead-letters` against a service's database from outside, with a consumer and without."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from shared.messaging.retrying import Retrying
from shared.store.store import Store
from tests.shared.conftest import Place, place, store
from tests.shared.messaging.messages import TOPIC, Moody, counts, message, settle

__all__ = ["place", "store"]

ROOT = Path(__file__).parents[3]
Jejak = Callable[..., Awaitable[subprocess.CompletedProcess[str]]]


@pytest.fixture
def jejak(place: Place, tmp_path: Path) -> Jejak:
    """The command in English, told the database of assessment by the environment."""
    outside = {name: value for name, value in os.environ.items() if name != "JEJAK_LANG"}
    env = outside | {
        "JEJAK_HOME": str(tmp_path / "none"),
        "ASSESSMENT_DATABASE_URL": place.settings.database_url,
        "COLUMNS": "80",
    }

    async def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "services.cli", "--lang", "en", "dead-letters", *arguments]
        return await asyncio.to_thread(
            subprocess.run, command, cwd=ROOT, env=env, capture_output=True, text=True, check=False
        )

    return run


@pytest.fixture
async def stuck(store: Store) -> tuple[Moody, UUID]:
    """A message that meets a bug, one behind it, and one that nobody can read."""
    moody, owner = Moody(1), uuid4()
    await settle(moody.inbox(store), message(owner, 1, 0), message(owner, 2, 1), message(uuid4(), b"{", 2))
    return moody, owner


BUG, BEHIND, UNREAD = (f"group/{TOPIC}/0/{offset}" for offset in (0, 1, 2))


async def test_the_list_is_a_table_and_json(jejak: Jejak, stuck: tuple[Moody, UUID]) -> None:
    shown = (await jejak("list")).stdout
    assert [line.split()[0] for line in shown.splitlines()] == ["Message", UNREAD, BUG]
    assert "dead letter" in shown
    found = json.loads((await jejak("list", "--json", "--consumer", "group")).stdout)
    told = [(one["name"], one["state"], one["cause"], one["behind"], one["key"]) for one in found]
    assert told[0][:4] == (UNREAD, "dead", "NotUnderstood: json_invalid at ", 0)
    assert told[1] == (BUG, "trying", "RuntimeError", 1, str(stuck[1]))


@pytest.mark.usefixtures("stuck")
async def test_one_message_is_shown_with_its_body_only_when_asked(jejak: Jejak) -> None:
    shown = await jejak("show", BUG)
    assert "RuntimeError" in shown.stdout
    assert '"by"' not in shown.stdout
    asked = json.loads((await jejak("show", BUG, "--body", "--json")).stdout)
    assert asked["body"]["by"] == 1
    assert asked["headers"]["ce_type"] == "toy.Counted.v1"


async def test_a_replay_tells_what_came_of_it(jejak: Jejak, stuck: tuple[Moody, UUID], store: Store) -> None:
    moody, owner = stuck
    not_running = await jejak("replay", BUG, "--reason", "mended", "--wait", "0.1")
    assert not_running.returncode == 0, not_running.stderr
    assert not_running.stdout == f"{BUG} is tried again as soon as group runs\n"
    assert (await running(store, moody, jejak("replay", UNREAD, "--reason", "again"))).returncode == 1
    await store.pool.execute(
        "UPDATE work.parked SET dead_at = now(), try_after = NULL WHERE cause <> 'behind'"
    )
    moody.failing.clear()
    done = await running(store, moody, jejak("replay", BUG, "--reason", "mended", "--by", "sari", "--json"))
    assert json.loads(done.stdout) == [{"name": BUG, "consumer": "group", "outcome": "done"}]
    assert await counts(store, owner) == [1, 2]
    gone = (await jejak("show", BUG)).stdout
    assert "waits no more" in gone
    assert "replayed by sari: mended (cause: RuntimeError)" in gone


async def running(
    store: Store, moody: Moody, command: Awaitable[subprocess.CompletedProcess[str]]
) -> subprocess.CompletedProcess[str]:
    """The command's answer, given while the consumer runs."""
    asked = asyncio.ensure_future(command)
    while not asked.done():
        await Retrying(moody.inbox(store)).round()
        await asyncio.wait([asked], timeout=0.05)
    return await asked


async def test_what_is_skipped_lets_the_next_one_pass(
    jejak: Jejak, stuck: tuple[Moody, UUID], store: Store
) -> None:
    moody, owner = stuck
    skipped = await jejak("skip", BUG, UNREAD, "--reason", "sent by mistake", "--by", "sari")
    assert skipped.stdout.splitlines() == [f"{BUG} is skipped", f"{UNREAD} is skipped"]
    await Retrying(moody.inbox(store)).round()
    assert await counts(store, owner) == [2]
    assert (await jejak("list")).stdout == "nothing waits\n"


@pytest.mark.usefixtures("stuck")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["skip", BEHIND, "--reason", "x"], "waits behind another message of its key"),
        (["skip", f"group/{TOPIC}/0/77", "--reason", "x"], "no message group/"),
        (["replay", "group", "--reason", "x"], "group names no message"),
        (["skip", BUG, "--reason", " "], "--reason must not be empty"),
    ],
    ids=["behind another", "unknown", "no name", "no reason"],
)
async def test_what_can_not_be_done_is_said_in_a_sentence(
    jejak: Jejak, arguments: list[str], said: str
) -> None:
    answer = await jejak(*arguments)
    assert answer.returncode == 1
    assert answer.stderr.startswith("jejak: ")
    assert said in answer.stderr


async def test_help_has_examples(jejak: Jejak) -> None:
    for verb in ("list", "show", "replay", "skip"):
        shown = (await jejak(verb, "--help")).stdout
        assert f"  Examples:\n    jejak dead-letters {verb}" in shown
