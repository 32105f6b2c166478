"""The work of every peer: the event and envelope of `jejak bench engine`, in the same closed loop."""

import asyncio
import json
import random
import resource
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

POOL = 32
STREAMS = 5_000
WARM_UP = 0.7
NOBODY = str(UUID(int=2))
INDICATORS = [
    {
        "indicator": f"Berkas kepegawaian dimutakhirkan, bagian {number}",
        "aspect": "quantity",
        "target": f"{number}2",
        "unit": "berkas",
    }
    for number in range(4)
]


def measured(sequence: int) -> dict[str, Any]:
    """The event's fields; no two are alike."""
    return {
        "sequence": sequence,
        "quantity": sequence % 7 + 1,
        "title": "Laporan pengolahan data kepegawaian triwulan",
        "unit": "Subbagian Umum dan Kepegawaian",
        "appraiser_id": str(UUID(int=1)),
        "indicators": INDICATORS,
        "note": "sesuai jadwal yang disepakati",
    }


def envelope(subject: UUID) -> dict[str, Any]:
    """Who, as what, under which command."""
    return {
        "agency": "BENCH",
        "service": "bench",
        "plan_year": 2026,
        "schema_version": 1,
        "subject_id": str(subject),
        "actor_id": NOBODY,
        "acting_role": "appraiser",
        "on_behalf_of": None,
        "reason_code": None,
        "reason_text": None,
        "effective_on": None,
        "command_id": str(uuid4()),
        "correlation_id": NOBODY,
        "causation_id": None,
        "traceparent": None,
    }


def subject(number: int) -> UUID:
    """One of the people whose streams are written."""
    return UUID(int=(0x5EED << 112) | number)


@dataclass(frozen=True, slots=True)
class Turn:
    """What one client appends next: whose stream, on which version, with which number."""

    subject: UUID
    version: int
    sequence: int

    @property
    def data(self) -> str:
        """The event as compact JSON."""
        return json.dumps(measured(self.sequence), separators=(",", ":"))

    @property
    def metadata(self) -> str:
        """Its envelope as compact JSON."""
        return json.dumps(envelope(self.subject), separators=(",", ":"))


class Client:
    """One client's own streams, so that version checks run and never fail."""

    def __init__(self, number: int, clients: int) -> None:
        self.subjects = [subject(one) for one in range(number, STREAMS, clients)]
        self.versions = [0] * len(self.subjects)
        self._sequence = number * 10_000_000
        self._dice = random.Random(number)

    def turn(self) -> tuple[int, Turn]:
        """Which of its streams, and what to append there."""
        self._sequence += 1
        at = self._dice.randrange(len(self.subjects))
        return at, Turn(self.subjects[at], self.versions[at], self._sequence)


class Clock:
    """What counts, and when it began."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.begins = time.perf_counter() + WARM_UP
        self.ends = self.begins + seconds
        self._taken: list[float] = []
        self._used: list[float] = []

    def now(self) -> float:
        """The time of a command's start; the processor's count begins with the first that counts."""
        since = time.perf_counter()
        if since >= self.begins and not self._used:
            self._used.append(processor_seconds())
        return since

    def took(self, since: float) -> None:
        """A command was answered."""
        if since >= self.begins and time.perf_counter() <= self.ends:
            self._taken.append(time.perf_counter() - since)

    def figures(self) -> dict[str, float]:
        """Rate, ranks in milliseconds, µs of this process's processor time per event."""
        ordered = sorted(self._taken)
        spent = processor_seconds() - self._used[0]
        return {
            "rate": round(len(ordered) / self.seconds, 1),
            "p50": round(ordered[len(ordered) // 2] * 1000, 3),
            "p99": round(ordered[int(len(ordered) * 0.99)] * 1000, 3),
            "cpu": round(spent / len(ordered) * 1e6, 1),
        }


def processor_seconds() -> float:
    """What this process has used so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def closed_loop(
    clients: int, seconds: float, append: Callable[[Turn], Awaitable[Any]]
) -> dict[str, float]:
    """Each client sends its next command when the last was answered."""
    clock = Clock(seconds)

    async def run(client: Client) -> None:
        while (since := clock.now()) < clock.ends:
            at, turn = client.turn()
            await append(turn)
            client.versions[at] += 1
            clock.took(since)

    await asyncio.gather(*(run(Client(number, clients)) for number in range(clients)))
    return clock.figures()


def closed_loop_in_threads(clients: int, seconds: float, append: Callable[[Turn], Any]) -> dict[str, float]:
    """The same with a thread per client. Raises what a client met."""
    clock = Clock(seconds)
    failed: list[Exception] = []

    def run(client: Client) -> None:
        try:
            while (since := clock.now()) < clock.ends:
                at, turn = client.turn()
                append(turn)
                client.versions[at] += 1
                clock.took(since)
        except Exception as error:  # noqa: BLE001 - a thread's error would only be printed
            failed.append(error)

    threads = [threading.Thread(target=run, args=(Client(number, clients),)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return clock.figures()
