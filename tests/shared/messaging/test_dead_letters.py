"""Dead letters on a real Kafka: with cause and coordinates, at least once, and no text about a person."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from uuid import uuid4

from aiokafka import AIOKafkaConsumer

from shared.messaging.dead_letters import copy_dead_letters, topic_of, topics_of
from shared.messaging.inbox import Inbox
from shared.messaging.topics import ensure
from shared.store.store import Store
from tests.eventually import eventually
from tests.shared.messaging.messages import TOPIC, Moody, foreign, message, settle

Record = Any  # a ConsumerRecord, whose package carries no types


async def on_topic(servers: str, inbox: Inbox) -> list[Record]:
    """All letters that Kafka has now."""
    reader = AIOKafkaConsumer(
        topic_of(TOPIC, inbox.consumer).name, bootstrap_servers=servers, auto_offset_reset="earliest"
    )
    await reader.start()
    try:
        ends = await reader.end_offsets(reader.assignment())
        found: list[Record] = []
        while len(found) < sum(ends.values()):
            for records in (await reader.getmany(timeout_ms=500)).values():
                found += records
        return found
    finally:
        await reader.stop()


def about(record: Record) -> dict[str, str]:
    return {name: value.decode(errors="replace") for name, value in record.headers}


async def prepared(store: Store, servers: str) -> Inbox:
    """An inbox of a group of its own, whose letters have their topic."""
    inbox = Moody(1).inbox(store, f"group-{uuid4().hex}")
    await ensure(servers, topics_of(inbox))
    return inbox


async def test_a_dead_letter_says_what_came_from_where_and_why_it_was_given_up(
    store: Store, kafka_bootstrap: str
) -> None:
    inbox, owner = await prepared(store, kafka_bootstrap), uuid4()
    bad = message(owner, b"{}", 7, partition=3)
    await settle(inbox, bad, message(owner, 1, 8, partition=3))
    assert await copy_dead_letters(inbox, kafka_bootstrap) == 1
    (letter,) = await on_topic(kafka_bootstrap, inbox)
    assert (letter.key, letter.value) == (bad.key, bad.value)
    said = about(letter)
    assert said.items() >= {name: value.decode() for name, value in bad.headers}.items()
    assert (said["jejak_topic"], said["jejak_partition"], said["jejak_offset"]) == (TOPIC, "3", "7")
    assert (said["jejak_error"], said["jejak_error_text"]) == ("NotUnderstood", "missing at owner")
    assert (said["jejak_consumer"], said["jejak_tries"]) == (inbox.consumer, "1")


async def test_what_is_still_tried_is_no_dead_letter(store: Store, kafka_bootstrap: str) -> None:
    inbox = await prepared(store, kafka_bootstrap)
    await settle(inbox, message(uuid4(), 1, 0))
    assert await copy_dead_letters(inbox, kafka_bootstrap) == 0


async def test_a_foreign_body_and_the_text_of_a_bug_are_left_out(store: Store, kafka_bootstrap: str) -> None:
    inbox = await prepared(store, kafka_bootstrap)
    await settle(inbox, foreign(uuid4(), b'{"name": "Budi Santoso"', 0), message(uuid4(), 1, 1))
    await store.pool.execute("UPDATE work.parked SET dead_at = now()")
    assert await copy_dead_letters(inbox, kafka_bootstrap) == 2
    records: Sequence[Record] = await on_topic(kafka_bootstrap, inbox)
    bodies = {about(one)["jejak_offset"]: (one.value, about(one)["jejak_body"]) for one in records}
    assert bodies["0"] == (None, "left out")
    assert bodies["1"][1] == "original"
    assert "Budi" not in str([(one.value, about(one)) for one in records])


async def test_a_letter_whose_sender_dies_before_noting_it_is_sent_again_and_told_by_its_coordinates(
    store: Store, kafka_bootstrap: str
) -> None:
    inbox = await prepared(store, kafka_bootstrap)
    await settle(inbox, message(uuid4(), b"{}", 5))
    async with store.pool.acquire() as holder, holder.transaction():
        await holder.execute("LOCK TABLE work.parked IN SHARE MODE")  # reading goes on, noting waits
        dies = asyncio.create_task(copy_dead_letters(inbox, kafka_bootstrap))

        async def is_sent() -> bool:
            return len(await on_topic(kafka_bootstrap, inbox)) == 1

        await eventually(is_sent)
        dies.cancel()
        with suppress(asyncio.CancelledError):
            await dies
    assert await copy_dead_letters(inbox, kafka_bootstrap) == 1
    assert await copy_dead_letters(inbox, kafka_bootstrap) == 0
    coordinates = [
        (said["jejak_topic"], said["jejak_partition"], said["jejak_offset"])
        for said in map(about, await on_topic(kafka_bootstrap, inbox))
    ]
    assert coordinates == [(TOPIC, "0", "5")] * 2


async def test_a_letter_too_large_for_kafka_goes_without_its_body(store: Store, kafka_bootstrap: str) -> None:
    inbox = await prepared(store, kafka_bootstrap)
    await settle(inbox, message(uuid4(), b"[" * 1_000_000, 0))
    assert await copy_dead_letters(inbox, kafka_bootstrap) == 1
    (letter,) = await on_topic(kafka_bootstrap, inbox)
    assert (letter.value, about(letter)["jejak_body"]) == (None, "left out")
