"""What goes out goes out in order, and whoever led before changes nothing any more."""

from dataclasses import replace
from typing import ClassVar
from uuid import UUID, uuid4

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import ProducerFenced

from shared.contracts.contract import Contract
from shared.messaging.outgoing import Outgoing
from shared.messaging.publisher import Producers, Said
from shared.messaging.topics import COMPACTED, Topic, ensure
from shared.store.store import Store
from tests.shared.conftest import Place
from tests.shared.toy import Counted, ledger_of, unit


class TotalV1(Contract):
    service: ClassVar[str] = "toy"
    name: ClassVar[str] = "Total"
    topic: ClassVar[str] = "toy.totals.v1"

    owner: UUID
    total: int


async def said(store: Store, owner: UUID, topic: str, total: int) -> Said:
    (row,) = (await store.read(ledger_of(owner)))[-1:]
    numbered = replace(row, log_index=total)
    return numbered, Outgoing(owner, TotalV1(owner=owner, total=total), topic), 0


async def newest(servers: str, topic: str, count: int) -> list[int]:
    reader = AIOKafkaConsumer(topic, bootstrap_servers=servers, auto_offset_reset="earliest")
    await reader.start()
    try:
        return [TotalV1.model_validate_json((await reader.getone()).value).total for _ in range(count)]
    finally:
        await reader.stop()


async def test_who_wakes_up_after_another_took_over_writes_no_more_on_a_compacted_topic(
    store: Store, on_kafka: Place
) -> None:
    servers, owner = on_kafka.settings.kafka_bootstrap_servers, uuid4()
    topics = [Topic(f"totals.{uuid4().hex}.v1", 1, dict(COMPACTED))]
    await ensure(servers, topics)
    await store.append([unit(owner, Counted(by=1))])
    async with Producers.started(servers, topics, store) as slept:
        await slept.publish([await said(store, owner, topics[0].name, 1)])
        async with Producers.started(servers, topics, store) as leads:
            await leads.publish([await said(store, owner, topics[0].name, 2)])
            with pytest.raises(ProducerFenced):
                await slept.publish([await said(store, owner, topics[0].name, 1)])
            await leads.publish([await said(store, owner, topics[0].name, 3)])
    assert await newest(servers, topics[0].name, 3) == [1, 2, 3]
