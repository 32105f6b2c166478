"""A message that a rule says no to, on a real PostgreSQL: kept once for a person, and in nobody's way."""

import asyncio
from dataclasses import replace
from uuid import UUID, uuid4

from shared.messaging import letters
from shared.messaging.dead_letters import copy_dead_letters, topics_of
from shared.messaging.inbox import Inbox
from shared.messaging.incoming import Incoming, Raw
from shared.messaging.letters import Letter, Who
from shared.messaging.parking import park, waiting
from shared.messaging.reaction import Facts, MissingFact, Reaction
from shared.messaging.retrying import Retrying
from shared.messaging.topics import ensure
from shared.store.store import Store
from shared.store.unit import Unit
from tests.eventually import eventually
from tests.shared.messaging.messages import TOPIC, CountedV1, Moody, counts, foreign, message, settle
from tests.shared.messaging.test_dead_letters import about, on_topic
from tests.shared.toy import LEDGER, Count, ledger_of

WHY = "Refused: counts-only-up"
SARI = Who("sari", "the rule was mended")


class Strict:
    """A reaction that asks for more than is allowed, until `allowed` says otherwise."""

    def __init__(self) -> None:
        self.allowed: set[int] = set()
        self.missing: set[int] = set()

    async def when_counted_count(self, incoming: Incoming[CountedV1], facts: Facts) -> list[Unit]:
        by = incoming.message.by
        stream = ledger_of(incoming.message.owner)
        units = await facts.decide(
            LEDGER,
            stream,
            Count(by=abs(by) if by in self.allowed else by),
            incoming,
            subject_id=incoming.message.owner,
        )
        if by in self.missing:
            raise MissingFact("owner")
        return units

    def inbox(self, store: Store) -> Inbox:
        return Inbox(store, "group", [Reaction(TOPIC, (CountedV1,), self.when_counted_count)])


async def kept(store: Store) -> list[Letter]:
    async with store.pool.acquire() as connection:
        return await letters.letters(connection)


async def what_is_kept(store: Store) -> list[tuple[str, int, str, int]]:
    return [(one.state, one.raw.offset, one.cause, one.behind) for one in await kept(store)]


def same_again(raw: Raw, offset: int) -> Raw:
    return replace(raw, offset=offset)


async def replayed(store: Store, inbox: Inbox, raw: Raw) -> None:
    async with store.pool.acquire() as connection:
        await letters.replay(connection, inbox.consumer, raw.place, SARI)
    await Retrying(inbox).round()


async def test_a_refused_message_is_a_dead_letter_with_its_reason(store: Store) -> None:
    inbox, owner = Strict().inbox(store), uuid4()
    refused = foreign(owner, -1, 0)
    await settle(inbox, refused)
    (letter,) = await kept(store)
    assert (letter.state, letter.cause, letter.behind) == ("dead", WHY, 0)
    assert (letter.raw.place, letter.raw.key, letter.raw.value) == (refused.place, refused.key, refused.value)
    assert letter.raw.headers == refused.headers


async def test_the_right_message_is_not_held_up_by_a_refused_one(store: Store) -> None:
    inbox, owner = Strict().inbox(store), uuid4()
    await settle(inbox, foreign(owner, -1, 0), foreign(owner, 2, 1))
    await settle(inbox, foreign(owner, 3, 2))
    assert await counts(store, owner) == [2, 3]
    assert await what_is_kept(store) == [("dead", 0, WHY, 0)]


async def test_a_refused_message_is_kept_once_however_often_it_comes(store: Store) -> None:
    inbox, owner = Strict().inbox(store), uuid4()
    once = foreign(owner, -1, 0)
    await settle(inbox, once, same_again(once, 1))
    await settle(inbox, once)
    await settle(inbox, same_again(once, 2))
    assert await what_is_kept(store) == [("dead", 0, WHY, 0)]


async def test_a_refused_message_is_kept_with_the_mark_or_not_at_all(store: Store) -> None:
    """What ends between the two writes leaves neither: the message is read again and kept then."""
    inbox, owner = Strict().inbox(store), uuid4()
    refused = message(owner, -1, 7)
    seen = "SELECT (SELECT max(log_index) FROM work.high_water), (SELECT count(*) FROM work.parked)"
    async with store.pool.acquire() as holder, holder.transaction():
        await holder.execute("LOCK TABLE work.parked IN SHARE MODE")  # keeping waits, reading goes on
        dies = asyncio.create_task(inbox.apply([refused]))

        async def is_held() -> bool:
            sql = "SELECT count(*) FROM pg_stat_activity WHERE $1 = ANY(pg_blocking_pids(pid))"
            return bool(await store.pool.fetchval(sql, holder.get_server_pid()))

        await eventually(is_held)
        dies.cancel()
        await asyncio.gather(dies, return_exceptions=True)
    assert [tuple(row) for row in await store.pool.fetch(seen)] == [(None, 0)]
    await inbox.apply([refused])
    assert [tuple(row) for row in await store.pool.fetch(seen)] == [(7, 1)]


async def test_a_replay_decides_anew(store: Store) -> None:
    strict, owner = Strict(), uuid4()
    inbox = strict.inbox(store)
    refused = foreign(owner, -4, 0)
    await settle(inbox, refused)
    await replayed(store, inbox, refused)
    assert await what_is_kept(store) == [("dead", 0, WHY, 0)]
    strict.allowed.add(-4)
    await replayed(store, inbox, refused)
    await settle(inbox, same_again(refused, 1))
    assert await counts(store, owner) == [4]
    assert await what_is_kept(store) == []


async def test_a_start_with_other_code_leaves_what_was_refused_to_people(store: Store) -> None:
    strict, owner = Strict(), uuid4()
    inbox = strict.inbox(store)
    await settle(inbox, foreign(owner, -4, 0))
    strict.allowed.add(-4)
    await Retrying(inbox).afresh()
    await Retrying(inbox).round()
    assert await counts(store, owner) == []


async def test_a_refused_message_that_is_skipped_wakes_nobody(store: Store) -> None:
    owner = uuid4()
    strict = Strict()
    strict.missing.add(5)
    inbox = strict.inbox(store)
    refused = foreign(owner, -1, 0)
    await settle(inbox, refused, foreign(owner, 5, 1), foreign(owner, 6, 2))
    due = "SELECT try_after FROM work.parked WHERE kafka_offset = 1"
    before = await store.pool.fetchval(due)
    async with store.pool.acquire() as connection:
        await letters.skip(connection, "group", refused.place, SARI)
    assert await store.pool.fetchval(due) == before
    await settle(inbox, refused)
    assert await what_is_kept(store) == [("trying", 1, "MissingFact: owner", 1)]


async def missing_then_refused(store: Store, owner: UUID) -> tuple[Strict, Inbox]:
    """The first message of a key waits for a fact; once it is there, it is refused."""
    strict = Strict()
    strict.missing.add(-1)
    inbox = strict.inbox(store)
    await settle(inbox, foreign(owner, -1, 0))
    strict.missing.clear()
    await store.pool.execute("UPDATE work.parked SET try_after = now()")
    return strict, inbox


async def test_what_waited_behind_a_message_goes_on_when_that_is_refused(store: Store) -> None:
    owner = uuid4()
    _, inbox = await missing_then_refused(store, owner)
    await settle(inbox, foreign(owner, 2, 1), foreign(owner, 3, 2))
    await Retrying(inbox).round()
    assert await counts(store, owner) == [2, 3]
    assert await what_is_kept(store) == [("dead", 0, WHY, 0)]


async def test_what_is_parked_while_the_one_before_is_refused_comes_to_its_turn(store: Store) -> None:
    owner = uuid4()
    _, inbox = await missing_then_refused(store, owner)
    second = foreign(owner, 2, 1)
    async with store.pool.acquire() as parking:
        async with parking.transaction():
            assert await waiting(parking, "group", [second]) == {(TOPIC, second.key)}
            trying = asyncio.create_task(Retrying(inbox).round())

            async def is_held() -> bool:
                sql = "SELECT count(*) FROM pg_stat_activity WHERE $1 = ANY(pg_blocking_pids(pid))"
                return bool(await store.pool.fetchval(sql, parking.get_server_pid()))

            await eventually(is_held)
            await park(parking, "group", [(second, "behind")])
        await trying
    assert await counts(store, owner) == [2]


async def test_a_replay_that_fails_otherwise_holds_nobody_up_either(store: Store) -> None:
    strict, owner = Strict(), uuid4()
    inbox = strict.inbox(store)
    refused = foreign(owner, -1, 0)
    await settle(inbox, refused)
    strict.missing.add(-1)
    await replayed(store, inbox, refused)
    await settle(inbox, foreign(owner, 2, 1))
    assert await counts(store, owner) == [2]
    assert await what_is_kept(store) == [("dead", 0, "Refused: MissingFact: owner", 0)]


async def test_the_sender_finds_its_refused_message_on_the_topic_of_dead_letters(
    store: Store, kafka_bootstrap: str
) -> None:
    inbox = Moody().inbox(store, f"group-{uuid4().hex}")
    await ensure(kafka_bootstrap, topics_of(inbox))
    refused = foreign(uuid4(), -1, 4)
    await settle(inbox, refused)
    assert await copy_dead_letters(inbox, kafka_bootstrap) == 1
    (letter,) = await on_topic(kafka_bootstrap, inbox)
    said = about(letter)
    assert (said["jejak_error"], said["jejak_error_text"]) == ("Refused", "counts-only-up")
    assert (letter.key, letter.value, said["ce_id"]) == (refused.key, None, refused.header("ce_id"))
