"""Tries parked messages again, the first of each key, and those behind it once it is done with."""

from random import random

import asyncpg
import structlog

from shared.messaging.inbox import Inbox
from shared.messaging.parking import HOLDS_UP, Place, held_up, is_refused, leave, refuse, unpacked
from shared.messaging.passing import is_passing
from shared.messaging.patience import REFUSED, after
from shared.store.append import Connection

log = structlog.get_logger()
AT_ONCE = 100  # keys in one round

DUE = """
SELECT topic, partition, kafka_offset FROM work.parked
WHERE consumer = $1 AND try_after <= statement_timestamp() ORDER BY try_after LIMIT $2
"""
# Whoever comes second, another process or a person who skips it, finds it locked or gone.
CLAIM = """
SELECT *, try_after <= statement_timestamp() AS is_due FROM work.parked
WHERE consumer = $1 AND topic = $2 AND partition = $3 AND kafka_offset = $4 FOR NO KEY UPDATE SKIP LOCKED
"""
FAILED = """
UPDATE work.parked SET cause = $5, tries = tries + 1,
    try_after = statement_timestamp() + $6::float8 * interval '1 second',
    dead_at = CASE WHEN $7 THEN coalesce(dead_at, statement_timestamp()) ELSE dead_at END
WHERE consumer = $1 AND topic = $2 AND partition = $3 AND kafka_offset = $4
"""
AFRESH = f"""
UPDATE work.parked SET try_after = statement_timestamp(), tries = 0
WHERE consumer = $1 AND dead_at IS NOT NULL AND try_after IS NULL AND {HOLDS_UP}
"""


class Retrying:
    """The parked messages of one inbox."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._consumer = inbox.consumer
        self._tries = inbox.store.metrics.parked_tries

    async def afresh(self) -> None:
        """A process starts, perhaps with newer code: what was given up is tried again, but for refusals."""
        await self._inbox.store.pool.execute(AFRESH, self._consumer)

    async def round(self) -> None:
        """Try what is due. Raises the database's errors and LostRace: what is left is tried later."""
        for row in await self._inbox.store.pool.fetch(DUE, self._consumer, AT_ONCE):
            place: Place | None = (row["topic"], row["partition"], row["kafka_offset"])
            while place is not None:
                place = await self._try(place)

    async def _try(self, place: Place) -> Place | None:
        """Try one message in a transaction of its own; once it is done with, the next of its key."""
        following = None
        async with self._inbox.store.pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(CLAIM, self._consumer, *place)
            if row is None or not row["is_due"]:
                return None
            cause = await self._failure(connection, row)
            if cause is None:
                following = await leave(connection, self._consumer, place, held_up(row))
            elif is_refused(cause):
                following = await refuse(connection, self._consumer, place, held_up(row), cause)
            else:
                patience = after(row["tries"] + 1, cause, random())  # noqa: S311
                verdict = (cause, patience.wait, patience.is_dead)
                await connection.execute(FAILED, self._consumer, *place, *verdict)
        self._inbox.store.written.set()
        self._told(place, cause)
        return following

    async def _failure(self, connection: Connection, row: asyncpg.Record) -> str | None:
        """Why the message can't be handled, or None when it is; a failed try leaves nothing behind.

        What was refused stays so whatever a later try fails of: others of its key have passed it by.
        """
        was_refused = is_refused(row["cause"])
        try:
            async with connection.transaction():
                cause = await self._inbox.retry(connection, unpacked(row), anew=was_refused)
        except Exception as error:
            if is_passing(error):
                raise
            cause = type(error).__name__  # no text: it may quote the message
        if cause is None or is_refused(cause) or not was_refused:
            return cause
        return f"{REFUSED}: {cause}"

    def _told(self, place: Place, cause: str | None) -> None:
        outcome = "done" if cause is None else "failed"
        self._tries.labels(self._consumer, outcome).inc()
        topic, partition, offset = place
        log.info(
            "parked message tried",
            consumer=self._consumer,
            topic=topic,
            partition=partition,
            offset=offset,
            outcome=cause or outcome,
        )
