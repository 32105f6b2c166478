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

from shared.leadership import LEASE
from shared.sealed_log.sequencer import Deposed, Sequencer
from tests.torture.pair import CountedV1
from tests.torture.rig import Part, Rig, family, kill, limit, unlimit

FULL = 64 * 1024  # bytes a file may have on the "full disk"
MINUTE = 60.0
FOUND_WITHIN = 10.0
FEW = 40  # records of each partition that are repeated


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


def pause(fault: Fault) -> float:
    """Seconds of being stopped; every second time longer than a leader's lease."""
    return 0.5 + 2 * LEASE * fault.span


async def freeze(part: Part, fault: Fault) -> None:
    send(part, signal.SIGSTOP)
    try:
        await asyncio.sleep(pause(fault))
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
    await freeze(part_of(rig, fault, "sender"), fault)


async def stop_consumer(rig: Rig, fault: Fault) -> None:
    await freeze(part_of(rig, fault, "receiver"), fault)


async def stop_sequencer(rig: Rig, fault: Fault) -> None:
    await freeze(await leader_of(rig, fault, "sequencer"), fault)


async def stop_publisher(rig: Rig, fault: Fault) -> None:
    await freeze(await leader_of(rig, fault, "publisher"), fault)


async def kill_postgres(rig: Rig, fault: Fault) -> None:
    kill(rig.postgres.process)
    await asyncio.sleep(fault.span)
    await rig.start_postgres()


async def stop_postgres(rig: Rig, fault: Fault) -> None:
    frozen = family(rig.postgres.process)
    for one in frozen:
        with suppress(psutil.NoSuchProcess):
            one.suspend()
    await asyncio.sleep(pause(fault))
    for one in frozen:
        with suppress(psutil.NoSuchProcess):
            one.resume()


async def kill_kafka(rig: Rig, fault: Fault) -> None:
    kill(rig.kafka.process)
    await asyncio.sleep(2 * fault.span)
    await rig.start_kafka()


async def stop_kafka(rig: Rig, fault: Fault) -> None:
    rig.kafka.process.suspend()
    await asyncio.sleep(pause(fault))
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
    """Old records once more, as they were: what a producer does that never heard that it had been heard."""
    consumer = AIOKafkaConsumer(CountedV1.topic, bootstrap_servers=rig.bootstrap, enable_auto_commit=False)
    async with consumer, AIOKafkaProducer(bootstrap_servers=rig.bootstrap) as producer:
        for place, end in (await consumer.end_offsets(consumer.assignment())).items():
            consumer.seek(place, max(0, int(end * fault.span) - FEW))
        async with asyncio.timeout(FOUND_WITHIN):
            while not (polled := await consumer.getmany(timeout_ms=500)):
                pass
        for record in [record for records in polled.values() for record in records[:FEW]]:
            await producer.send_and_wait(
                record.topic, record.value, record.key, record.partition, headers=list(record.headers)
            )
            rig.repeated += 1


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
    "messages repeated: Kafka": repeat_messages,
    "rebalance: Kafka": rebalance,
    "disk full: PostgreSQL": postgres_disk_full,
    "disk full: Kafka": kafka_disk_full,
} | {
    f"{how}: {said}": wire(name, how)
    for name, said in WIRES.items()
    for how in ("cut", "slow", "half-open", "answers lost")
}
SERVERS = ("PostgreSQL", "Kafka")
LONG: dict[str, Do] = {"kafka away for a minute": kafka_away}
AWAY = (
    *(OSError, TimeoutError, KafkaError, psutil.Error),
    *(asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError),
)


class Tormentor:
    """Does the faults of a plan, one at a time to each server. `missed` met a server that was away."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        self._turn = {name: asyncio.Lock() for name in SERVERS}
        self.done: list[Fault] = []
        self.missed: list[Fault] = []

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
            try:
                await (KINDS | LONG)[fault.kind](self._rig, fault)
            except AWAY:
                self.missed.append(fault)
            else:
                self.done.append(fault)
