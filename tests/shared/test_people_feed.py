"""A person as mirrored from the people topic: only ever newer, and once erased never named again."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from shared import people_feed
from shared.contracts.planning import PEOPLE as TOPIC
from shared.contracts.planning import PersonV1
from shared.messaging.inbox import Inbox
from shared.messaging.incoming import Raw
from shared.store.store import Store


def said(who: UUID, version: int, offset: int) -> Raw:
    person = PersonV1(
        employee_id=who,
        person_version=version,
        nip="199001012015031001",
        full_name=f"Nama ke-{version}",
        assignments=(),
    )
    return raw(who, person.model_dump_json().encode(), offset)


def raw(who: UUID, value: bytes | None, offset: int) -> Raw:
    return Raw(TOPIC, 0, offset, str(who).encode(), value, (), datetime.now(UTC))


@pytest.fixture
async def inbox(store: Store) -> Inbox:
    return Inbox(store, "people", [], [people_feed.feed()])


async def name(inbox: Inbox, who: UUID) -> str | None:
    query = "SELECT full_name FROM read.people WHERE employee_id = $1"
    found: str | None = await inbox.store.pool.fetchval(query, who)
    return found


@pytest.mark.parametrize("together", [True, False], ids=["in one batch", "in two"])
async def test_an_old_version_after_a_new_one_changes_nothing(inbox: Inbox, together: bool) -> None:
    who = uuid4()
    messages = [said(who, 1, 0), said(who, 3, 1), said(who, 2, 2)]
    for batch in [messages] if together else [messages[:2], messages[2:]]:
        await inbox.apply(batch)
    assert await name(inbox, who) == "Nama ke-3"


@pytest.mark.parametrize("together", [True, False], ids=["in one batch", "in two"])
async def test_an_erased_person_is_never_named_again(inbox: Inbox, together: bool) -> None:
    who, other = uuid4(), uuid4()
    messages = [said(who, 4, 0), raw(who, None, 1), said(who, 3, 2), said(who, 5, 3), said(other, 1, 4)]
    for batch in [messages] if together else [messages[:2], messages[2:]]:
        await inbox.apply(batch)
    assert await name(inbox, who) is None
    assert await name(inbox, other) == "Nama ke-1"


async def test_what_is_no_person_is_left_out(inbox: Inbox) -> None:
    who = uuid4()
    await inbox.apply([raw(who, b"{not json", 0), said(who, 1, 1)])
    assert await name(inbox, who) == "Nama ke-1"
