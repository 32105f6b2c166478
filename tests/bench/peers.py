"""Other libraries, each as its own documents say, in the environment of `make bench-peers`.

`peers.py schema NAME URL`, or `append NAME URL CLIENTS SECONDS`, or `relay NAME URL EVENTS SECONDS KAFKA`,
or `rebuild NAME URL EVENTS`.
"""

import asyncio
import contextlib
import json
import sys
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import asyncpg
import uvloop
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from eventsourcing.application import Application
from eventsourcing.persistence import StoredEvent
from faststream.kafka import KafkaBroker
from faststream_outbox import OutboxBroker, make_outbox_table
from rebuilt import rebuilt
from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import create_async_engine
from workload import POOL, Turn, closed_loop, closed_loop_in_threads, measured

Figures = dict[str, Any]
HERE = Path(__file__).resolve().parent
MESSAGE_DB = HERE / "node_modules/@eventide/message-db/database"
# The order of its own install.sh, less the extension pgcrypto, which PostgreSQL no longer needs for it.
MESSAGE_DB_FILES = (
    *("roles/message-store", "schema/message-store", "tables/messages", "types/message"),
    *("functions/message-store-version", "functions/hash-64", "functions/acquire-lock"),
    *("functions/category", "functions/is-category", "functions/id", "functions/cardinal-id"),
    *("functions/stream-version", "functions/write-message", "functions/get-stream-messages"),
    *("functions/get-category-messages", "functions/get-last-stream-message"),
    *("indexes/messages-id", "indexes/messages-stream", "indexes/messages-category"),
)
SEARCH = {"search_path": "message_store,public"}
WRITE = "SELECT write_message($1, $2, 'ResultMeasured', $3, $4, $5)"
QUEUE, PARTITIONS = "results", 48
OUTBOX = """
INSERT INTO outbox (queue, payload, headers, created_at, next_attempt_at)
SELECT $1, convert_to(replace($2, '1234567890123', i::text), 'UTF8'), '{"content-type":"application/json"}',
       now() - interval '1 hour' + i * interval '1 ms', now() - interval '1 hour' + i * interval '1 ms'
FROM generate_series(0, $3::bigint - 1) i
"""
LEFT = "SELECT count(*) FROM outbox"
TUNED = {
    "max_workers": 8,
    "fetch_batch_size": 500,
    "terminal_flush_batch_size": 100,
    "min_fetch_interval": 0.01,
}


async def message_db_schema(url: str) -> None:
    """What its install script makes."""
    connection = await asyncpg.connect(url, server_settings=SEARCH)
    for name in MESSAGE_DB_FILES:
        await connection.execute((MESSAGE_DB / f"{name}.sql").read_text(encoding="utf-8"))
    await connection.close()


async def message_db_append(url: str, clients: int, seconds: float) -> Figures:
    """`write_message` with the expected version, all streams in one category, as that of one aggregate is."""
    size = min(clients, POOL)
    async with asyncpg.create_pool(url, min_size=size, max_size=size, server_settings=SEARCH) as pool:

        async def append(turn: Turn) -> None:
            name = f"result-{turn.subject}"
            async with pool.acquire() as connection:
                await connection.fetchval(
                    WRITE, str(uuid4()), name, turn.data, turn.metadata, turn.version - 1
                )

        found: Figures = await closed_loop(clients, seconds, append)
    return found


def eventsourcing_environment(url: str, clients: int) -> dict[str, str]:
    """Its PostgreSQL module with as many connections as clients, up to a limit."""
    place = urlsplit(url)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": place.path[1:],
        "POSTGRES_HOST": str(place.hostname),
        "POSTGRES_PORT": str(place.port),
        "POSTGRES_USER": unquote(place.username or ""),
        "POSTGRES_PASSWORD": unquote(place.password or ""),
        "POSTGRES_POOL_SIZE": str(min(clients, POOL)),
        "POSTGRES_MAX_OVERFLOW": "0",
        "POSTGRES_CONNECT_TIMEOUT": "60",
    }


async def eventsourcing_schema(url: str) -> None:
    """An application makes its tables when it is made."""
    Application(eventsourcing_environment(url, 1)).close()


async def eventsourcing_append(url: str, clients: int, seconds: float) -> Figures:
    """Its recorder alone, without loading the aggregate before: less than its users' `save` does."""
    application = Application(eventsourcing_environment(url, clients))

    def append(turn: Turn) -> None:
        state = f'{{"data":{turn.data},"metadata":{turn.metadata}}}'.encode()
        event = StoredEvent(
            originator_id=turn.subject,
            originator_version=turn.version + 1,
            topic="bench:Result.Measured",
            state=state,
        )
        application.recorder.insert_events([event])

    try:
        return await asyncio.to_thread(closed_loop_in_threads, clients, seconds, append)
    finally:
        application.close()


def outbox(url: str) -> tuple[MetaData, Any, Any]:
    """Its table, engine and broker."""
    metadata = MetaData()
    table = make_outbox_table(metadata, table_name="outbox")
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://"), pool_size=16)
    return metadata, engine, OutboxBroker(engine, outbox_table=table, logger=None)


async def outbox_schema(url: str) -> None:
    """Its one table."""
    metadata, engine, _ = outbox(url)
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    await engine.dispose()


async def outbox_relay(url: str, events: int, seconds: float, kafka: str) -> Figures:
    """Rows to Kafka by its stacked decorator, tuned; a row is gone once Kafka has it.

    The decorator takes one key for all messages or none: these have none, and so no order per employee.
    """
    connection = await asyncpg.connect(url)
    await connection.execute("SET synchronous_commit = off")
    template = json.dumps({**measured(0), "sequence": 1234567890123}, separators=(",", ":"))
    await connection.execute(OUTBOX, QUEUE, template, events)
    await connection.execute("RESET synchronous_commit")
    topic = f"bench.outbox.{uuid4().hex[:12]}"
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    await admin.create_topics([NewTopic(topic, num_partitions=PARTITIONS, replication_factor=1)])
    await admin.close()
    _, engine, broker = outbox(url)
    to_kafka = KafkaBroker(kafka, enable_idempotence=True, acks="all", compression_type="lz4", logger=None)
    publisher = to_kafka.publisher(topic)
    relayed = 0

    @publisher
    @broker.subscriber(QUEUE, **TUNED)  # type: ignore[untyped-decorator]
    async def relay(body: dict[str, Any]) -> dict[str, Any]:
        nonlocal relayed
        relayed += 1
        return body

    await to_kafka.start()
    began = time.perf_counter()
    await broker.start()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while await connection.fetchval(LEFT):  # noqa: ASYNC110 - the database is asked
                await asyncio.sleep(0.05)
    left = await connection.fetchval(LEFT)
    lasted = time.perf_counter() - began
    await broker.stop()
    await to_kafka.stop()
    await engine.dispose()
    await connection.close()
    return {"rate": round((events - left) / lasted, 1), "events": events - left, "handled": relayed}


SCHEMA: dict[str, Callable[[str], Coroutine[Any, Any, None]]] = {
    "message-db": message_db_schema,
    "eventsourcing": eventsourcing_schema,
    "faststream-outbox, tuned": outbox_schema,
}
APPEND: dict[str, Callable[[str, int, float], Coroutine[Any, Any, Figures]]] = {
    "message-db": message_db_append,
    "eventsourcing": eventsourcing_append,
}


async def main(phase: str, name: str, url: str, *more: str) -> Figures:
    """What was measured; nothing for a schema."""
    if phase == "schema":
        await SCHEMA[name](url)
        return {}
    if phase == "rebuild":
        return await asyncio.to_thread(rebuilt, eventsourcing_environment(url, 4), int(more[0]))
    if phase == "append":
        return await APPEND[name](url, int(more[0]), float(more[1]))
    return await outbox_relay(url, int(more[0]), float(more[1]), more[2])


if __name__ == "__main__":
    sys.stdout.write(json.dumps(uvloop.run(main(*sys.argv[1:]))) + "\n")
