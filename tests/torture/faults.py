"""What is done to the system, when and to whom: all of it follows from one seed."""

import asyncio
import random
import signal
from collections.abc import Awaitable, Callable
from contextlib import nullcontext, suppress
from dataclasses import dataclass

import asyncpg
import psutil
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaError

from shared.sealed_log.sequencer import Deposed, Sequencer
from tests.torture.pair import CountedV1
from tests.torture.rig import Part, Rig, family, kill, limit, unlimit

FULL = 64 * 1024  # bytes a file may have on the "full disk"
MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Fault:
    """`kind` begins `at` seconds after the start; `span` (0 to 1) says how long, `pick` whom it meets."""

    at: float
    kind: str
    span: float
    pick: int


Do = Callable[[Rig, Fault], Awaitable[None]]


def plan(seed: str, seconds: float, *, kafka_away: bool, only: str = "") -> list[Fault]:
    """All faults of a run: every kind, or every one with `only` in its name, comes before any comes again."""
    rng = random.Random(seed)
    kinds = sorted(kind for kind in KINDS if only.lower() in kind.lower())
    found: list[Fault] = []
    at, bag = 1.0, list[str]()
    while at < seconds:
        if not bag:
            bag = rng.sample(kinds, len(kinds))
        found.append(Fault(at, bag.pop(), rng.random(), rng.randrange(1000)))
        at += rng.uniform(0.3, 2.0)
    if kafka_away:
        found.append(Fault(seconds / 3, "kafka away for a minute", 1.0, 0))
    return sorted(found, key=lambda fault: fault.at)


def part_of(rig: Rig, fault: Fault, service: str) -> Part:
    found = [part for part in rig.parts.values() if part.service == service and part.wanted]
    return found[fault.pick % len(found)]


async def leader_of(rig: Rig, fault: Fault, job: str) -> Part:
    return await rig.leader("sender", job) or part_of(rig, fault, "sender")


def send(part: Part, how: signal.Signals) -> None:
    if part.process is not None:
        with suppress(psutil.NoSuchProcess):
            part.process.send_signal(how)


async def freeze(part: Part, seconds: float) -> None:
    send(part, signal.SIGSTOP)
    try:
        await asyncio.sleep(seconds)
    finally:
        send(part, signal.SIGCONT)


async def kill_api(rig: Rig, fault: Fault) -> None:
    send(part_of(rig, fault, "sender"), signal.SIGKILL)


async def kill_consumer(rig: Rig, fault: Fault) -> None:
    send(part_of(rig, fault, "receiver"), signal.SIGKILL)


async def kill_sequencer(rig: Rig, fault: Fault) -> None:
    send(await leader_of(rig, fault, "sequencer"), signal.SIGKILL)


async def kill_publisher(rig: Rig, fault: Fault) -> None:
    send(await leader_of(rig, fault, "publisher"), signal.SIGKILL)


async def stop_api(rig: Rig, fault: Fault) -> None:
    await freeze(part_of(rig, fault, "sender"), 0.5 + 5 * fault.span)


async def stop_consumer(rig: Rig, fault: Fault) -> None:
    await freeze(part_of(rig, fault, "receiver"), 0.5 + 12 * fault.span)  # longer than its session


async def stop_sequencer(rig: Rig, fault: Fault) -> None:
    await freeze(await leader_of(rig, fault, "sequencer"), 0.5 + 8 * fault.span)


async def stop_publisher(rig: Rig, fault: Fault) -> None:
    await freeze(await leader_of(rig, fault, "publisher"), 0.5 + 8 * fault.span)


async def kill_postgres(rig: Rig, fault: Fault) -> None:
    kill(rig.postgres.process)
    await asyncio.sleep(fault.span)
    await rig.start_postgres()


async def stop_postgres(rig: Rig, fault: Fault) -> None:
    frozen = family(rig.postgres.process)
    for one in frozen:
        with suppress(psutil.NoSuchProcess):
            one.suspend()
    await asyncio.sleep(0.2 + 3 * fault.span)
    for one in frozen:
        with suppress(psutil.NoSuchProcess):
            one.resume()


async def kill_kafka(rig: Rig, fault: Fault) -> None:
    kill(rig.kafka.process)
    await asyncio.sleep(2 * fault.span)
    await rig.start_kafka()


async def stop_kafka(rig: Rig, fault: Fault) -> None:
    rig.kafka.process.suspend()
    await asyncio.sleep(0.5 + 5 * fault.span)
    rig.kafka.process.resume()


async def kafka_away(rig: Rig, _fault: Fault) -> None:
    kill(rig.kafka.process)
    await asyncio.sleep(MINUTE)
    await rig.start_kafka()


async def two_sequencers(rig: Rig, fault: Fault) -> None:
    """One that was never elected takes the next epoch and sequences against the leader."""
    rival = await asyncpg.connect(rig.made["sender"].app_url, timeout=5)
    try:
        for _ in range(1 + fault.pick % 3):
            sequencer = await Sequencer.start(rival)
            with suppress(Deposed):
                async with asyncio.timeout(fault.span):
                    while True:
                        await sequencer.tick()
                        await asyncio.sleep(0)
    except TimeoutError:
        return
    finally:
        rival.terminate()


async def repeat_messages(rig: Rig, fault: Fault) -> None:
    """Old records once more, as they were."""
    consumer = AIOKafkaConsumer(
        CountedV1.topic,
        bootstrap_servers=rig.bootstrap,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    async with consumer, AIOKafkaProducer(bootstrap_servers=rig.bootstrap) as producer:
        polled = await consumer.getmany(timeout_ms=2000, max_records=50 + fault.pick % 200)
        for record in [record for records in polled.values() for record in records]:
            await producer.send_and_wait(
                record.topic, record.value, record.key, record.partition, headers=list(record.headers)
            )


async def rebalance(rig: Rig, fault: Fault) -> None:
    """One more consumer comes and goes."""
    name = f"receiver-{fault.at:.3f}"
    part = rig.add(name, "receiver")
    await asyncio.sleep(4 + 5 * fault.span)
    await asyncio.to_thread(part.stop)


def wire(name: str, how: str) -> Do:
    """A fault of one wire: cut, slow, without answers, or still until it is cut."""

    async def do(rig: Rig, fault: Fault) -> None:
        one = rig.wires[name]
        if how == "slow":
            one.delay = 0.02 + 0.1 * fault.span
        elif how == "half-open":
            one.asking.clear()
        elif how == "answers lost":
            one.answering.clear()
        await asyncio.sleep(0.3 + 2 * fault.span)
        if how != "slow":
            one.cut()
        one.heal()

    return do


async def postgres_disk_full(rig: Rig, fault: Fault) -> None:
    limit(rig.postgres.process, FULL)
    await asyncio.sleep(0.5 + fault.span)
    unlimit(rig.postgres.process)
    await asyncio.sleep(0.5)
    await rig.heal_postgres()


async def kafka_disk_full(rig: Rig, fault: Fault) -> None:
    limit(rig.kafka.process, FULL)
    await asyncio.sleep(2 + 2 * fault.span)
    kill(rig.kafka.process)
    await rig.start_kafka()


WIRES = {"sender": "PostgreSQL of sender", "receiver": "PostgreSQL of receiver", "kafka": "Kafka"}
KINDS: dict[str, Do] = {
    "kill -9 API": kill_api,
    "kill -9 sequencer": kill_sequencer,
    "kill -9 publisher": kill_publisher,
    "kill -9 consumer": kill_consumer,
    "kill -9 PostgreSQL": kill_postgres,
    "kill -9 Kafka": kill_kafka,
    "SIGSTOP API": stop_api,
    "SIGSTOP sequencer": stop_sequencer,
    "SIGSTOP publisher": stop_publisher,
    "SIGSTOP consumer": stop_consumer,
    "SIGSTOP PostgreSQL": stop_postgres,
    "SIGSTOP Kafka": stop_kafka,
    "two sequencers": two_sequencers,
    "messages repeated": repeat_messages,
    "rebalance": rebalance,
    "disk full: PostgreSQL": postgres_disk_full,
    "disk full: Kafka": kafka_disk_full,
} | {
    f"{how}: {said}": wire(name, how)
    for name, said in WIRES.items()
    for how in ("cut", "slow", "half-open", "answers lost")
}
SERVERS = ("PostgreSQL", "Kafka")
LONG: dict[str, Do] = {"kafka away for a minute": kafka_away}
AWAY = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, KafkaError, psutil.Error)


class Tormentor:
    """Does the faults of a plan, one at a time to each server."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        self._turn = {name: asyncio.Lock() for name in SERVERS}
        self.done: list[Fault] = []

    async def torment(self, faults: list[Fault]) -> None:
        """All of them, each at its time or when its server's last fault is over."""
        began = asyncio.get_running_loop().time()
        async with asyncio.TaskGroup() as group:
            for fault in faults:
                await asyncio.sleep(max(0.0, began + fault.at - asyncio.get_running_loop().time()))
                group.create_task(self._do(fault))

    async def _do(self, fault: Fault) -> None:
        server = next((name for name in SERVERS if name.lower() in fault.kind.lower()), None)
        async with self._turn[server] if server else nullcontext():
            with suppress(*AWAY):  # a fault that meets a server that is away is none, and is not counted
                await (KINDS | LONG)[fault.kind](self._rig, fault)
                self.done.append(fault)
