"""`jejak log` tells what was done to a log, and its exit code tells a scheduler."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from io import StringIO
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from rich.console import Console
from typer.testing import CliRunner

from services.cli.language import Told
from services.cli.log import app
from services.cli.log.rotate import rotated
from services.cli.log.tamper import TAMPERINGS, UNGUARDED, demonstrated, keep, put_back
from services.cli.log.verify import How, verified
from services.cli.log.where import Where
from shared.embedded.provision import DATABASE
from shared.sealed_log.checkpoint import Checkpoint, origin
from shared.sealed_log.note import Signer
from shared.sealed_log.sealer import Sealer, signing_key
from shared.sealed_log.sequencer import Sequencer
from shared.store.store import open_store
from tests.databases import FreshDatabase, Schema
from tests.infrastructure import settings_of
from tests.shared.toy import LEDGER, YEAR, Counted, unit

DATABASE_ALONE = How(topic=False, jobs=1)


@pytest.fixture
async def where(fresh_database: FreshDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Where:
    """A sealed log of thirty events, named planning."""
    monkeypatch.setenv("JEJAK_LANG", "en")
    made = await fresh_database(Schema((), (YEAR,)))
    async with open_store(settings_of(made, tmp_path), "planning", [LEDGER.catalogue]) as store:
        await asyncio.gather(*(store.append([unit(uuid4(), Counted(by=1))]) for _ in range(30)))
    connection = await asyncpg.connect(made.app_url)
    sequencer = await Sequencer.start(connection)
    while await sequencer.tick():
        pass
    key = signing_key(made.signing_key_file, origin("CONTOH", "planning"))
    await (await Sealer.start(connection, key)).seal()
    await connection.close()
    return Where("planning", "CONTOH", made.app_url, "127.0.0.1:1", made.signing_key_file)


@pytest.fixture
async def superuser(where: Where, postgres_admin_url: str) -> AsyncIterator[asyncpg.Connection]:
    database = where.database_url.rpartition("/")[2]
    assert database.startswith(DATABASE.format(service=""))
    connection = await asyncpg.connect(f"{postgres_admin_url.rpartition('/')[0]}/{database}")
    await connection.execute(UNGUARDED)
    yield connection
    await connection.close()


async def said(where: Where) -> tuple[bool, str]:
    """Whether it is as signed, and what is said."""
    console = Console(file=StringIO(), width=300)
    clean = await verified(where, DATABASE_ALONE, console)
    assert isinstance(console.file, StringIO)
    return clean, console.file.getvalue()


FOUND = {
    "alter": "altered     at 15: planning, ledger ",
    "delete": "removed     at 15: planning, ? ",
    "insert": "inserted    without a place: planning, ledger ",
    "swap": "signature does not agree, from 0 to 29",
}


@pytest.mark.parametrize("name", TAMPERINGS)
async def test_what_the_demonstration_does_is_told_and_undone(
    where: Where, superuser: asyncpg.Connection, name: str
) -> None:
    async with TAMPERINGS[name](superuser, 15):
        clean, text = await said(where)
        assert not clean
        assert FOUND[name] in text
        assert "NOT as it was signed, findings: 1" in text
    clean, text = await said(where)
    assert clean
    assert "30 events read again, 30 under a signature" in text


@pytest.mark.parametrize("name", TAMPERINGS)
async def test_what_a_killed_demonstration_left_is_put_back_by_the_next(
    where: Where, superuser: asyncpg.Connection, tmp_path: Path, name: str
) -> None:
    kept = tmp_path / "tampered.json"
    await keep(superuser, kept, 15)
    assert kept.stat().st_mode & 0o777 == 0o600
    killed = TAMPERINGS[name](superuser, 15)
    await killed.__aenter__()
    assert not (await said(where))[0]
    await put_back(superuser, kept)
    assert ((await said(where))[0], kept.exists()) == (True, False)


async def test_the_demonstration_says_what_was_not_found_and_what_is_not_back(
    where: Where, superuser: asyncpg.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @asynccontextmanager
    async def untouched(_connection: asyncpg.Connection, _index: int) -> AsyncIterator[None]:
        yield

    @asynccontextmanager
    async def left(connection: asyncpg.Connection, _index: int) -> AsyncIterator[None]:
        await connection.execute("DELETE FROM event.events")
        yield

    show = partial(
        demonstrated, superuser, where, DATABASE_ALONE, tmp_path / "kept", Console(file=StringIO())
    )
    await show()
    monkeypatch.setitem(TAMPERINGS, "swap", untouched)
    with pytest.raises(Told, match="NOT found: swap"):
        await show()
    monkeypatch.setitem(TAMPERINGS, "swap", left)
    with pytest.raises(Told, match="not back"):
        await show()


def ask(where: Where, monkeypatch: pytest.MonkeyPatch, *options: str) -> tuple[int, str]:
    with monkeypatch.context() as patched:
        patched.setattr(Where, "of", lambda _name: where)
        outcome = CliRunner().invoke(app, ["verify", "planning", *options])
    return outcome.exit_code, f"{outcome.output}{outcome.exception or ''}"


async def test_the_exit_code_tells_a_scheduler(
    where: Where, superuser: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, _ = await asyncio.to_thread(ask, where, monkeypatch, "--without-topic")
    assert code == 0
    code, text = await asyncio.to_thread(ask, where, monkeypatch)
    assert code == 1
    assert "--without-topic" in text
    async with TAMPERINGS["alter"](superuser, 3):
        code, _ = await asyncio.to_thread(ask, where, monkeypatch, "--without-topic")
    assert code == 2


async def test_an_auditor_who_kept_a_key_is_led_to_the_one_it_vouches_for_and_notices_another(
    where: Where, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = str(signing_key(where.signing_key_file, origin("CONTOH", "planning")).verifier)
    code, _ = await asyncio.to_thread(ask, where, monkeypatch, "--without-topic", "--key", kept)
    assert code == 0
    renewed = await rotated(where)
    code, text = await asyncio.to_thread(ask, where, monkeypatch, "--without-topic", "--key", kept)
    assert code == 0
    assert f"your key has handed over, by its own signature, to: {renewed}" in text
    assert (await said(where))[0]
    never = str(Signer(origin("CONTOH", "planning"), bytes(32)).verifier)
    code, text = await asyncio.to_thread(ask, where, monkeypatch, "--without-topic", "--key", never)
    assert code == 2
    assert never in text.replace("\n", "")


async def test_a_database_that_is_away_is_said_and_is_no_finding(
    where: Where, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = replace(where, database_url="postgresql://nobody:secret@127.0.0.1:1/none")
    code, text = await asyncio.to_thread(ask, away, monkeypatch, "--without-topic")
    assert code == 1
    assert "could not be verified" in text
    assert "secret" not in text


@pytest.mark.parametrize("options", [("--without-topic",), ("--light",)])
async def test_without_a_key_to_trust_nothing_is_said_to_be_proven(
    where: Where, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    """Else a log that anybody signed anew would be proven by the key that lies beside it."""
    kept = str(signing_key(where.signing_key_file, origin("CONTOH", "planning")).verifier)
    keyless = replace(where, signing_key_file=where.signing_key_file.with_name("none"))
    code, text = await asyncio.to_thread(ask, keyless, monkeypatch, *options)
    assert (code, "put that key file back, or give --key" in text) == (1, True)
    code, _ = await asyncio.to_thread(ask, keyless, monkeypatch, *options, "--key", kept)
    assert code == 0


def other_root(note: str, where: Where) -> str:
    signer = signing_key(where.signing_key_file, origin("CONTOH", "planning"))
    checkpoint = Checkpoint.parse(note.rpartition("\n\n")[0] + "\n")
    return replace(checkpoint, root=bytes(32)).signed(signer)


CHECKPOINTS: dict[str, tuple[Callable[[str, Where], str], int, str]] = {
    "the log's": (lambda note, _: note, 0, "30 under a signature"),
    "of another history": (other_root, 2, "signature does not agree"),
    "of a longer log": (
        lambda note, where: other_root(note.replace("\n30\n", "\n31\n"), where), 2, "signed at 31 events",
    ),
    "of another service": (
        lambda note, _: note.replace("CONTOH/planning", "CONTOH/followup"), 1, "no checkpoint of the log",
    ),
    "with a wrong signature": (lambda note, _: note.replace("\n30\n", "\n29\n"), 1, "is wrong"),
    "half": (lambda note, _: note[:20], 1, "could not be verified"),
}  # fmt: skip


@pytest.mark.parametrize("which", CHECKPOINTS)
async def test_a_checkpoint_kept_from_earlier_must_be_one_that_the_log_goes_on(
    where: Where, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, which: str
) -> None:
    made, code, text = CHECKPOINTS[which]
    connection = await asyncpg.connect(where.database_url)
    note = await connection.fetchval("SELECT note FROM event.checkpoints")
    await connection.close()
    file = tmp_path / "checkpoint.txt"
    file.write_text(made(note, where))
    answer = await asyncio.to_thread(ask, where, monkeypatch, "--without-topic", "--checkpoint", str(file))
    assert (answer[0], text in answer[1].replace("\n", " ")) == (code, True), answer


LAST_SIGNED: dict[str, tuple[Callable[[str, Where], str], str]] = {
    "the log's": (lambda note, _: note, ""),
    "of another history": (other_root, "signature does not agree"),
    "of a longer log": (
        lambda note, where: other_root(note.replace("\n30\n", "\n31\n"), where), "at 31 events",
    ),
    "of another service": (
        lambda note, _: note.replace("CONTOH/planning", "CONTOH/followup"), "a checkpoint of CONTOH/followup",
    ),
    "none at all": (lambda _note, _where: "\0", "no"),
}  # fmt: skip


@pytest.mark.parametrize("form", ["--without-topic", "--light"])
@pytest.mark.parametrize("which", LAST_SIGNED)
async def test_a_log_must_go_on_what_the_service_signed_last_by_its_own_file(
    where: Where, monkeypatch: pytest.MonkeyPatch, which: str, form: str
) -> None:
    made, text = LAST_SIGNED[which]
    connection = await asyncpg.connect(where.database_url)
    note = await connection.fetchval("SELECT note FROM event.checkpoints")
    await connection.close()
    where.signing_key_file.with_suffix(".checkpoint").write_text(made(note, where))
    answer = await asyncio.to_thread(ask, where, monkeypatch, form)
    assert (answer[0], text in answer[1]) == (2 if text else 0, True), answer


def test_a_container_says_where_what_was_signed_last_is(tmp_path: Path) -> None:
    env = {"DATABASE_URL": "postgresql://x", "KAFKA_BOOTSTRAP_SERVERS": "x:1", "AGENCY": "CONTOH"}
    env["SIGNING_KEY_FILE"] = str(tmp_path / "planning.signing.key")
    assert Where.of("planning", env).last_signed is None
    (tmp_path / "planning.signing.checkpoint").write_text("beside the key")
    assert Where.of("planning", env).last_signed == "beside the key"
    (tmp_path / "last").write_text("told")
    assert Where.of("planning", env | {"LAST_CHECKPOINT_FILE": str(tmp_path / "last")}).last_signed == "told"


async def test_a_checkpoint_is_that_of_one_whole_log(where: Where, monkeypatch: pytest.MonkeyPatch) -> None:
    for options in (("--light",), ("followup",)):
        code, text = await asyncio.to_thread(ask, where, monkeypatch, "--checkpoint", "none", *options)
        assert (code, "name the service" in text) == (1, True)


@pytest.mark.parametrize("verb", [("export", "--service=planning", f"--employee={uuid4()}", "--year=2026"),
                                  ("rotate", "planning")])  # fmt: skip
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"agency": "LAINNYA"}, "a key of CONTOH/planning, not of LAINNYA/planning"),
        ({"database_url": "postgresql://nobody:secret@127.0.0.1:1/none"}, "cannot be reached"),
    ],
)
async def test_another_agency_and_a_database_that_is_away_are_said(
    where: Where, monkeypatch: pytest.MonkeyPatch, verb: tuple[str, ...], changed: dict[str, str], said: str
) -> None:
    other = replace(where, **changed)  # type: ignore[arg-type]
    monkeypatch.setattr(Where, "of", lambda _name: other)
    outcome = await asyncio.to_thread(CliRunner().invoke, app, verb)
    assert isinstance(outcome.exception, Told)
    assert said in str(outcome.exception)
    assert "secret" not in str(outcome.exception)


async def test_no_file_is_made_of_a_log_that_was_changed(
    where: Where, superuser: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    employee = await superuser.fetchval("SELECT subject_id FROM event.events LIMIT 1")
    await superuser.execute("UPDATE event.checkpoints SET note = replace(note, '30', '31')")
    monkeypatch.setattr(Where, "of", lambda _name: where)
    verb = ("export", "--service=planning", f"--employee={employee}", f"--year={YEAR}")
    outcome = await asyncio.to_thread(CliRunner().invoke, app, verb)
    assert isinstance(outcome.exception, Told)
    assert "nothing is exported" in str(outcome.exception)
