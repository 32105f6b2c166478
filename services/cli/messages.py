"""`jejak messages`: what was said on a topic, as JSON lines, from a day on."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError

from services.cli.home import Home, Notes
from services.cli.language import Told, words
from shared.messaging.consuming import consuming
from shared.messaging.incoming import Raw


def command(
    topic: Annotated[str, typer.Option(help="followup.events.v1 | assessment.events.v1 | ...")],
    since: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="2025-01-01")] = None,
    kind: Annotated[str, typer.Option("--type", help="TrainingAssigned")] = "",
) -> None:
    """Print the messages of a topic up to now, one JSON object a line, each employee's in their order."""
    servers = os.environ.get("KAFKA_BOOTSTRAP_SERVERS") or Notes.of(Home.here()).kafka
    if not servers:
        raise Told(words("not-running"))
    wanted = chosen(since.replace(tzinfo=UTC) if since else None, kind)
    try:
        asyncio.run(printed(servers, topic, wanted))
    except (KafkaError, OSError) as error:
        raise Told(words("kafka-away", servers=servers)) from error


Chosen = Callable[[dict[str, Any]], bool]


def chosen(since: datetime | None, kind: str) -> Chosen:
    """Whether a message was said on or after a day, and is of a type named with or without its version."""

    def is_chosen(message: dict[str, Any]) -> bool:
        if since and datetime.fromisoformat(message["time"]) < since:
            return False
        said = str(message["type"])
        return not kind or kind in (said, said.partition(".")[2].rpartition(".v")[0])

    return is_chosen


async def printed(servers: str, topic: str, is_chosen: Chosen) -> None:
    """Write the chosen messages to standard output. Raises Told for an unknown topic."""
    async with consuming(servers, topic, auto_offset_reset="earliest") as consumer:
        if topic not in await consumer.topics():
            raise Told(words("topic-unknown", topic=topic))
        async for record in held(consumer):
            message = told(Raw.of(record))
            if is_chosen(message):
                sys.stdout.write(json.dumps(message, ensure_ascii=False) + "\n")


async def held(consumer: AIOKafkaConsumer) -> AsyncIterator[Any]:
    """Every record that the topic holds now; what comes later is left."""
    first = await consumer.beginning_offsets(consumer.assignment())
    last = await consumer.end_offsets(consumer.assignment())
    waiting = {partition for partition in last if first[partition] < last[partition]}
    while waiting:
        for partition, records in (await consumer.getmany(timeout_ms=500)).items():
            for record in records:
                if record.offset < last[partition]:
                    yield record
        waiting = {one for one in waiting if await consumer.position(one) < last[one]}


def told(raw: Raw) -> dict[str, Any]:
    """A message with its CloudEvents attributes; a body that is no JSON as it came."""
    body: Any = (raw.value or b"").decode(errors="replace")
    with suppress(ValueError):
        body = json.loads(body) if body else None
    return {
        "type": raw.header("ce_type"),
        "id": raw.header("ce_id"),
        "source": raw.header("ce_source"),
        "time": raw.header("ce_time") or raw.at.isoformat(),
        "key": (raw.key or b"").decode(errors="replace"),
        "data": body,
    }
