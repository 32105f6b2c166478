"""The work that every contender of `jejak bench engine` does: one event of some 650 bytes per command."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import psutil

from shared.decider import Decider
from shared.store.encrypted import Encrypted
from shared.store.event import Catalogue, event
from shared.store.stream import Stream
from shared.store.unit import Aggregate, Intent, Unit

STREAMS = 5_000
WARM_UP = 0.7  # seconds that are not counted
YEAR = 2026
HASH = sha256(b"bench").digest()
AGENCY, SERVICE, KIND = "BENCH", "bench", "result"
APPRAISER, ACTOR, CORRELATION = (UUID(int=number) for number in (1, 2, 3))
INDICATORS = tuple(
    {
        "indicator": f"Berkas kepegawaian dimutakhirkan, bagian {number}",
        "aspect": "quantity",
        "target": f"{number}2",
        "unit": "berkas",
    }
    for number in range(4)
)


@event("ResultMeasured")
class ResultMeasured:
    """As large as a planned result with its indicators."""

    sequence: int
    quantity: int
    title: str
    unit: str
    appraiser_id: UUID
    indicators: tuple[dict[str, str], ...]
    note: str


@event("ResultNoted")
class ResultNoted:
    """The same with its note encrypted under the person's key."""

    sequence: int
    quantity: int
    title: str
    unit: str
    appraiser_id: UUID
    indicators: tuple[dict[str, str], ...]
    note: Encrypted[str]


def noted(sequence: int) -> ResultNoted:
    """What `measured` makes, with its text about the person protected."""
    plain = measured(sequence)
    fields = {name: getattr(plain, name) for name in ResultMeasured.__annotations__}
    return ResultNoted(**fields | {"note": Encrypted.of(plain.note)})


def measured(sequence: int) -> ResultMeasured:
    """The event; no two are alike."""
    return ResultMeasured(
        sequence=sequence,
        quantity=sequence % 7 + 1,
        title="Laporan pengolahan data kepegawaian triwulan",
        unit="Subbagian Umum dan Kepegawaian",
        appraiser_id=APPRAISER,
        indicators=INDICATORS,
        note="sesuai jadwal yang disepakati",
    )


def brief(sequence: int) -> ResultMeasured:
    """What `measured` makes, as large as the sample's events are: an envelope of a kilobyte."""
    return replace(measured(sequence), indicators=INDICATORS[:1])


def _nothing(state: int, command: object) -> list[ResultMeasured | ResultNoted]:
    del state, command
    return []


def _sum(state: int, occurred: ResultMeasured | ResultNoted) -> int:
    return state + occurred.quantity


RESULTS: Aggregate[int, object, ResultMeasured | ResultNoted] = Aggregate(
    KIND, Decider(0, _nothing, _sum), Catalogue(ResultMeasured, ResultNoted)
)


def subject(number: int) -> UUID:
    """One of the people whose streams are written."""
    return UUID(int=(0x5EED << 112) | number)


def stream_of(number: int) -> Stream:
    """The stream of one of them."""
    return Stream.of(KIND, subject(number), year=YEAR)


@dataclass(frozen=True, slots=True)
class Turn:
    """What one client appends next: to whose stream, on which version, with which number."""

    number: int
    stream: Stream
    version: int
    sequence: int

    def unit(self, make: Callable[[int], ResultMeasured | ResultNoted] = measured) -> Unit:
        """One command with its one event."""
        return Unit(
            intent=Intent(
                command_id=uuid4(),
                caller="bench",
                request_hash=HASH,
                actor_id=ACTOR,
                acting_role="appraiser",
                at=datetime.now(UTC),
                correlation_id=CORRELATION,
            ),
            outcome={"stream_id": str(self.stream.stream_id), "version": self.version + 1},
            stream=self.stream,
            expected=self.version,
            events=(make(self.sequence),),
            subject_id=subject(self.number),
        )


class Client:
    """One client's own streams, so that version checks run and never fail."""

    def __init__(self, number: int, clients: int) -> None:
        self.subjects = list(range(number, STREAMS, clients))
        self.streams = [stream_of(one) for one in self.subjects]
        self.versions = [0] * len(self.subjects)
        self._sequence = count(number * 10_000_000)
        self._dice = random.Random(number)  # noqa: S311 - a workload, no secret

    def turn(self) -> tuple[int, Turn]:
        """Which of its streams, and what to append there."""
        at = self._dice.randrange(len(self.subjects))
        return at, Turn(self.subjects[at], self.streams[at], self.versions[at], next(self._sequence))


Append = Callable[[Turn], Awaitable[Any]]


async def closed_loop(clients: Sequence[Client], seconds: float, append: Append) -> dict[str, float]:
    """Each client sends its next command when the last was answered; the warm-up is not counted."""
    begins = time.perf_counter() + WARM_UP
    ends = begins + seconds
    taken: list[float] = []
    used: list[float] = []

    async def run(client: Client) -> None:
        while (since := time.perf_counter()) < ends:
            if since >= begins and not used:
                used.append(processor_seconds())
            at, turn = client.turn()
            await append(turn)
            client.versions[at] += 1
            if since >= begins and time.perf_counter() <= ends:
                taken.append(time.perf_counter() - since)

    await asyncio.gather(*(run(client) for client in clients))
    return figures(taken, seconds, processor_seconds() - (used[0] if used else 0))


def figures(taken: list[float], seconds: float, processor: float) -> dict[str, float]:
    """Rate, ranks in milliseconds, and this process's processor time per event in microseconds."""
    ordered = sorted(taken)
    return {
        "rate": round(len(ordered) / seconds, 1),
        "p50": round(ordered[len(ordered) // 2] * 1000, 3),
        "p99": round(ordered[int(len(ordered) * 0.99)] * 1000, 3),
        "cpu": round(processor / len(ordered) * 1e6, 1),
    }


def processor_seconds() -> float:
    """What this process has used so far."""
    times = psutil.Process().cpu_times()
    return float(times.user + times.system)
