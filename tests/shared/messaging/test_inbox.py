"""A batch of messages on a real PostgreSQL: what it costs, and what later messages see of earlier ones."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from shared.clock import FixedClock
from shared.messaging.inbox import Inbox
from shared.messaging.incoming import Incoming, Raw
from shared.messaging.reaction import Facts, MissingFact, Reaction
from shared.store.store import Store
from shared.store.unit import Unit
from tests.shared.asked import asked_of
from tests.shared.messaging.messages import (
    TOPIC,
    CountedV1,
    counts,
    foreign,
    message,
    settle,
    when_counted_count,
)
from tests.shared.toy import LEDGER, Count, ledger_of

OUR_OWN = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


@pytest.fixture
def inbox(store: Store) -> Inbox:
    return Inbox(store, "group", [Reaction(TOPIC, (CountedV1,), when_counted_count)])


@pytest.mark.parametrize("size", [1, 10, 300])
async def test_a_batch_costs_the_same_statements_whatever_it_holds(
    store: Store, inbox: Inbox, size: int
) -> None:
    owners = [uuid4() for _ in range(size)]
    await store.keyring.make(owners)
    await inbox.apply([message(owner, 1, index, partition=index % 4) for index, owner in enumerate(owners)])
    again = [message(owner, 2, 1000 + index, partition=index % 4) for index, owner in enumerate(owners)]
    asked = await asked_of(store)
    await inbox.apply(again)
    work = [one for one in asked if not one.startswith(OUR_OWN)]
    assert [one.split()[0] for one in work] == ["SELECT"] * 4 + ["WITH", "UPDATE"]
    assert await counts(store, owners[-1]) == [1, 2]


async def test_a_duplicate_costs_one_look_at_the_mark(store: Store, inbox: Inbox) -> None:
    once = message(uuid4(), 1, 0)
    await inbox.apply([once])
    asked = await asked_of(store)
    await inbox.apply([once])
    assert len([one for one in asked if not one.startswith(OUR_OWN)]) == 1


def at_index(raw: Raw, index: str) -> Raw:
    return replace(raw, headers=(*raw.headers, ("ce_logindex", index.encode())))


async def test_a_message_with_an_index_that_no_log_can_have_is_handled_and_stops_nobody(
    store: Store, inbox: Inbox
) -> None:
    odd, behind = uuid4(), uuid4()
    await settle(inbox, at_index(foreign(odd, 1, 0), "9" * 19), message(behind, 2, 1))
    assert (await counts(store, odd), await counts(store, behind)) == ([1], [2])


async def test_later_messages_of_a_batch_see_what_earlier_ones_decided(store: Store) -> None:
    seen: list[int] = []

    async def when_counted_double(incoming: Incoming[CountedV1], facts: Facts) -> list[Unit]:
        stream = ledger_of(incoming.message.owner)
        ledger, _ = await facts.state(LEDGER, stream)
        command = Count(by=ledger.total + incoming.message.by)
        seen.append(ledger.total)
        return await facts.decide(LEDGER, stream, command, incoming, subject_id=incoming.message.owner)

    inbox = Inbox(store, "group", [Reaction(TOPIC, (CountedV1,), when_counted_double)])
    owner = uuid4()
    await inbox.apply([message(owner, 1, index) for index in range(4)])
    assert await counts(store, owner) == [1, 2, 4, 8]


async def test_a_reaction_may_ask_about_one_record_after_another(store: Store) -> None:
    other = UUID(int=7)

    async def when_counted_add(incoming: Incoming[CountedV1], facts: Facts) -> list[Unit]:
        added, _ = await facts.state(LEDGER, ledger_of(other))
        command = Count(by=incoming.message.by + added.total)
        mine = ledger_of(incoming.message.owner)
        return await facts.decide(LEDGER, mine, command, incoming, subject_id=incoming.message.owner)

    inbox = Inbox(store, "group", [Reaction(TOPIC, (CountedV1,), when_counted_add)])
    owners = [other, *(uuid4() for _ in range(20))]
    await inbox.apply([message(owner, 5, index) for index, owner in enumerate(owners)])
    assert await counts(store, other) == [5]
    assert [await counts(store, owner) for owner in owners[1:]] == [[10]] * 20


async def test_what_waits_holds_back_its_key_alone_within_one_batch(store: Store) -> None:
    async def when_counted_wait(incoming: Incoming[CountedV1], facts: Facts) -> list[Unit]:
        if incoming.message.by == 13:
            raise MissingFact("owner")
        return await when_counted_count(incoming, facts)

    inbox = Inbox(store, "group", [Reaction(TOPIC, (CountedV1,), when_counted_wait)])
    waits, goes = uuid4(), uuid4()
    batch = [message(waits, 1, 0), message(waits, 13, 1), message(goes, 2, 2), message(waits, 3, 3)]
    await inbox.apply(batch)
    assert await counts(store, waits) == [1]
    assert await counts(store, goes) == [2]
    rows = await store.pool.fetch("SELECT cause FROM work.parked ORDER BY kafka_offset")
    assert [row["cause"] for row in rows] == ["MissingFact: owner", "behind"]


TODAY = datetime(2026, 4, 17, 3, 0, tzinfo=UTC)
IN_1970 = datetime(1970, 1, 1, tzinfo=UTC)
ELSEWHERE = [b"2999-01-01T00:00:00Z", b"0001-01-01T00:00:00+14:00", b"2026-04-16T09:00:00", b"soon"]


@pytest.mark.parametrize("claimed", ELSEWHERE)
async def test_who_writes_from_outside_does_not_say_what_time_it_is(store: Store, claimed: bytes) -> None:
    told: list[datetime] = []

    async def when_counted_look(incoming: Incoming[CountedV1], facts: Facts) -> list[Unit]:
        told.append(incoming.time)
        return await when_counted_count(incoming, facts)

    reaction = Reaction(TOPIC, (CountedV1,), when_counted_look, is_foreign=True)
    inbox = Inbox(store, "group", [reaction], clock=FixedClock(TODAY))
    owner = uuid4()
    raw = foreign(owner, 1, 0)
    await inbox.apply([replace(raw, headers=(*raw.headers, ("ce_time", claimed)), at=IN_1970)])
    assert set(told) == {TODAY}
    assert await counts(store, owner) == [1]


@pytest.mark.parametrize("claimed", [10**9, 10**30, "²"])
async def test_who_writes_from_outside_does_not_move_the_mark(store: Store, claimed: object) -> None:
    reaction = Reaction(TOPIC, (CountedV1,), when_counted_count, is_foreign=True)
    inbox, owner = Inbox(store, "group", [reaction]), uuid4()
    raw = foreign(owner, 1, 0)
    forged = replace(raw, headers=(*raw.headers, ("ce_logindex", str(claimed).encode())))
    await inbox.apply([forged])
    await inbox.apply([message(owner, 2, 1)])
    assert await counts(store, owner) == [1, 2]
