"""What an event says may depend on its record: as that event left it, whoever read or wrote it last."""

from uuid import uuid4

import pytest

from shared.messaging.outgoing import Outgoing, Streams, said
from shared.store.act import act
from shared.store.encrypted import Encrypted
from shared.store.keyring import Keyring
from shared.store.store import Store
from shared.store.unit import Recorded
from tests.shared.messaging.messages import CountedV1
from tests.shared.toy import LEDGER, Count, Counted, Noted, intent, ledger_of, unit

NOTE = "Budi Santoso"


async def total(recorded: Recorded, streams: Streams) -> list[Outgoing]:
    """How much the record comes to, once its note can be opened."""
    ledger = await streams.state_after(LEDGER, recorded)
    assert ledger.note is not None
    assert streams.keyring.open(ledger.note) == NOTE
    owner = recorded.subject_id or uuid4()
    return [Outgoing.of(owner, CountedV1(owner=owner, by=ledger.total))]


def totals(spoken: list[list[Outgoing]]) -> list[int]:
    return [one.message.by for (one,) in spoken if isinstance(one.message, CountedV1)]


async def test_a_record_as_a_command_has_just_left_it_is_not_read_again_and_its_texts_open(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = uuid4()
    await store.append([unit(owner, Noted(note=Encrypted(NOTE)))])
    await act(store, LEDGER, ledger_of(owner), Count(by=7), intent(), subject_id=owner)
    recorded = (await store.read(ledger_of(owner)))[-1]
    monkeypatch.setattr(store, "keyring", Keyring(store.pool, store.keyring._master_keys))
    monkeypatch.setattr(store, "read_many", None)
    assert totals(await said([recorded], total, Streams(store))) == [7]


async def test_a_record_that_has_gone_on_since_is_told_as_each_event_left_it(store: Store) -> None:
    owner = uuid4()
    await store.append([unit(owner, Noted(note=Encrypted(NOTE)), Counted(by=1), Counted(by=2))])
    await act(store, LEDGER, ledger_of(owner), Count(by=4), intent(), subject_id=owner)
    recorded = (await store.read(ledger_of(owner)))[1:]
    assert totals(await said(recorded, total, Streams(store))) == [1, 3, 7]
