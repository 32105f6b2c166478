"""A backlog on its way to Kafka: through our sequencer and publisher, and from memory by a bare producer.

Ours goes out twice, in public and whole on the log topic, and is signed; the bare producer's in public only.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from uuid import uuid4

import asyncpg
from aiokafka import AIOKafkaProducer

from services.cli.bench.job import Job, clocked, run, until
from services.cli.bench.load import AGENCY, RESULTS, STREAMS, measured, subject
from services.cli.bench.public import Topics, said
from shared.leadership import lead
from shared.messaging.publisher import WHERE_AM_I, Publisher
from shared.messaging.topics import ensure
from shared.sealed_log.sealer import seal
from shared.sealed_log.sequencer import sequence
from shared.store.statements import PUBLISHER
from shared.store.store import Store, open_store
from shared.tide import Tide

HANDED_OVER = 2000  # messages that the bare producer holds at a time
HEADERS = 9


async def moving(store: Store, job: Job, topics: Topics) -> None:
    """Sequence, sign and publish, as a service's process does, until cancelled."""
    tide = Tide()
    signing = (Path(job.signing), AGENCY, job.service)
    publisher = Publisher(store, job.kafka, topics.made, topics.public(), signing[0])

    async def sequencing(connection: asyncpg.Connection) -> None:
        await sequence(connection, store.written, lambda _: tide.rise())

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(lead(job.url, "sequencer", sequencing))
        tasks.create_task(lead(job.url, "sealer", partial(seal, place=signing, tide=tide)))
        tasks.create_task(lead(job.url, "publisher", partial(publisher.run, tide=tide)))


async def jejak(job: Job, topics: Topics) -> int:
    """Until the bookmark stands at the backlog's last event."""
    async with open_store(job.place.settings(), job.service, [RESULTS.catalogue]) as store:

        async def published() -> bool:
            return (await store.pool.fetchval(WHERE_AM_I, PUBLISHER) or -1) >= job.events - 1

        await until(published, beside=moving(store, job, topics))
    return job.events


async def bare_producer(job: Job, topics: Topics) -> int:
    """The same messages from memory, with the same settings, and nothing read, encoded or remembered."""
    messages = [message(topics, number) for number in range(STREAMS)]
    producer = AIOKafkaProducer(
        bootstrap_servers=job.kafka, enable_idempotence=True, acks="all", compression_type="zstd"
    )
    async with producer:
        for start in range(0, job.events, HANDED_OVER):
            sent = [
                await producer.send(topic, value=value, key=key, headers=headers)
                for number in range(start, min(start + HANDED_OVER, job.events))
                for topic, key, value, headers in messages[number % STREAMS]
            ]
            await asyncio.gather(*sent)
    return job.events


Message = tuple[str, bytes, bytes, list[tuple[str, bytes]]]


def message(topics: Topics, number: int) -> list[Message]:
    """All that is said of an event, encoded, with as many headers as ours have."""
    headers = [(f"ce_header{at}", str(uuid4()).encode()) for at in range(HEADERS)]
    return [
        (one.topic, str(one.key).encode(), one.message.model_dump_json().encode(), headers)
        for one in said(topics, measured(number), subject(number))
        if one.message
    ]


CONTENDERS: dict[str, Callable[[Job, Topics], Awaitable[int]]] = {
    "bare producer": bare_producer,
    "jejak": jejak,
}


async def main(job: Job) -> dict[str, float]:
    """One contender's figures; the topics are there before."""
    topics = job.topics(both=True)
    await ensure(job.kafka, topics.made)
    return await clocked(CONTENDERS[job.name](job, topics))


if __name__ == "__main__":
    run(main)
