"""Collects what the checker judges, with plain SQL and a plain consumer."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from tests.torture.seen import Answer, Database, Entry, Event, Message, Request


async def database(url: str) -> Database:
    """All of one service's events, log, read table and parked messages, in one snapshot."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            events = await connection.fetch("SELECT * FROM event.events")
            log = await connection.fetch("SELECT * FROM event.log")
            read = await connection.fetch("SELECT * FROM read.entries")
            parked = await connection.fetchval("SELECT count(*) FROM work.parked")
    finally:
        await connection.close()
    return Database(
        [_event(row) for row in events],
        [_entry(row) for row in log],
        {(row["stream_id"], row["version"]): row["token"] for row in read},
        parked,
    )


def _event(row: asyncpg.Record) -> Event:
    return Event(
        row["event_id"],
        row["stream_id"],
        row["plan_year"],
        row["stream_version"],
        json.loads(row["data"])["by"],
        row["command_id"],
        row["causation_id"],
    )


def _entry(row: asyncpg.Record) -> Entry:
    return Entry(row["log_index"], row["plan_year"], row["stream_id"], row["stream_version"], row["event_id"])


async def topic(servers: str, name: str) -> list[Message]:
    """Every record that the topic holds now."""
    consumer = AIOKafkaConsumer(
        name, bootstrap_servers=servers, enable_auto_commit=False, auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        places = sorted(consumer.assignment())
        ends = await consumer.end_offsets(places)
        return [
            _message(record) for place in places for record in await _records(consumer, place, ends[place])
        ]
    finally:
        await consumer.stop()


async def _records(consumer: AIOKafkaConsumer, place: TopicPartition, end: int) -> list[Any]:
    records: list[Any] = []
    while await consumer.position(place) < end:
        records += (await consumer.getmany(place, timeout_ms=1000)).get(place, [])
    return records


def _message(record: Any) -> Message:
    headers = dict(record.headers)
    return Message(
        record.partition,
        record.offset,
        record.key.decode(),
        UUID(headers["ce_id"].decode()),
        int(headers["ce_logindex"]),
        json.loads(record.value)["by"],
    )


def journals(files: Iterable[Path]) -> list[Request]:
    """What all writers asked, each with its answers in the order they came."""
    return [one for file in files for one in _journal(file)]


def _journal(file: Path) -> list[Request]:
    asked: dict[str, dict[str, Any]] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        said = json.loads(line)
        if "tokens" in said:
            asked[said["request"]] = {**said, "answers": [], "version": None}
        else:
            request = asked[said["request"]]
            request["answers"].append(Answer(said["answer"]))
            request["version"] = said.get("version") or request["version"]
    return [
        Request(
            UUID(one["command"]),
            UUID(one["stream"]),
            one["year"],
            one["expected"],
            tuple(one["tokens"]),
            tuple(one["answers"]),
            one["version"],
        )
        for one in asked.values()
    ]
