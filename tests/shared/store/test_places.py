"""Where a record is, is asked once at most, and not at all where this very process began it."""

from uuid import uuid4

import pytest

from shared.messaging.inbox import Inbox
from shared.messaging.reaction import Reaction
from shared.store.places import Place as Found
from shared.store.statements import FIND
from shared.store.store import Store, open_store
from tests.shared.asked import asked_of
from tests.shared.conftest import Place
from tests.shared.messaging.messages import TOPIC, CountedV1, message, when_counted_count
from tests.shared.toy import LEDGER, Counted, ledger_of, unit


async def test_a_record_begun_here_is_not_looked_for(store: Store) -> None:
    owner = uuid4()
    await store.append([unit(owner, Counted(by=1))])
    asked = await asked_of(store)
    found = await store.places.of(LEDGER.kind, ledger_of(owner).stream_id)
    assert (found, asked) == (Found(ledger_of(owner), owner), [])


async def test_a_record_that_a_message_began_is_not_looked_for(store: Store) -> None:
    owner = uuid4()
    await Inbox(store, "group", [Reaction(TOPIC, (CountedV1,), when_counted_count)]).apply(
        [message(owner, 1, 0)]
    )
    asked = await asked_of(store)
    assert await store.places.of(LEDGER.kind, ledger_of(owner).stream_id)
    assert asked == []


async def test_a_record_begun_elsewhere_is_looked_for_once(store: Store, place: Place) -> None:
    owner = uuid4()
    async with open_store(place.settings, store.service, [LEDGER.catalogue]) as elsewhere:
        await elsewhere.append([unit(owner, Counted(by=1))])
    asked = await asked_of(store)
    for _ in range(2):
        assert await store.places.of(LEDGER.kind, ledger_of(owner).stream_id)
    assert asked.count(FIND.strip()) == 1


async def test_what_was_rolled_back_began_nothing(store: Store) -> None:
    owner = uuid4()
    async with store.pool.acquire() as connection:
        undone = connection.transaction()
        await undone.start()
        await store.append([unit(owner, Counted(by=1))], connection=connection)
        await undone.rollback()
    assert await store.places.of(LEDGER.kind, ledger_of(owner).stream_id) is None


async def test_a_batch_of_messages_that_was_rolled_back_began_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise LookupError

    owner = uuid4()
    inbox = Inbox(store, "group", [Reaction(TOPIC, (CountedV1,), when_counted_count)])
    monkeypatch.setattr(inbox, "_move", fail)
    with pytest.raises(LookupError):
        await inbox.apply([message(owner, 1, 0)])
    assert await store.places.of(LEDGER.kind, ledger_of(owner).stream_id) is None


async def test_another_kind_of_that_id_is_not_what_was_asked_for(store: Store) -> None:
    owner = uuid4()
    await store.append([unit(owner, Counted(by=1))])
    assert await store.places.of("plan", ledger_of(owner).stream_id) is None
