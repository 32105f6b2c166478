"""What Prometheus is shown: what really happened, and nothing that names anybody."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from time import perf_counter
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from prometheus_client import Histogram
from starlette.types import Message, Receive, Scope, Send

from shared.lags import LAGS
from shared.metrics import Metrics
from shared.service import running
from shared.store.errors import Overloaded
from shared.store.group_commit import GroupCommit
from shared.store.store import Store
from shared.web.measured import Measured
from tests.eventually import eventually
from tests.shared.conftest import Place
from tests.shared.messaging.test_kafka import Wire, reaches, wire
from tests.shared.test_leadership import stumble
from tests.shared.toy import BALANCE, Counted, unit
from tests.shared.toy_service import TOY
from tests.shared.web.sample_service import build

__all__ = ["wire"]


def value(metrics: Metrics, name: str, **labels: str) -> float:
    found = metrics.registry.get_sample_value(name, labels)
    assert found is not None, name
    return found


async def test_what_is_appended_and_sequenced_is_counted(place: Place) -> None:
    async with running(TOY, place.settings) as run:
        await asyncio.gather(*(run.store.append([unit(uuid4(), Counted(by=1))]) for _ in range(20)))
        metrics = run.store.metrics

        async def projected() -> bool:
            await run.look()
            seen = metrics.registry.get_sample_value
            is_read = seen("jejak_reader_lag_events", {"reader": BALANCE.reader}) == 0
            # Others may see a commit before the sequencer hears of its own.
            return is_read and seen("jejak_log_events") == seen("jejak_sequencer_events_total") == 20

        await eventually(projected)
        assert value(metrics, "jejak_append_commands_sum") == 20
        assert value(metrics, "jejak_append_commands_count") == value(metrics, "jejak_append_seconds_count")
        assert value(metrics, "jejak_sequencer_lag_events") == 0
        assert value(metrics, "jejak_append_waiting") == 0


async def test_what_nobody_reads_or_sequences_is_shown_as_lag(store: Store, place: Place) -> None:
    for _ in range(3):
        await store.append([unit(uuid4(), Counted(by=1))])
    rows = await store.pool.fetch(LAGS, [])
    assert [(row["part"], row["position"], row["lag"]) for row in rows] == [
        ("sequencer", 0, 3),
        ("sealer", 0, 0),
    ]
    stuck = replace(TOY, readers=lambda _store: [replace(BALANCE, fold=stumble)])
    async with running(stuck, place.settings) as run:

        async def behind() -> bool:
            await run.look()
            return run.store.metrics.registry.get_sample_value("jejak_log_events") == 3

        await eventually(behind)
        assert value(run.store.metrics, "jejak_sequencer_lag_events") == 0
        assert value(run.store.metrics, "jejak_reader_lag_events", reader=BALANCE.reader) == 3
        assert value(run.store.metrics, "jejak_reader_age_seconds", reader=BALANCE.reader) > 0


async def test_a_refused_command_is_counted(store: Store) -> None:
    store._commits = GroupCommit(store._flush, waiting=0)
    with pytest.raises(Overloaded):
        await store.append([unit(uuid4(), Counted(by=1))])
    assert value(store.metrics, "jejak_append_refused_total") == 1


async def test_two_services_of_one_process_count_apart(place: Place) -> None:
    async with AsyncExitStack() as stack:
        one, other = [await stack.enter_async_context(running(TOY, place.settings)) for _ in range(2)]
        await one.store.append([unit(uuid4(), Counted(by=1))])
        assert value(one.store.metrics, "jejak_append_commands_sum") == 1
        assert value(other.store.metrics, "jejak_append_commands_sum") == 0


async def test_a_consumer_shows_what_it_settled_and_what_waits(wire: Wire, on_kafka: Place) -> None:
    good, early, bad = uuid4(), uuid4(), uuid4()
    for index, (owner, by) in enumerate([(early, 13), (early, 1), (bad, b"{"), (good, 1)]):
        await wire.send(owner, by, index=index)
    async with running(wire.service(), on_kafka.settings) as run:
        await reaches(run, good, 1)
        group = f"group-{wire.topic}"

        async def settled() -> bool:
            await run.look()
            seen = run.store.metrics.registry.get_sample_value
            return seen("jejak_consumer_messages_total", {"consumer": group}) == 4

        await eventually(settled)
        await run.look()
        assert value(run.store.metrics, "jejak_consumer_lag_messages", consumer=group) == 0
        assert value(run.store.metrics, "jejak_parked_messages", consumer=group) == 2
        assert value(run.store.metrics, "jejak_dead_letters", consumer=group) == 1


async def test_requests_are_counted_by_route_and_never_by_address() -> None:
    app, _ = build()
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://test") as client:
        await client.get("/api/sample/v1/raise/bug")
        await client.get("/api/sample/v1/raise/refusal")
        await client.get(f"/nowhere/{uuid4()}")
        shown = (await client.get("/metrics")).text
    metrics: Metrics = app.state.metrics
    route = "/api/sample/v1/raise/{name}"
    name = "jejak_http_request_seconds_count"
    assert value(metrics, name, method="GET", route=route, status="500") == 1
    assert value(metrics, name, method="GET", route=route, status="409") == 1
    assert value(metrics, name, method="GET", route="unknown", status="404") == 1
    assert "raise/bug" not in shown
    assert 'target_info{service="sample"}' in shown


async def test_looking_at_the_clock_costs_next_to_nothing() -> None:
    """Far above what it takes (3 microseconds): only a slower way is to be caught, not a slow machine."""
    answer: Message = {"type": "http.response.start", "status": 200, "headers": []}

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send(answer)

    async def nothing(*_: Any) -> Any:
        return None

    metrics = Metrics("toy")
    assert isinstance(metrics.requests, Histogram)
    measured = Measured(app, seconds=metrics.requests)
    scope: Scope = {"type": "http", "method": "GET"}
    began = perf_counter()
    for _ in range(5000):
        await measured(scope, nothing, nothing)
    taken = perf_counter() - began
    assert taken / 5000 < 0.0005
