"""One trace from a request in one service to its effect in another; nothing at all unless it is asked for."""

import subprocess
import sys
from dataclasses import replace
from typing import Annotated
from uuid import UUID, uuid4

import httpx2
from fastapi import FastAPI, Header
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF

from shared.service import Running, running
from shared.settings import Settings
from shared.tracing import Spans, spans_of
from shared.web.traced import Traced
from tests.databases import FreshDatabase
from tests.infrastructure import settings_of
from tests.shared.conftest import SCHEMA, Place
from tests.shared.messaging.test_kafka import Wire, reaches, wire
from tests.shared.toy import Counted, intent, ledger_of, unit

__all__ = ["wire"]
GIVEN = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def remembering() -> tuple[Spans, InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return Spans(provider), exporter


def counting(run: Running, spans: Spans) -> FastAPI:
    app = FastAPI()

    @app.post("/count/{owner}")
    async def count(owner: UUID, traceparent: Annotated[str | None, Header()] = None) -> None:
        asked = replace(intent(), traceparent=traceparent)
        await run.store.append([unit(owner, Counted(by=1), asked=asked)])

    app.add_middleware(Traced, spans=spans)
    return app


async def another(fresh_database: FreshDatabase, place: Place) -> Settings:
    made = await fresh_database(SCHEMA)
    elsewhere = settings_of(made, place.settings.evidence_dir, kafka=place.settings.kafka_bootstrap_servers)
    return replace(elsewhere, environment="test")


async def test_one_trace_leads_from_a_request_to_its_effect_in_another_service(
    wire: Wire, on_kafka: Place, fresh_database: FreshDatabase
) -> None:
    owner = uuid4()
    spans, seen = remembering()
    sends = wire.service(consumes=False, publishes=True)
    reacts = replace(wire.service(), name=f"{wire.name}_reacts")
    async with (
        running(sends, on_kafka.settings) as sender,
        running(reacts, await another(fresh_database, on_kafka)) as receiver,
    ):
        sender.store.spans = receiver.store.spans = spans
        transport = httpx2.ASGITransport(app=counting(sender, spans))
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
            answer = await client.post(f"/count/{owner}", headers={"traceparent": GIVEN})
            assert answer.status_code == 200
        await reaches(receiver, owner, 1)
        effect = (await receiver.store.read(ledger_of(owner)))[0]
    found = {one.name: one for one in seen.get_finished_spans()}
    assert found.keys() == {"request", "append", "publish", "consume", "effect"}
    assert {f"{one.context.trace_id:032x}" for one in found.values()} == {GIVEN.split("-")[1]}
    parents = {name: one.parent.span_id for name, one in found.items() if one.parent}
    assert f"{parents.pop('request'):016x}" == GIVEN.split("-")[2]
    assert parents.pop("effect") == found["consume"].context.span_id
    assert set(parents.values()) == {found["request"].context.span_id}
    assert effect.traceparent is not None
    assert effect.traceparent.split("-")[1:3] == [
        GIVEN.split("-")[1],
        f"{found['consume'].context.span_id:016x}",
    ]


async def test_without_anybody_looking_the_effect_still_knows_the_trace(wire: Wire, on_kafka: Place) -> None:
    owner = uuid4()
    headers = [("ce_type", b"toy.Counted.v1"), ("ce_logindex", b"0"), ("traceparent", GIVEN.encode())]
    await wire.send(owner, 1, headers=headers)
    async with running(wire.service(), on_kafka.settings) as run:
        await reaches(run, owner, 1)
        assert (await run.store.read(ledger_of(owner)))[0].traceparent == GIVEN


def test_what_is_not_sampled_is_handed_on_as_not_sampled() -> None:
    spans = Spans(TracerProvider(sampler=ALWAYS_OFF))
    with spans.over("request", [None]) as (own,):
        assert own is not None
        assert int(own[-2:], 16) & 1 == 0


def test_traces_are_off_unless_an_address_is_given() -> None:
    assert not spans_of("toy", {}).are_wanted
    with spans_of("toy", {}).over("append", [GIVEN, None]) as own:
        assert own == [GIVEN, None]


def test_a_service_starts_without_what_sends_traces() -> None:
    look = "import sys, shared.service, shared.web.application; print('opentelemetry.sdk' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"
