"""Store and sequencer against a plain model: whatever is asked, in whatever order, and whoever dies."""

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import count
from typing import Any, ClassVar, TypeVar
from uuid import UUID, uuid4

import asyncpg
import orjson
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from shared.sealed_log.sequencer import Deposed, Sequencer
from shared.settings import Settings
from shared.store.store import Store, open_store
from shared.store.unit import Answer, Appended, Conflict, Mismatch, Repeated, Unit
from tests.shared.conftest import Place
from tests.shared.toy import LEDGER, Counted, intent, ledger_of, unit

T = TypeVar("T")
STREAMS, PROCESSES, TRANSACTIONS, BATCH = 3, 2, 2, 3
STORED = "SELECT stream_id, stream_version, data FROM event.events WHERE stream_id = ANY($1) ORDER BY 1, 2"
LOGGED = """
SELECT e.log_index, e.stream_id, e.stream_version, v.data FROM event.log e
LEFT JOIN event.events v USING (plan_year, stream_id, stream_version, event_id)
WHERE e.stream_id = ANY($1) ORDER BY e.log_index
"""
DENSE = "SELECT count(*) = coalesce(max(log_index), -1) + 1 FROM event.log"
TOKENS = count(1)

streams = st.integers(0, STREAMS - 1)
processes = st.integers(0, PROCESSES - 1)
sizes = st.integers(1, 3)
which = st.integers(0, TRANSACTIONS - 1)
choice = st.randoms(use_true_random=False)


@dataclass
class Transaction:
    """One that is open: what it has written, which nobody else may see."""

    connection: asyncpg.Connection
    transaction: Any
    written: dict[int, list[int]] = field(default_factory=dict)
    commands: list[Unit] = field(default_factory=list)


def tokens_of(asked: Unit) -> list[int]:
    return [one.by for one in asked.events]


class Engine(RuleBasedStateMachine):
    """`stored` is the model: the tokens of each stream, as committed; `done` every accepted command."""

    at: ClassVar[Settings]

    def __init__(self) -> None:
        super().__init__()
        self.owners = [uuid4() for _ in range(STREAMS)]
        self.ids = [ledger_of(owner).stream_id for owner in self.owners]
        self.stored: list[list[int]] = [[] for _ in range(STREAMS)]
        self.done: list[Unit] = []
        self.open: dict[int, Transaction] = {}
        self.deposed: list[Sequencer] = []
        self.runner = asyncio.Runner()
        self.wait(self._begin())

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    async def _begin(self) -> None:
        self.stack = AsyncExitStack()
        self.watcher = await self._connect()
        await self._start()
        await self._elect()

    async def _connect(self) -> asyncpg.Connection:
        # As the append's own connections: who meets another's open transaction is told so, not kept.
        connection = await asyncpg.connect(self.at.database_url, server_settings={"lock_timeout": "50ms"})
        self.stack.callback(connection.terminate)
        return connection

    async def _start(self) -> None:
        self.running = AsyncExitStack()
        self.stores: list[Store] = [
            await self.running.enter_async_context(open_store(self.at, "toy", [LEDGER.catalogue]))
            for _ in range(PROCESSES)
        ]

    async def _elect(self) -> None:
        self.leader_connection = await self._connect()
        self.leader = await Sequencer.start(self.leader_connection, batch=BATCH)

    def asks(self, at: int, size: int, *, off: int = 0, inside: Transaction | None = None) -> Unit:
        """A new command that builds on what is there, or `off` from it."""
        head = len(self.stored[at]) + len(inside.written.get(at, []) if inside else [])
        expected = head + off
        events = [Counted(by=next(TOKENS)) for _ in range(size)]
        return unit(self.owners[at], *events, expected=expected, asked=intent(said=str(events)))

    def is_held(self, at: int, *, but: Transaction | None = None) -> bool:
        """Whether an open transaction has written the stream's next version."""
        return any(one.written.get(at) for one in self.open.values() if one is not but)

    def append(self, process: int, asked: Unit) -> Answer:
        [answer] = self.wait(self.stores[process].append([asked]))
        return answer

    def accept(self, at: int, asked: Unit) -> None:
        self.stored[at] += tokens_of(asked)
        self.done.append(asked)

    @rule(at=streams, size=sizes, process=processes)
    def builds_on_what_is_there(self, at: int, size: int, process: int) -> None:
        asked = self.asks(at, size)
        answer = self.append(process, asked)
        if self.is_held(at):
            assert answer == Conflict()
        else:
            assert answer == Appended(asked.expected + size)
            self.accept(at, asked)

    @rule(at=streams, size=sizes, process=processes, off=st.sampled_from([-2, -1, 1, 2, 5]))
    def builds_on_something_else(self, at: int, size: int, process: int, off: int) -> None:
        asked = self.asks(at, size, off=off)
        if asked.expected >= 0:
            assert self.append(process, asked) == Conflict()

    @rule(at=streams, size=sizes, many=st.integers(2, 4))
    def many_want_the_same_version(self, at: int, size: int, many: int) -> None:
        asked = [self.asks(at, size) for _ in range(many)]

        async def all_at_once() -> list[list[Answer]]:
            stores = [self.stores[number % PROCESSES] for number in range(many)]
            return await asyncio.gather(
                *(store.append([one]) for store, one in zip(stores, asked, strict=True))
            )

        answers = [answer for [answer] in self.wait(all_at_once())]
        won = [one for one, answer in zip(asked, answers, strict=True) if isinstance(answer, Appended)]
        assert len(won) == (0 if self.is_held(at) else 1)
        assert answers.count(Conflict()) == many - len(won)
        for one in won:
            self.accept(at, one)

    @precondition(lambda self: self.done)
    @rule(random=choice, process=processes)
    def asks_again(self, random: Any, process: int) -> None:
        asked = random.choice(self.done)
        assert self.append(process, asked) == Repeated(asked.outcome)

    @precondition(lambda self: self.done)
    @rule(random=choice, process=processes, at=streams)
    def reuses_an_id(self, random: Any, process: int, at: int) -> None:
        used = random.choice(self.done).intent.command_id
        fresh = self.asks(at, 1)
        asked = unit(
            self.owners[at],
            *fresh.events,
            expected=fresh.expected,
            asked=intent(command_id=used, said="another"),
        )
        assert self.append(process, asked) == Mismatch()

    @rule(one=which, takes_an_id=st.booleans())
    def begins(self, one: int, takes_an_id: bool) -> None:
        if one in self.open:
            return

        async def begin() -> Transaction:
            connection = await self._connect()
            transaction = connection.transaction()
            await transaction.start()
            if takes_an_id:  # a lower one than that of what it will build on
                await connection.fetchval("SELECT pg_current_xact_id()")
            return Transaction(connection, transaction)

        self.open[one] = self.wait(begin())

    @precondition(lambda self: self.open)
    @rule(random=choice, at=streams, size=sizes, changes_its_mind=st.booleans())
    def writes_inside(self, random: Any, at: int, size: int, changes_its_mind: bool) -> None:
        one = self.open[random.choice(sorted(self.open))]
        asked = self.asks(at, size, inside=one)

        async def write() -> Answer:
            savepoint = one.connection.transaction()
            await savepoint.start()
            [answer] = await self.stores[0].append([asked], connection=one.connection)
            await (savepoint.rollback() if changes_its_mind else savepoint.commit())
            return answer

        answer = self.wait(write())
        if self.is_held(at, but=one):
            assert answer == Conflict()
            return
        assert answer == Appended(asked.expected + size)
        if not changes_its_mind:
            one.written.setdefault(at, []).extend(tokens_of(asked))
            one.commands.append(asked)

    @precondition(lambda self: self.open)
    @rule(random=choice, how=st.sampled_from(["commit", "commit", "rollback", "killed"]))
    def ends(self, random: Any, how: str) -> None:
        one = self.open.pop(random.choice(sorted(self.open)))

        async def end() -> None:
            if how == "killed":
                await self._kill(one.connection)
            elif how == "commit":
                await one.transaction.commit()
            else:
                await one.transaction.rollback()

        self.wait(end())
        if how == "commit":
            self.done += one.commands
            for at, tokens in one.written.items():
                self.stored[at] += tokens

    async def _kill(self, connection: asyncpg.Connection) -> None:
        await self.watcher.fetchval("SELECT pg_terminate_backend($1, 10000)", connection.get_server_pid())

    @precondition(lambda self: self.open)
    @rule(random=choice, process=processes)
    def asks_again_what_is_not_committed(self, random: Any, process: int) -> None:
        commands = [asked for one in self.open.values() for asked in one.commands]
        if commands:
            assert self.append(process, random.choice(commands)) == Conflict()

    @rule()
    def one_tick(self) -> None:
        self.wait(self.leader.tick())

    @rule()
    def all_ticks(self) -> None:
        """Whatever is committed gets its place, whoever else is idle in a transaction."""
        while self.wait(self.leader.tick()):
            pass
        logged = self.wait(self.watcher.fetch(LOGGED, self.ids))
        assert len(logged) == sum(map(len, self.stored))

    @rule()
    def another_leads(self) -> None:
        self.deposed.append(self.leader)
        self.wait(self._elect())

    @precondition(lambda self: self.deposed)
    @rule(random=choice)
    def a_former_leader_goes_on(self, random: Any) -> None:
        before = self.wait(self.watcher.fetchval("SELECT count(*) FROM event.log"))
        try:
            assert self.wait(random.choice(self.deposed).tick()) == 0
        except Deposed:
            assert self.wait(self.watcher.fetchval("SELECT count(*) FROM event.log")) == before

    @rule()
    def the_leader_dies(self) -> None:
        self.wait(self._kill(self.leader_connection))
        self.wait(self._elect())

    @rule()
    def the_processes_start_again(self) -> None:
        self.wait(self.running.aclose())
        self.wait(self._start())

    @invariant()
    def what_is_stored_is_what_was_accepted(self) -> None:
        rows = self.wait(self.watcher.fetch(STORED, self.ids))
        assert self._by_stream(rows) == self.stored

    @invariant()
    def the_log_is_dense_and_each_stream_in_order(self) -> None:
        assert self.wait(self.watcher.fetchval(DENSE))
        logged = self._by_stream(self.wait(self.watcher.fetch(LOGGED, self.ids)))
        assert logged == [tokens[: len(there)] for tokens, there in zip(self.stored, logged, strict=True)]

    def _by_stream(self, rows: list[asyncpg.Record]) -> list[list[int]]:
        found: dict[UUID, list[int]] = {one: [] for one in self.ids}
        for row in rows:
            tokens = found[row["stream_id"]]
            assert row["stream_version"] == len(tokens) + 1
            tokens.append(orjson.loads(row["data"])["by"])
        return list(found.values())

    def teardown(self) -> None:
        for one in self.open.values():
            self.wait(one.transaction.rollback())
        self.open.clear()
        self.all_ticks()
        self.wait(self.running.aclose())
        self.wait(self.stack.aclose())
        self.runner.close()


def test_store_and_sequencer_do_what_the_model_says(place: Place) -> None:
    machine = type("EngineHere", (Engine,), {"at": place.settings})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=10,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
