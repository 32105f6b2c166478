"""The event store of one service: append units of work, read streams, read the log."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from uuid import UUID

import asyncpg

from shared.metrics import Metrics
from shared.settings import Settings
from shared.store.append import Connection, Prepared, append_all, append_each, prepare, repeated, rounds
from shared.store.codec import Codec
from shared.store.errors import Overloaded
from shared.store.event import Catalogue, UnreadableEvent
from shared.store.group_commit import LANES, GroupCommit
from shared.store.kept import Kept
from shared.store.keyring import NOBODY, Keyring
from shared.store.master_keys import MasterKeys
from shared.store.places import Places
from shared.store.statements import AFTER, READ, READ_MANY, REMEMBERED
from shared.store.stream import Stream
from shared.store.unit import Answer, Appended, Mismatch, Recorded, Repeated, Unit
from shared.store.urls import CONNECT_WITHIN, asyncpg_url
from shared.tide import Tide
from shared.together import Together
from shared.tracing import spans_of

LAST = 2**31 - 1
# Of a day that PostgreSQL knows and no calendar of Python's has: the driver fails before there is a row.
NO_VALUE = (OverflowError, ValueError)
# All that the store asks is a look into an index. A plan made while the tables were empty, or
# with literal values in mind, would scan or hash them for as long as its connection lives.
LOOKUPS = {
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "jit": "off",
}
APPEND_SETTINGS = {**LOOKUPS, "lock_timeout": "50ms"}


class Store:
    """What happened in one service. Make it with `open_store`.

    `written` is set at every append, `projected` rises when this process has moved its read tables on.
    Whoever waits for read tables sets `awaited`, which hurries those of this process alone.
    """

    def __init__(
        self,
        pools: tuple[asyncpg.Pool, asyncpg.Pool],
        codec: Codec,
        keyring: Keyring,
        origin: tuple[str, str],
        metrics: Metrics | None = None,
    ) -> None:
        self.pool, self._append_pool = pools
        self.codec = codec
        self.keyring = keyring
        self.agency, self.service = origin
        self.metrics = metrics or Metrics(self.service)
        self.spans = spans_of(self.service)
        self.written = asyncio.Event()
        self.projected = Tide()
        self.awaited = asyncio.Event()
        self._commits = GroupCommit(self._flush)
        self.metrics.append_waiting.set_function(self._commits.__len__)
        self.kept = Kept()
        self._reads = Together(self._read_on)
        self.places = Places(self.pool)

    async def append(self, units: Sequence[Unit], *, connection: Connection | None = None) -> list[Answer]:
        """The only function that writes events.

        Without `connection` each unit goes through the group commit and is durable when answered.
        With one, all are written in that transaction, in order, and are durable when it commits.
        Raises NotCanonical, SubjectErased, Overloaded (nothing stored) or the database's error (outcome
        unknown: ask again).
        """
        prepared = await self._prepare(units)
        if connection is None:
            seen = self.spans.over("append", [one.intent.traceparent for one in units])
            with seen, self.metrics.append_refused.count_exceptions(Overloaded):
                return [await self._commits.submit(one) for one in prepared]
        answers: dict[UUID, Answer] = {}
        for batch in rounds(prepared):
            for one, answer in zip(batch, await append_all(connection, batch), strict=True):
                answers[one.command_id] = answer
        return [answers[one.command_id] for one in prepared]

    async def read(
        self, stream: Stream, *, until: int | None = None, connection: Connection | None = None
    ) -> list[Recorded]:
        """The events of a stream up to version `until`, oldest first; empty where there are none.

        Raises UnreadableEvent.
        """
        if until is None and connection is None:
            return await self.read_on(stream, 0)
        source, last = connection or self.pool, LAST if until is None else until
        try:
            rows = await source.fetch(READ, stream.plan_year, stream.stream_id, last)
        except NO_VALUE as error:
            raise _beyond(stream, error) from error
        return [self.codec.read(row) for row in rows]

    async def read_on(self, stream: Stream, after: int) -> list[Recorded]:
        """The events of a stream behind version `after`, oldest first. Raises UnreadableEvent."""
        found = await self._reads.get((stream, after))
        if isinstance(found, UnreadableEvent):
            raise found
        return found or []

    async def read_many(
        self, streams: Sequence[Stream], *, connection: Connection | None = None
    ) -> dict[Stream, list[Recorded]]:
        """The events of several streams, each oldest first; a stream that does not exist is left out."""
        return await self._read_behind([(one, 0) for one in streams], connection or self.pool)

    async def _read_on(
        self, asked: Sequence[tuple[Stream, int]]
    ) -> dict[tuple[Stream, int], list[Recorded] | UnreadableEvent]:
        """Of a stream that is asked for twice, what is behind the lower version answers both.

        One that can't be read is the answer of those alone who asked for it.
        """
        try:
            found = await self._read_behind(asked, self.pool)
        except (UnreadableEvent, *NO_VALUE) as error:
            if len(asked) == 1:
                return {asked[0]: _beyond(asked[0][0], error)}
            return {one: answer for alone in asked for one, answer in (await self._read_on([alone])).items()}
        return {
            (stream, after): [one for one in found[stream] if one.stream_version > after]
            for stream, after in asked
            if stream in found
        }

    async def _read_behind(
        self, asked: Sequence[tuple[Stream, int]], source: Connection | asyncpg.Pool
    ) -> dict[Stream, list[Recorded]]:
        lowest: dict[Stream, int] = {}
        for stream, after in asked:
            lowest[stream] = min(after, lowest.get(stream, after))
        places = [one.plan_year for one in lowest], [one.stream_id for one in lowest]
        found: dict[Stream, list[Recorded]] = {}
        for row in await source.fetch(READ_MANY, *places, list(lowest.values())):
            recorded = self.codec.read(row)
            found.setdefault(recorded.stream, []).append(recorded)
        return found

    async def after(self, index: int, limit: int, *, connection: Connection | None = None) -> list[Recorded]:
        """Up to `limit` events of the log behind `index`, in the log's order."""
        rows = await (connection or self.pool).fetch(AFTER, index, limit)
        return [self.codec.read(row, row["log_index"]) for row in rows]

    async def remembered(self, command_id: UUID, request_hash: bytes) -> Repeated | Mismatch | None:
        """What was answered to this command, if it was done before."""
        known = await self.pool.fetchrow(REMEMBERED, [command_id])
        return None if known is None else repeated(known, request_hash)

    async def close(self) -> None:
        """Write what waits, then let go of the database."""
        await self._commits.close()

    async def _prepare(self, units: Sequence[Unit]) -> list[Prepared]:
        await self.keyring.make({one.subject_id or NOBODY for one in units if self._needs_key(one)})
        return [prepare(unit, self.codec, agency=self.agency, service=self.service) for unit in units]

    def _needs_key(self, unit: Unit) -> bool:
        """Whether one is at hand, or must be: it is made for the first text about a person."""
        if not unit.events:
            return False
        is_held, says_why = self.keyring.holds(unit.subject_id or NOBODY), unit.intent.reason_text is not None
        return is_held or says_why or any(map(self.codec.has_text, unit.events))

    async def _flush(self, batch: Sequence[Prepared]) -> list[Answer | Exception]:
        async with self._append_pool.acquire() as connection:
            with self.metrics.append_seconds.time():
                answers = await append_each(connection, batch)
        self.metrics.append_commands.observe(len(batch))
        self.places.begun(
            one.unit for one, answer in zip(batch, answers, strict=True) if isinstance(answer, Appended)
        )
        self.written.set()
        return answers


def _beyond(stream: Stream, error: Exception) -> UnreadableEvent:
    """What `error` says of the stream; that the statement itself was wrong is raised as it is."""
    if isinstance(error, asyncpg.InterfaceError):
        raise error
    if isinstance(error, UnreadableEvent):
        return error
    return UnreadableEvent(record=f"{stream.kind} {stream.stream_id}", cause=type(error).__name__)


@asynccontextmanager
async def open_store(
    settings: Settings, service: str, catalogues: Iterable[Catalogue], metrics: Metrics | None = None
) -> AsyncIterator[Store]:
    """The store of `service` on its own database: a pool for reading, a connection per lane for appending.

    Raises MasterKeyMissing, MasterKeyWrong.
    """
    named = {"application_name": f"jejak {service}"}
    url = asyncpg_url(settings.database_url)
    pooled = partial(asyncpg.create_pool, url, min_size=1, timeout=CONNECT_WITHIN, reset=_left_clean)
    async with (
        pooled(max_size=6, server_settings=named | LOOKUPS) as pool,
        pooled(max_size=LANES, server_settings=named | APPEND_SETTINGS) as appends,
    ):
        keyring = Keyring(pool, MasterKeys(service, settings.master_key_file))
        await keyring.check()
        codec = Codec(Catalogue.joined(catalogues), keyring)
        store = Store((pool, appends), codec, keyring, (settings.agency, service), metrics)
        try:
            yield store
        finally:
            await store.close()


async def _left_clean(connection: asyncpg.Connection) -> None:
    """Nobody here sets session state, so the statement that would reset it is not worth its round trip."""
