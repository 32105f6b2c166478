"""What `jejak log export` writes is proven by a Python that knows nothing of us, or named as not proven."""

import asyncio
import subprocess
import sys
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import orjson
import pytest
from typer.testing import CliRunner

from services.cli.language import Told
from services.cli.log import app
from services.cli.log.export import exported
from services.cli.log.rotate import rotated
from services.cli.log.where import Where
from shared.sealed_log.bundle.bundle import bundled
from shared.sealed_log.checkpoint import origin
from shared.sealed_log.sealer import signing_key
from tests.bundle import Bundle
from tests.services.cli.test_log import superuser, where
from tests.shared.toy import YEAR

__all__ = ["superuser", "where"]


@pytest.fixture
async def bundle(where: Where, tmp_path: Path) -> Bundle:
    return await bundle_of(where, tmp_path)


async def bundle_of(where: Where, folder: Path) -> Bundle:
    connection = await asyncpg.connect(where.database_url)
    employee: UUID = await connection.fetchval("SELECT subject_id FROM event.events LIMIT 1")
    await connection.close()
    parts = await exported([where], employee, YEAR)
    zone = ZoneInfo("Asia/Jakarta")
    made = Bundle.of(bundled(parts, agency="CONTOH", employee=employee, year=YEAR, zone=zone), folder)
    assert b"Counted" in made.content("baca.html")
    return made


async def test_a_bare_python_proves_it(bundle: Bundle, where: Where) -> None:
    code, said = await bundle.checked()
    assert (code, "planning: TERBUKTI / PROVEN, 1" in said) == (0, True)
    key = str(signing_key(where.signing_key_file, origin("CONTOH", "planning")).verifier)
    assert key in said
    assert (await bundle.checked(key))[0] == 0


async def test_a_key_that_the_reader_kept_and_that_never_signed_is_noticed(
    bundle: Bundle, where: Where
) -> None:
    await rotated(where)
    other = str(signing_key(where.signing_key_file, origin("CONTOH", "planning")).verifier)
    code, said = await bundle.checked(other)
    assert (code, "TIDAK TERBUKTI" in said) == (2, True)


async def test_a_bundle_made_after_a_rotation_is_proven_by_the_old_key_too(
    where: Where, tmp_path: Path
) -> None:
    old = str(signing_key(where.signing_key_file, origin("CONTOH", "planning")).verifier)
    await rotated(where)
    assert (await (await bundle_of(where, tmp_path)).checked(old))[0] == 0


FORGERIES: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "an event": ("planning/events.jsonl", lambda content: content.replace(b'"by":1', b'"by":2')),
    "an event left out": ("planning/events.jsonl", lambda _content: b""),
    "whose": ("bundle.json", lambda content: content.replace(b'"year":2026', b'"year":2025')),
    "which agency": ("bundle.json", lambda content: content.replace(b"CONTOH", b"LAINNYA")),
    "a root": ("planning/checkpoint.txt", lambda content: content.replace(b"\n30\n", b"\n31\n")),
    "a place": ("planning/proofs.json", lambda content: content.replace(b'"index":', b'"index":1')),
}


@pytest.mark.parametrize("forgery", FORGERIES)
async def test_what_was_changed_is_not_proven(bundle: Bundle, forgery: str) -> None:
    bundle.rewritten(*FORGERIES[forgery])
    code, said = await bundle.checked()
    assert (code, "TIDAK TERBUKTI" in said) == (2, True)


async def test_half_a_file_and_another_file_are_said_to_be_none(bundle: Bundle) -> None:
    whole = bundle.file.read_bytes()
    foreign = BytesIO()
    with zipfile.ZipFile(foreign, "w") as zipped:
        zipped.writestr("surat.txt", "halo")
    for content in (whole[: len(whole) // 2], b"", foreign.getvalue()):
        bundle.file.write_bytes(content)
        code, said = await bundle.checked()
        assert (code, "bukan berkas bukti yang utuh" in said) == (1, True)


async def test_a_key_that_came_later_vouches_for_nothing_before_it(bundle: Bundle, where: Where) -> None:
    """Else whoever knows its note could put a key of his own before it."""
    await rotated(where)
    connection = await asyncpg.connect(where.database_url)
    notes = await connection.fetch("SELECT note FROM event.signing_keys ORDER BY number")
    await connection.close()
    bundle.rewritten("planning/keys.json", lambda _content: orjson.dumps([row["note"] for row in notes]))
    later = str(signing_key(where.signing_key_file, origin("CONTOH", "planning")).verifier)
    assert (await bundle.checked())[0] == 0
    assert (await bundle.checked(later))[0] == 2


async def asked_of(where: Where) -> list[str]:
    connection = await asyncpg.connect(where.database_url)
    employee = await connection.fetchval("SELECT subject_id FROM event.events LIMIT 1")
    await connection.close()
    return ["export", "--employee", str(employee), "--year", str(YEAR), "--service", "planning", "--to"]


ON_A_FULL_DISK = """
import resource, sys
from pathlib import Path
from services.cli.log.export import written
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
try:
    written(Path(sys.argv[1]), bytes(1000))
except OSError:
    print("told")
"""


async def test_a_full_disk_leaves_the_bundle_that_was_there(tmp_path: Path) -> None:
    old = tmp_path / "bukti.zip"
    old.write_bytes(b"yang lama")
    asked = [sys.executable, "-B", "-c", ON_A_FULL_DISK, str(old)]
    done = await asyncio.to_thread(subprocess.run, asked, capture_output=True, text=True, check=True)
    assert done.stdout == "told\n"
    assert [(one, one.read_bytes()) for one in tmp_path.iterdir()] == [(old, b"yang lama")]


@pytest.mark.parametrize("to", ["tidak ada/bukti.zip", ".", "/dev/full"])
async def test_a_bundle_that_cannot_be_written_is_told(
    where: Where, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, to: str
) -> None:
    monkeypatch.setattr(Where, "of", lambda _name: where)
    monkeypatch.setenv("JEJAK_LANG", "en")
    outcome = await asyncio.to_thread(CliRunner().invoke, app, [*await asked_of(where), str(tmp_path / to)])
    assert isinstance(outcome.exception, Told)
    assert "cannot be written" in str(outcome.exception)
    assert Path("/dev/full").is_char_device()


UNREADABLE = {
    "a day that no calendar has": "recorded_at = '20260-01-01'",
    "the first day of all": "effective_on = '-infinity', recorded_at = '-infinity'",
    "no data": "data = NULL",
    "data that are none": "data = '{'",
    "data deeper than anybody reads": "data = repeat('[', 900) || repeat(']', 900)",
}


@pytest.mark.parametrize("change", UNREADABLE)
async def test_an_event_that_can_be_read_no_more_is_named_instead_of_exported(
    where: Where, superuser: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    await superuser.execute("ALTER TABLE event.events ALTER data DROP NOT NULL")
    found = await superuser.fetchrow(
        f"UPDATE event.events SET {UNREADABLE[change]} WHERE (plan_year, stream_id, stream_version) ="
        " (SELECT plan_year, stream_id, stream_version FROM event.log WHERE log_index = 7)"
        " RETURNING subject_id, stream_id"
    )
    assert found is not None
    monkeypatch.setattr(Where, "of", lambda _name: where)
    asked = ["export", "--employee", str(found["subject_id"]), "--year", str(YEAR), "--service", "planning"]
    outcome = await asyncio.to_thread(CliRunner().invoke, app, asked)
    assert isinstance(outcome.exception, Told)
    assert f"event 7 (ledger {found['stream_id']} v1)" in str(outcome.exception)
