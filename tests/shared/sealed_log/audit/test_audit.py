"""Whatever was done to a log behind its back is found, and named."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import asyncpg
import pytest

from shared.sealed_log.audit import chunks, rows
from shared.sealed_log.audit.finding import (
    ALTERED,
    CHECKPOINT,
    INSERTED,
    KEY,
    REMOVED,
    REORDERED,
    TOPIC,
    UNPUBLISHED,
    named,
)
from shared.sealed_log.audit.run import DAYS, Audit, blocks
from shared.sealed_log.checkpoint import next_key
from shared.sealed_log.note import Signer
from shared.sealed_log.rotation import HAND_OVER
from shared.sealed_log.sealer import Sealer, signing_key
from shared.sealed_log.tree import WIDTH
from shared.store import canonical_sql
from shared.store.encrypted import Encrypted
from shared.store.statements import COLUMNS
from shared.store.store import Store
from tests.shared.conftest import Place
from tests.shared.sealed_log.audit.conftest import EVENTS, HERE, VICTIM, Scene, unheard
from tests.shared.sealed_log.test_note import grafted, handed_over_unnamed
from tests.shared.sealed_log.test_sealer import LOG, log_grows
from tests.shared.toy import Noted, intent, unit


async def test_a_log_that_nobody_touched_is_proven_whole(scene: Scene) -> None:
    report = await scene.report()
    assert (report.events, report.proven, report.findings) == (EVENTS, EVENTS, [])


async def test_a_log_that_nobody_touched_is_not_read_event_by_event(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "ROWS", "only to say what is wrong")
    assert (await scene.report()).proven == EVENTS


async def test_events_are_read_as_they_lie_on_the_disk(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "STEP", 1)
    monkeypatch.setattr(chunks, "LOOKED_UP", "only what lies elsewhere")
    assert (await scene.report()).proven == EVENTS


async def test_events_that_lie_elsewhere_are_looked_up(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "MARGIN", -1)  # no page at all
    monkeypatch.setattr(rows, "ROWS", "only to say what is wrong")
    report = await scene.report()
    assert (report.proven, report.findings) == (EVENTS, [])


async def test_nobody_elses_function_is_taken_for_one_of_postgresql(scene: Scene) -> None:
    """With the very same arguments, and asked for by everyone with this schema on the path."""
    await scene.owner.execute("CREATE SCHEMA lies")
    await scene.owner.execute(
        "CREATE FUNCTION lies.to_char(value timestamptz, shape text) RETURNS text LANGUAGE sql"
        " AS $$ SELECT pg_catalog.to_char(value - interval '1 second', shape) $$"
    )
    await scene.owner.execute("GRANT USAGE ON SCHEMA lies TO PUBLIC")
    await scene.owner.execute(
        f"UPDATE event.events SET recorded_at = recorded_at + interval '1 second' WHERE {HERE}", VICTIM
    )
    database = await scene.owner.fetchval("SELECT current_database()")
    await scene.owner.execute(f'ALTER DATABASE "{database}" SET search_path = lies, pg_catalog')
    (found,) = await scene.verify(topic=False)
    assert (found.kind, found.index) == (ALTERED, VICTIM)


@pytest.mark.parametrize("index", [0, VICTIM, EVENTS - 1])
async def test_a_line_end_where_none_can_be_is_found(scene: Scene, index: int) -> None:
    await scene.owner.execute(f"UPDATE event.events SET data = data || E'\\n' WHERE {HERE}", index)
    (found,) = await scene.verify(topic=False)
    assert (found.kind, found.index) == (ALTERED, index)


OTHER: dict[str, str] = {
    "uuid": "gen_random_uuid()",
    "text": "'x'",
    "smallint": "7",
    "integer": "7",
    "date": "'2020-01-01'",
    "timestamptz": "recorded_at + interval '1 microsecond'",
}
IN_PLACE = [
    (name, kind) for name, kind in COLUMNS if name not in ("plan_year", "stream_id", "stream_version")
]


@pytest.mark.parametrize(("name", "kind"), IN_PLACE)
async def test_any_other_value_in_any_hashed_column_is_found(scene: Scene, name: str, kind: str) -> None:
    other = """'{"by":2}'""" if name == "data" else OTHER[kind]
    await scene.owner.execute(f"UPDATE event.events SET {name} = {other} WHERE {HERE}", VICTIM)
    (found,) = await scene.verify(topic=False)
    assert (found.kind, found.index) == (ALTERED, VICTIM)
    assert found.event is not None
    assert found.event.type == await scene.column("type")


@pytest.mark.parametrize("name", ["event_id", "recorded_at", "type", "data"])
async def test_nothing_where_something_must_be_is_found(scene: Scene, name: str) -> None:
    await scene.owner.execute(f"ALTER TABLE event.events ALTER {name} DROP NOT NULL")
    await scene.owner.execute(f"UPDATE event.events SET {name} = NULL WHERE {HERE}", VICTIM)
    (found,) = await scene.verify(topic=False)
    assert (found.kind, found.index) == (REMOVED if name == "event_id" else ALTERED, VICTIM)


@pytest.mark.parametrize("never", ["-infinity", "20260-01-01"])
@pytest.mark.parametrize("name", ["recorded_at", "effective_on"])
async def test_a_day_that_no_calendar_of_ours_has_is_found(scene: Scene, name: str, never: str) -> None:
    await scene.owner.execute(f"UPDATE event.events SET {name} = '{never}' WHERE {HERE}", VICTIM)
    (found,) = await scene.verify(topic=False)
    assert (found.kind, found.index) == (ALTERED, VICTIM)


@pytest.mark.parametrize("era", ["instant", "leaf as well"])
async def test_the_same_instant_before_christ_is_found(scene: Scene, era: str) -> None:
    before = "(to_char(recorded_at, 'YYYY-MM-DD HH24:MI:SS.US') || '+00 BC')::timestamptz"
    await scene.owner.execute("SET timezone = 'UTC'")
    await scene.owner.execute(f"UPDATE event.events SET recorded_at = {before} WHERE {HERE}", VICTIM)
    if era == "leaf as well":
        await scene.owner.execute("UPDATE event.log SET leaf_hash = '' WHERE log_index = $1", VICTIM)
    found = await scene.verify(topic=False)
    assert [(one.kind, one.index) for one in found][:1] == [(ALTERED, VICTIM)]


async def test_the_first_day_there_is_was_signed_like_any_other(store: Store, place: Place) -> None:
    connection = await asyncpg.connect(place.settings.database_url)
    sealer = await Sealer.start(connection, signing_key(place.settings.signing_key_file, LOG))
    first = replace(intent(), effective_on=date.min)
    await store.append([unit(uuid4(), Noted(note=Encrypted.of("Lengkap")), asked=first)])
    await log_grows(store, connection, 3)
    await sealer.seal()
    await connection.close()
    report = await Audit(url=place.settings.database_url, origin=LOG).whole(None, unheard)
    assert (report.findings, report.proven) == ([], report.events)


@pytest.mark.parametrize("moved", ["stream_id = gen_random_uuid()", "stream_version = 9", "plan_year = 0"])
async def test_an_event_that_was_moved_is_missing_in_its_place_and_stands_in_another(
    scene: Scene, moved: str
) -> None:
    stream = await scene.column("stream_id")
    await scene.owner.execute(f"UPDATE event.events SET {moved} WHERE {HERE}", VICTIM)
    removed, inserted = await scene.verify()
    assert (removed.kind, removed.index, inserted.kind) == (REMOVED, VICTIM, INSERTED)
    assert removed.event is not None
    assert removed.event.stream_id == stream


async def test_an_event_that_was_deleted_is_missing(scene: Scene) -> None:
    stream = await scene.column("stream_id")
    await scene.owner.execute(f"DELETE FROM event.events WHERE {HERE}", VICTIM)
    (found,) = await scene.verify(topic=False)
    assert (found.kind, found.index, found.event and found.event.stream_id) == (REMOVED, VICTIM, stream)


@pytest.mark.parametrize("index", [0, VICTIM, EVENTS - 1])
async def test_an_event_that_was_deleted_with_its_place_is_missing(scene: Scene, index: int) -> None:
    await scene.owner.execute(f"DELETE FROM event.events WHERE {HERE}", index)
    await scene.owner.execute("DELETE FROM event.log WHERE log_index = $1", index)
    found = await scene.verify()
    assert [(one.kind, one.index) for one in found if one.kind != CHECKPOINT] == [(REMOVED, index)]
    assert any(one.kind == CHECKPOINT for one in await scene.verify(topic=False))


@pytest.mark.parametrize("day", ["effective_on", "'20260-01-01'::date"])
async def test_an_event_that_was_slipped_past_the_sequencer_is_named(scene: Scene, day: str) -> None:
    names = ", ".join(name for name, _ in COLUMNS if name != "stream_id")
    values = names.replace("effective_on", day)
    stream = await scene.owner.fetchval(
        f"INSERT INTO event.events (stream_id, {names}, xid)"
        f" SELECT gen_random_uuid(), {values}, xid FROM event.events WHERE {HERE} RETURNING stream_id",
        VICTIM,
    )
    (found,) = await scene.verify()
    assert (found.kind, found.event and found.event.stream_id) == (INSERTED, stream)


SWAP_ROWS = """
UPDATE event.events e SET data = o.data, event_id = o.event_id, command_id = o.command_id,
    correlation_id = o.correlation_id, subject_id = o.subject_id, actor_id = o.actor_id,
    acting_role = o.acting_role, recorded_at = o.recorded_at
FROM event.events o, event.log a, event.log b
WHERE (a.log_index, b.log_index) IN ((4, 5), (5, 4))
  AND e.stream_id = a.stream_id AND o.stream_id = b.stream_id
"""
SWAP_PLACES = """
UPDATE event.log SET log_index = 99 WHERE log_index = 4;
UPDATE event.log SET log_index = 4 WHERE log_index = 5;
UPDATE event.log SET log_index = 5 WHERE log_index = 99
"""
SWAP_LEAVES_TOO = SWAP_PLACES.replace("4", "3").replace("5", "8")


@pytest.mark.parametrize(
    ("statement", "pair"), [(SWAP_ROWS, (4, 5)), (SWAP_PLACES, (4, 5)), (SWAP_LEAVES_TOO, (3, 8))]
)
async def test_two_events_that_changed_places_are_named_both(
    scene: Scene, statement: str, pair: tuple[int, int]
) -> None:
    await scene.owner.execute(statement)
    found = [one for one in await scene.verify() if one.kind != CHECKPOINT]
    assert [(one.kind, one.index, one.other) for one in found] == [
        (REORDERED, *pair),
        (REORDERED, *reversed(pair)),
    ]


async def test_an_event_that_was_altered_with_its_leaf_is_found_by_checkpoint_and_topic(scene: Scene) -> None:
    await scene.owner.execute("UPDATE event.log SET leaf_hash = sha256('x') WHERE log_index = $1", VICTIM)
    (alone, checkpoint) = await scene.verify(topic=False)
    assert (alone.kind, checkpoint.kind, checkpoint.index, checkpoint.other) == (
        ALTERED,
        CHECKPOINT,
        0,
        EVENTS // 2 - 1,
    )


async def test_a_forger_who_changes_event_and_leaf_is_told_by_the_topic(scene: Scene) -> None:
    await scene.owner.execute(f"UPDATE event.events SET data = '{{\"by\":2}}' WHERE {HERE}", VICTIM)
    for name, value in canonical_sql.SETTINGS.items():
        await scene.owner.execute(f"SET {name} = '{value}'")
    await scene.owner.execute(
        "UPDATE event.log l SET leaf_hash = sha256('\\x00'::bytea || textsend("
        f"{canonical_sql.envelope_sql('e')})) FROM event.events e WHERE l.log_index = $1"
        " AND (e.stream_id, e.stream_version) = (l.stream_id, l.stream_version)",
        VICTIM,
    )
    found = await scene.verify()
    assert [(one.kind, one.index) for one in found] == [(ALTERED, VICTIM), (CHECKPOINT, 0)]


async def test_a_topic_that_was_altered_accuses_no_event_that_is_signed(scene: Scene) -> None:
    scene.published.leaves[32 * VICTIM] ^= 1
    (found,) = await scene.verify()
    assert (found.kind, found.index) == (TOPIC, VICTIM)
    assert found.event is not None
    assert found.event.stream_id == await scene.column("stream_id")
    assert named([found], {VICTIM: b"what the forger wrote"}) == [found]


async def sealed_anew(scene: Scene, signer: Signer) -> None:
    connection = await asyncpg.connect(scene.audit.url)
    await scene.owner.execute("DELETE FROM event.checkpoints")
    await scene.owner.execute("DELETE FROM event.signing_keys")
    await (await Sealer.start(connection, signer)).seal()
    await connection.close()


async def test_a_log_that_was_signed_anew_by_another_key_is_not_the_one_that_is_trusted(
    scene: Scene, place: Place
) -> None:
    trusted = signing_key(place.settings.signing_key_file, LOG).verifier
    await sealed_anew(scene, Signer(LOG, bytes(32)))
    for audit in (scene.audit, replace(scene.audit, trusted=trusted)):
        found = (await audit.whole(scene.published, unheard)).findings
        assert {one.kind for one in found} >= {CHECKPOINT if audit.trusted is None else KEY}
        light = (await audit.light(date(2026, 1, 1), unheard)).findings
        assert [one.kind for one in light] == ([] if audit.trusted is None else [KEY])


@pytest.mark.parametrize("hand_over", [next_key, handed_over_unnamed])
async def test_a_history_signed_by_a_key_put_before_the_trusted_one_is_not_proven(
    scene: Scene, place: Place, hand_over: Callable[[Signer, Signer, int], str]
) -> None:
    trusted, forger = signing_key(place.settings.signing_key_file, LOG), Signer(LOG, b"2" * 32)
    await sealed_anew(scene, forger)
    note = grafted(hand_over(Signer(LOG, b"1" * 32), trusted, EVENTS), forger)
    await scene.owner.execute(HAND_OVER, 1, str(trusted.verifier), note)
    audit = replace(scene.audit, trusted=trusted.verifier)
    whole, light = await audit.whole(None, unheard), await audit.light(date(2026, 1, 1), unheard)
    refused = hand_over is next_key
    for report in (whole, light):
        assert (report.proven > 0, [one.kind for one in report.findings]) == (False, [KEY] * refused), report


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM event.checkpoints WHERE tree_size = 6",
        "UPDATE event.checkpoints SET note = replace(note, '6', '7') WHERE tree_size = 6",
        "UPDATE event.checkpoints SET tree_size = 7 WHERE tree_size = 6",
    ],
)
async def test_a_checkpoint_that_was_touched_is_named(scene: Scene, statement: str) -> None:
    await scene.owner.execute(statement)
    assert [one.kind for one in await scene.verify()] == [CHECKPOINT]


async def test_a_topic_that_lags_behind_what_is_signed_is_told(scene: Scene) -> None:
    del scene.published.leaves[32 * 9 :]
    (found,) = await scene.verify()
    assert (found.kind, found.index) == (UNPUBLISHED, 9)


DAYS_OF_2026 = [date(2026, 1, 1) + timedelta(days=day) for day in range(DAYS)]


async def test_the_light_form_reads_a_small_log_again_and_again(store: Store, place: Place) -> None:
    connection = await asyncpg.connect(place.settings.database_url)
    await log_grows(store, connection, 600)
    await (await Sealer.start(connection, signing_key(place.settings.signing_key_file, LOG))).seal()
    audit = Audit(url=place.settings.database_url, origin=LOG)
    two_days = [await audit.light(day, unheard) for day in DAYS_OF_2026[:2]]
    assert sorted(one.events for one in two_days) == [256, 256 + 600 - 512]
    assert not any(one.findings for one in two_days)
    owner = await asyncpg.connect(place.owner_url)
    await owner.execute("ALTER TABLE event.events DISABLE TRIGGER no_change")
    await owner.execute("ALTER TABLE event.log DISABLE TRIGGER no_change")
    for index in (300, 599):
        await owner.execute(f"UPDATE event.events SET data = '{{\"by\":2}}' WHERE {HERE}", index)
    found = [one for day in DAYS_OF_2026[:2] for one in (await audit.light(day, unheard)).findings]
    assert sorted((one.kind, one.index) for one in found) == [(ALTERED, 300), (ALTERED, 599)]
    await owner.execute("UPDATE event.log SET leaf_hash = sha256('x') WHERE log_index = 10")
    found = [one for day in DAYS_OF_2026[:2] for one in (await audit.light(day, unheard)).findings]
    assert (ALTERED, 10) in [(one.kind, one.index) for one in found]
    await owner.close()
    await connection.close()


async def test_the_light_form_holds_what_it_reads_against_the_tree_and_the_tree_against_the_signature(
    store: Store, place: Place
) -> None:
    connection = await asyncpg.connect(place.settings.database_url)
    await log_grows(store, connection, 300)
    await (await Sealer.start(connection, signing_key(place.settings.signing_key_file, LOG))).seal()
    await connection.close()
    owner = await asyncpg.connect(place.owner_url)
    for table in ("log", "nodes"):
        await owner.execute(f"ALTER TABLE event.{table} DISABLE TRIGGER no_change")
    audit = Audit(url=place.settings.database_url, origin=LOG)

    async def found() -> list[tuple[str, int | None, int | None]]:
        light = [await audit.light(day, unheard) for day in DAYS_OF_2026[:2]]
        return [(one.kind, one.index, one.other) for report in light for one in report.findings]

    swapped = SWAP_PLACES.replace("99", "999")
    await owner.execute(swapped)  # each place has its event, and the block another root
    assert await found() == [(CHECKPOINT, 0, 255)]
    await owner.execute(swapped)
    assert await found() == []
    await owner.execute("UPDATE event.nodes SET hash = sha256('x')")
    assert await found() == [(CHECKPOINT, 0, 299)] * 2
    await owner.close()


@pytest.mark.parametrize("size", [1, 255, 256, 257, 5_000, 25_600, 26_000, 1_000_000])
def test_every_block_of_the_light_form_has_its_day_and_every_day_a_block(size: int) -> None:
    read = [blocks(day, size) for day in DAYS_OF_2026]
    count = -(-size // WIDTH)
    assert {block for day in read for block in day} == set(range(count))
    assert all(1 <= len(day) <= max(2, -(-count // DAYS)) for day in read)


def test_a_log_that_grows_every_day_leaves_no_block_out() -> None:
    last = dict.fromkeys(range(400), 0)
    for number in range(400):
        for block in blocks(date(2026, 1, 1) + timedelta(days=number), (number + 1) * WIDTH):
            last[block] = number
        assert all(number - max(seen, block) <= 2 * DAYS for block, seen in last.items() if block <= number)


def test_nothing_is_read_of_a_log_that_nobody_signed() -> None:
    assert not blocks(date(2026, 1, 1), 0)
