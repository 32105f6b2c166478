"""A training system subscribes, attends and answers, on a real Kafka."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.databases import FreshDatabase
from tests.eventually import eventually
from tests.infrastructure import forget_logs, settings_of
from tests.services.followup.office import COMMUNICATION, SARI, SCHEMA, Office, completed, open_office

ROOT = Path(__file__).parents[3]
COURSE = "public-service-communication"


@pytest.fixture
async def on_kafka(
    fresh_database: FreshDatabase, kafka_bootstrap: str, tmp_path: Path
) -> AsyncIterator[Office]:
    made = await fresh_database(SCHEMA)
    await forget_logs(kafka_bootstrap)
    async with open_office(settings_of(made, tmp_path, kafka=kafka_bootstrap)) as opened:
        yield opened


@asynccontextmanager
async def program(office: Office, *arguments: str) -> AsyncIterator[asyncio.StreamReader]:
    """What a program of the checkout prints while it runs beside the office."""
    env = {**os.environ, "KAFKA_BOOTSTRAP_SERVERS": office.settings.kafka_bootstrap_servers}
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, cwd=ROOT, env=env, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    try:
        yield process.stdout
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def line_about(person: UUID, output: asyncio.StreamReader) -> str:
    """The first one; who subscribes hears from the start, also what was said before this test."""
    async with asyncio.timeout(30):
        while line := (await output.readline()).decode():
            if line.startswith(str(person)):
                return line
    raise AssertionError("the program has ended")


async def test_a_training_system_hears_attends_and_answers(on_kafka: Office) -> None:
    office = on_kafka
    found = await office.recommended(completed("good", COMMUNICATION))
    async with program(office, "examples/training_subscriber.py", "--complete") as output:
        assert (await office.accepts(found[COURSE])).status_code == 200
        assert await line_about(SARI, output) == f"{SARI} Komunikasi Layanan Publik 2026-12-31\n"

        async def hours() -> bool:
            year = datetime.now(UTC).year
            development = await office.reads(SARI, f"/employees/{SARI}/development/{year}")
            return bool(development["hours"] == "20")

        assert await eventually(hours, within=30)


async def test_what_was_said_can_be_replayed_as_json(on_kafka: Office) -> None:
    office = on_kafka
    found = await office.recommended(completed("good", COMMUNICATION))
    assert (await office.accepts(found[COURSE])).status_code == 200
    arguments = ("--topic", "followup.events.v1", "--from", "2025-01-01", "--type", "TrainingAssigned")

    async def replayed() -> list[Any]:
        async with program(office, "-m", "services.cli", "messages", *arguments) as output:
            messages = [json.loads(one) for one in (await output.read()).splitlines()]
        return [one for one in messages if one["data"]["recommendation_id"] == found[COURSE]]

    (said,) = await eventually(replayed)
    assert said["type"] == "followup.TrainingAssigned.v1"
    assert said["key"] == str(SARI)
    assert said["data"]["rule"] == "training-of-good"
