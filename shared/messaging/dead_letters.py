"""Copies of dead letters on a topic of their own, for whoever watches Kafka; the database holds the truth.

A letter is the message as it came, with its coordinates and the cause as headers. It is sent at least
once: a reader who sees the same coordinates twice has seen one letter.
"""

import asyncio

import asyncpg
from aiokafka import AIOKafkaProducer

from shared.messaging.inbox import Inbox
from shared.messaging.parking import unpacked
from shared.messaging.producers import ANSWERS_WITHIN, SENT_WITHIN, producing
from shared.messaging.topics import Topic

DAYS = 90
SETTINGS = {"retention.ms": str(DAYS * 24 * 3600 * 1000), "cleanup.policy": "delete"}
BODY_UP_TO = 900_000  # bytes; Kafka takes a megabyte with all headers
AT_ONCE = 100

UNCOPIED = """
SELECT * FROM work.parked WHERE consumer = $1 AND dead_at IS NOT NULL AND copied_at IS NULL
ORDER BY dead_at LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED
"""
COPIED = """
UPDATE work.parked p SET copied_at = statement_timestamp()
FROM unnest($2::text[], $3::integer[], $4::bigint[]) AS sent(topic, partition, kafka_offset)
WHERE p.consumer = $1 AND p.topic = sent.topic AND p.partition = sent.partition
  AND p.kafka_offset = sent.kafka_offset
"""


def topic_of(topic: str, consumer: str) -> Topic:
    """Where the dead letters of a consumer group about a topic are."""
    return Topic(f"{topic}.{consumer}.dlq", 1, dict(SETTINGS))


def topics_of(inbox: Inbox) -> list[Topic]:
    """All that an inbox may write to."""
    return [topic_of(topic, inbox.consumer) for topic in inbox.reacted_to]


async def copy_dead_letters(inbox: Inbox, servers: str) -> int:
    """Send the letters that are on no topic yet; how many. Raises Kafka's and the database's errors.

    They are locked while they are sent and recorded afterwards: a process killed between the two leaves
    them to be sent again.
    """
    async with inbox.store.pool.acquire() as connection, connection.transaction():
        rows = await connection.fetch(UNCOPIED, inbox.consumer, AT_ONCE)
        if not rows:
            return 0
        async with asyncio.timeout(ANSWERS_WITHIN + SENT_WITHIN), producing(servers) as producer:
            await asyncio.gather(*[await _send(producer, row) for row in rows])
        places = [(row["topic"], row["partition"], row["kafka_offset"]) for row in rows]
        await connection.execute(COPIED, inbox.consumer, *map(list, zip(*places, strict=True)))
    inbox.store.metrics.dead_copied.labels(inbox.consumer).inc(len(rows))
    return len(rows)


async def _send(producer: AIOKafkaProducer, row: asyncpg.Record) -> "asyncio.Future[object]":
    raw = unpacked(row)
    # Our own events hold no text about a person. What stands in a foreign message nobody knows, and
    # its topic keeps it: the coordinates lead there.
    is_ours = raw.log_index is not None
    body = raw.value if is_ours and len(raw.value or b"") <= BODY_UP_TO else None
    sent: asyncio.Future[object] = await producer.send(
        topic_of(raw.topic, row["consumer"]).name,
        key=raw.key,
        value=body,
        headers=[*raw.headers, *_about(row, has_body=body is not None)],
    )
    return sent


def _about(row: asyncpg.Record, *, has_body: bool) -> list[tuple[str, bytes]]:
    error, _, text = row["cause"].partition(": ")
    about = {
        "consumer": row["consumer"],
        "topic": row["topic"],
        "partition": row["partition"],
        "offset": row["kafka_offset"],
        "error": error,
        "error_text": text,
        "tries": row["tries"],
        "parked_at": row["parked_at"].isoformat(),
        "body": "original" if has_body else "left out",
    }
    return [(f"jejak_{name}", str(value).encode()) for name, value in about.items()]
