"""Parked messages on a real PostgreSQL: tried in order, with patience, by one process at a time."""

import asyncio
from typing import ClassVar
from uuid import UUID, uuid4

import asyncpg
import pytest

from shared.contracts.contract import Contract
from shared.messaging import letters
from shared.messaging.inbox import Inbox
from shared.messaging.incoming import Incoming
from shared.messaging.letters import NoSuchLetter, WaitsBehind, Who
from shared.messaging.parking import leave, park, waiting
from shared.messaging.patience import TRIES
from shared.messaging.reaction import Facts, Reaction
from shared.messaging.retrying import Retrying
from shared.store.store import Store
from shared.store.unit import Unit
from tests.eventually import eventually
from tests.shared.conftest import Place
from tests.shared.messaging.messages import (
    TOPIC,
    CountedV1,
    Moody,
    counts,
    foreign,
    message,
    settle,
    when_counted_count,
)
from tests.shared.toy import LEDGER, Count, ledger_of

SARI = Who("sari", "the rule was mended")


async def now(store: Store) -> None:
    """What would be tried later is due."""
    await store.pool.execute("UPDATE work.parked SET try_after = now() WHERE try_after IS NOT NULL")


async def parked(store: Store) -> list[tuple[str, int, bool]]:
    """Cause, tries, and whether it is a dead letter, in Kafka's order."""
    rows = await store.pool.fetch("SELECT * FROM work.parked ORDER BY kafka_offset")
    return [(row["cause"], row["tries"], row["dead_at"] is not None) for row in rows]


async def test_what_failed_is_not_tried_again_before_its_time(store: Store) -> None:
    moody = Moody(1)
    inbox = moody.inbox(store)
    await settle(inbox, message(uuid4(), 1, 0))
    moody.tried.clear()
    await Retrying(inbox).round()
    assert moody.tried == []
    await now(store)
    await Retrying(inbox).round()
    assert moody.tried == [1]
    assert await parked(store) == [("RuntimeError", 2, False)]


async def test_a_bug_is_tried_a_few_times_then_is_a_dead_letter_and_rests(store: Store) -> None:
    moody, owner = Moody(1), uuid4()
    inbox = moody.inbox(store)
    await settle(inbox, message(owner, 1, 0), message(owner, 2, 1))
    for _ in range(3 * TRIES):
        await now(store)
        await Retrying(inbox).round()
    assert await parked(store) == [("RuntimeError", TRIES, True), ("behind", 0, False)]
    assert await counts(store, owner) == []


async def test_a_reason_names_nobody(store: Store) -> None:
    inbox = Moody(1).inbox(store)
    await settle(inbox, message(uuid4(), 1, 0))
    await now(store)
    await Retrying(inbox).round()
    assert "Budi" not in str(await store.pool.fetch("SELECT * FROM work.parked"))


async def when_counted_write_what_no_text_can_hold(incoming: Incoming[CountedV1], facts: Facts) -> list[Unit]:
    stream = ledger_of(incoming.message.owner)
    return await facts.decide(
        LEDGER, stream, Count(by=1), incoming, subject_id=incoming.message.owner, acting_role="\0"
    )


async def test_a_try_that_the_database_refuses_is_counted_and_leaves_nothing(store: Store) -> None:
    owner = uuid4()
    inbox = Inbox(store, "group", [Reaction(TOPIC, (CountedV1,), when_counted_write_what_no_text_can_hold)])
    await settle(inbox, message(owner, 1, 0))
    await now(store)
    await Retrying(inbox).round()
    assert await parked(store) == [("CharacterNotInRepertoireError", 2, False)]
    assert await counts(store, owner) == []


async def test_what_waits_behind_follows_in_order_up_to_the_next_that_fails(store: Store) -> None:
    moody, owner = Moody(1, 3), uuid4()
    inbox = moody.inbox(store)
    await settle(inbox, *(message(owner, by, by) for by in (1, 2, 3, 4)))
    moody.failing.remove(1)
    await now(store)
    await Retrying(inbox).round()
    assert await counts(store, owner) == [1, 2]
    assert await parked(store) == [("RuntimeError", 1, False), ("behind", 0, False)]
    moody.failing.clear()
    await now(store)
    await Retrying(inbox).round()
    assert await counts(store, owner) == [1, 2, 3, 4]
    assert await parked(store) == []


class CountedV2(Contract):
    """What the sender says since its last release."""

    service: ClassVar[str] = "toy"
    name: ClassVar[str] = "Counted"
    version: ClassVar[int] = 2
    topic: ClassVar[str] = TOPIC

    owner: UUID
    by: int
    twice: bool


async def when_counted_v2_count(incoming: Incoming[CountedV1 | CountedV2], facts: Facts) -> list[Unit]:
    said = incoming.message
    by = said.by * 2 if isinstance(said, CountedV2) and said.twice else said.by
    return await facts.decide(LEDGER, ledger_of(said.owner), Count(by=by), incoming, subject_id=said.owner)


async def test_a_newer_version_waits_and_is_taken_up_by_the_code_that_knows_it(store: Store) -> None:
    owner = uuid4()
    newer = CountedV2(owner=owner, by=5, twice=True).model_dump_json().encode()
    old = Inbox(store, "group", [Reaction(TOPIC, (CountedV1,), when_counted_count)])
    await settle(old, message(owner, newer, 0, kind="toy.Counted.v2"), message(owner, 1, 1))
    assert await parked(store) == [
        ("NotUnderstood: newer version toy.Counted.v2", 1, True),
        ("behind", 0, False),
    ]
    again = Retrying(old)
    await again.afresh()
    await again.round()
    assert await counts(store, owner) == [], "a restart of the old code changes nothing"
    new = Inbox(store, "group", [Reaction(TOPIC, (CountedV1, CountedV2), when_counted_v2_count)])
    upgraded = Retrying(new)
    await upgraded.afresh()
    await upgraded.round()
    assert await counts(store, owner) == [10, 1]
    assert await parked(store) == []


async def test_a_version_that_nobody_here_reads_any_more_is_not_passed_by(store: Store) -> None:
    inbox = Inbox(store, "group", [Reaction(TOPIC, (CountedV2,), when_counted_v2_count)])
    await settle(inbox, message(uuid4(), 1, 0))
    assert await parked(store) == [("NotUnderstood: unknown version toy.Counted.v1", 1, True)]


async def test_two_processes_never_try_one_message_at_once(store: Store) -> None:
    moody = Moody(1)
    inbox = moody.inbox(store)
    await settle(inbox, message(uuid4(), 1, 0))
    await now(store)
    moody.tried.clear()
    await asyncio.gather(*(Retrying(inbox).round() for _ in range(5)))
    assert moody.tried == [1]


async def test_what_is_parked_while_the_one_before_leaves_comes_to_its_turn(store: Store) -> None:
    moody, owner = Moody(1), uuid4()
    inbox = moody.inbox(store)
    first, second = message(owner, 1, 0), message(owner, 2, 1)
    await settle(inbox, first)
    moody.failing.clear()
    await now(store)
    async with store.pool.acquire() as parking:
        async with parking.transaction():
            assert await waiting(parking, "group", [second]) == {(TOPIC, second.key)}
            leaving = asyncio.create_task(Retrying(inbox).round())

            async def is_held() -> bool:
                sql = "SELECT count(*) FROM pg_stat_activity WHERE $1 = ANY(pg_blocking_pids(pid))"
                return bool(await store.pool.fetchval(sql, parking.get_server_pid()))

            await eventually(is_held)
            await park(parking, "group", [(second, "behind")])
        await leaving
    assert await counts(store, owner) == [1, 2]
    assert await parked(store) == []


async def test_what_comes_while_the_last_one_leaves_is_not_parked_behind_nothing(store: Store) -> None:
    owner = uuid4()
    inbox = Moody(1).inbox(store)
    first, second = message(owner, 1, 0), message(owner, 2, 1)
    await settle(inbox, first)
    async with store.pool.acquire() as leaving:
        async with leaving.transaction():
            await leave(leaving, "group", first.place, first.key)
            coming = asyncio.create_task(settle(inbox, second))

            async def is_held() -> bool:
                sql = "SELECT count(*) FROM pg_stat_activity WHERE $1 = ANY(pg_blocking_pids(pid))"
                return bool(await store.pool.fetchval(sql, leaving.get_server_pid()))

            await eventually(is_held)
        await coming
    assert await counts(store, owner) == [2]
    assert await parked(store) == []


async def test_a_replay_is_tried_at_once_and_who_asked_for_it_stays(store: Store) -> None:
    moody, owner = Moody(1), uuid4()
    inbox = moody.inbox(store)
    first = message(owner, 1, 0)
    await settle(inbox, first, message(owner, 2, 1))
    moody.failing.clear()
    async with store.pool.acquire() as connection:
        await letters.replay(connection, "group", first.place, SARI)
        await Retrying(inbox).round()
        assert await counts(store, owner) == [1, 2]
        (act,) = await letters.acts(connection, "group", first.place)
    assert (act.act, act.acted_by, act.reason, act.cause) == ("replay", *vars_of(SARI), "RuntimeError")


def vars_of(who: Who) -> tuple[str, str]:
    return who.name, who.reason


async def test_a_skipped_message_has_no_effect_and_the_next_of_its_key_has(store: Store) -> None:
    owner = uuid4()
    inbox = Moody(1).inbox(store)
    first = message(owner, 1, 0)
    await settle(inbox, first, message(owner, 2, 1))
    async with store.pool.acquire() as connection:
        await letters.skip(connection, "group", first.place, SARI)
        await Retrying(inbox).round()
        assert await counts(store, owner) == [2]
        assert [one.act for one in await letters.acts(connection, "group", first.place)] == ["skip"]
        with pytest.raises(NoSuchLetter):
            await letters.skip(connection, "group", first.place, SARI)


async def test_what_was_skipped_stays_so_when_it_comes_again_without_an_index(store: Store) -> None:
    moody, owner = Moody(1), uuid4()
    inbox = moody.inbox(store)
    once = foreign(owner, 1, 0)
    await settle(inbox, once)
    async with store.pool.acquire() as connection:
        await letters.skip(connection, "group", once.place, SARI)
    moody.failing.clear()
    await settle(inbox, once, foreign(owner, 2, 1))
    assert await counts(store, owner) == [2]


async def test_nobody_decides_about_a_message_behind_another(store: Store) -> None:
    owner = uuid4()
    inbox = Moody(1).inbox(store)
    behind = message(owner, 2, 1)
    await settle(inbox, message(owner, 1, 0), behind)
    async with store.pool.acquire() as connection:
        for decide in (letters.replay, letters.skip):
            with pytest.raises(WaitsBehind):
                await decide(connection, "group", behind.place, SARI)


async def test_what_people_decided_can_not_be_changed(store: Store, place: Place) -> None:
    inbox = Moody(1).inbox(store)
    once = message(uuid4(), 1, 0)
    await settle(inbox, once)
    owner = await asyncpg.connect(place.owner_url)
    try:
        await letters.skip(owner, "group", once.place, SARI)
        for change in ("UPDATE work.letter_acts SET reason = 'none'", "DELETE FROM work.letter_acts"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="what happened stays"):
                await owner.execute(change)
    finally:
        await owner.close()


async def test_the_list_shows_the_first_of_each_key_and_the_dead_before_the_others(store: Store) -> None:
    trying, dead = uuid4(), uuid4()
    inbox = Moody(1).inbox(store)
    await settle(inbox, message(trying, 1, 0), message(trying, 2, 1), message(dead, b"{", 2))
    async with store.pool.acquire() as connection:
        found = await letters.letters(connection)
        assert await letters.letters(connection, consumer="nobody") == []
    assert [(one.name, one.state, one.behind) for one in found] == [
        (f"group/{TOPIC}/0/2", "dead", 0),
        (f"group/{TOPIC}/0/0", "trying", 1),
    ]
