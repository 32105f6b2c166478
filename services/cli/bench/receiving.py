"""How fast a service takes in what others said: in batches as ours does, and one message at a time."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from services.cli.bench.job import Job, clocked, run, until
from services.cli.bench.load import SERVICE, STREAMS, measured, subject
from services.cli.bench.public import ResultMeasuredV1, Topics, message_of
from services.cli.bench.reacting import CONSUMER, NOTES, Effects
from shared.messaging.consumer import Consumer
from shared.messaging.incoming import Raw
from shared.messaging.topics import ensure
from shared.store.store import open_store

HANDED_OVER = 2000


async def sent(kafka: str, topics: Topics, events: int) -> None:
    """So many messages on the topic, as our publisher writes them."""
    async with AIOKafkaProducer(bootstrap_servers=kafka, enable_idempotence=True) as producer:
        for start in range(0, events, HANDED_OVER):
            futures = [
                await producer.send(
                    topics.events,
                    value=message_of(measured(number)).model_dump_json().encode(),
                    key=str(subject(number % STREAMS)).encode(),
                    headers=headers(number),
                )
                for number in range(start, min(start + HANDED_OVER, events))
            ]
            await asyncio.gather(*futures)


def headers(number: int) -> list[tuple[str, bytes]]:
    """What the inbox looks at."""
    said = {
        "ce_id": str(uuid4()),
        "ce_type": ResultMeasuredV1.ce_type(),
        "ce_time": "2026-11-23T07:05:00.000000Z",
        "ce_logindex": str(number),
        "ce_correlationid": str(uuid4()),
    }
    return [(name, value.encode()) for name, value in said.items()]


async def jejak(effects: Effects, job: Job) -> int:
    """Our consumer until every message has its effect."""

    async def done() -> bool:
        return len(effects.seen) >= job.events

    await until(done, beside=Consumer(effects, job.kafka, job.topics(both=False).made).run())
    return len(effects.seen)


async def one_by_one(effects: Effects, job: Job) -> int:
    """For so long: the same effect in a transaction for each message."""
    ends = time.perf_counter() + job.seconds
    topic = job.topics(both=False).events
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=job.kafka, group_id=CONSUMER, auto_offset_reset="earliest"
    )
    async with consumer:
        while len(effects.seen) < job.events and time.perf_counter() < ends:
            await effects.apply([Raw.of(await consumer.getone())])
    return len(effects.seen)


CONTENDERS: dict[str, Callable[[Effects, Job], Awaitable[int]]] = {
    "message by message": one_by_one,
    "jejak": jejak,
}


async def main(job: Job) -> dict[str, float]:
    """One contender's figures, from joining its group on."""
    topics = job.topics(both=False)
    await ensure(job.kafka, topics.made)
    await sent(job.kafka, topics, job.events)
    async with open_store(job.place.settings(), SERVICE, [NOTES.catalogue]) as store:
        effects = Effects(store, topics.events)
        return await clocked(CONTENDERS[job.name](effects, job))


if __name__ == "__main__":
    run(main)
