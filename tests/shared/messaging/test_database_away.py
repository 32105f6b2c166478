"""A database that is starting up, or full, holds messages up; it parks none and drops none."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import uuid4

import asyncpg
import pytest

from shared.messaging.consumer import Consumer
from shared.messaging.inbox import Inbox
from shared.messaging.incoming import Raw
from shared.messaging.reaction import Reaction
from shared.store.store import Store
from tests.shared.toy import YEAR
from tests.torture.pair import CountedV1, ledger, when_counted_count


class Away(Inbox):
    """The database says no to the first tries."""

    no: Sequence[Exception] = ()

    async def apply(self, batch: Sequence[Raw], *, poison: str | None = None) -> None:
        if self.no:
            error, self.no = self.no[0], self.no[1:]
            raise error
        await super().apply(batch, poison=poison)


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.CannotConnectNowError("the database system is in recovery mode"),
        asyncpg.AdminShutdownError("terminating connection"),
        asyncpg.DiskFullError("no space left on device"),
        asyncpg.InternalClientError("another operation is in progress"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_what_the_database_can_not_take_now_is_tried_again(store: Store, error: Exception) -> None:
    owner = uuid4()
    said = CountedV1(owner=owner, year=YEAR, by=1).model_dump_json().encode()
    headers = (("ce_type", CountedV1.ce_type().encode()), ("ce_logindex", b"0"))
    raw = Raw("topic", 0, 0, str(owner).encode(), said, headers, datetime.now(UTC))
    inbox = Away(store, "group", [Reaction("topic", (CountedV1,), when_counted_count)])
    inbox.no = [error, error]
    await Consumer(inbox, "", [])._settle([raw])
    assert await store.pool.fetchval("SELECT count(*) FROM work.parked") == 0
    assert [one.event.by for one in await store.read(ledger(owner, YEAR))] == [1]
