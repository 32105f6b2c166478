"""What a place whose event is not the one that was hashed is called, and whose event is named."""

from dataclasses import replace
from uuid import UUID, uuid4

from shared.sealed_log.audit.finding import (
    ALTERED,
    INSERTED,
    REMOVED,
    REORDERED,
    STRAY,
    Event,
    Finding,
    Suspect,
    judged,
    named,
)
from shared.store.canonical import canonical


def suspect(index: int, *, hashed: bytes | None, found: UUID | None = None) -> Suspect:
    """The place `index`, where an event should be of which the leaf is that number, twice."""
    return Suspect(
        index=index,
        expected=UUID(int=index),
        was=bytes([index, index]),
        is_hashed=hashed,
        found=found or UUID(int=index),
        event=Event(stream_id=UUID(int=100 + index), version=1),
    )


def told(*suspects: Suspect) -> list[tuple[str, int | None, int | None]]:
    found = judged(suspects)
    assert all(one.event and one.event.stream_id == UUID(int=100 + (one.index or 0)) for one in found)
    return [(one.kind, one.index, one.other) for one in found]


def test_an_event_that_is_not_there_is_removed() -> None:
    assert told(suspect(1, hashed=None)) == [(REMOVED, 1, None)]


def test_another_content_in_its_own_place_is_altered() -> None:
    assert told(suspect(1, hashed=b"new"), suspect(2, hashed=b"new")) == [
        (ALTERED, 1, None),
        (ALTERED, 2, None),
    ]


def test_an_event_that_is_nowhere_else_is_altered() -> None:
    assert told(suspect(1, hashed=b"new", found=uuid4())) == [(ALTERED, 1, None)]


def test_an_event_in_its_place_whose_place_names_another_is_altered() -> None:
    assert told(suspect(1, hashed=bytes([1, 1]), found=uuid4())) == [(ALTERED, 1, None)]


def test_two_in_each_others_place_are_told_by_their_hashes() -> None:
    pair = suspect(1, hashed=bytes([4, 4]), found=uuid4()), suspect(4, hashed=bytes([1, 1]), found=uuid4())
    assert told(*pair) == [(REORDERED, 1, 4), (REORDERED, 4, 1)]


def test_two_in_each_others_place_that_were_changed_as_well_are_told_by_their_ids() -> None:
    pair = suspect(1, hashed=b"a", found=UUID(int=4)), suspect(4, hashed=b"b", found=UUID(int=1))
    assert told(*pair) == [(REORDERED, 1, 4), (REORDERED, 4, 1)]


def test_one_more_in_a_place_is_inserted_and_is_no_place_of_another() -> None:
    more = replace(suspect(2, hashed=b"new"), is_second=True)
    assert told(suspect(1, hashed=b"x", found=UUID(int=2)), more) == [(INSERTED, 2, None), (ALTERED, 1, None)]


def test_the_topic_names_what_it_holds_and_not_what_only_the_database_has() -> None:
    stream = uuid4()
    said = {"stream_kind": "plan", "stream_id": str(stream), "stream_version": 3, "type": "PlanSubmitted"}
    written = canonical(said | {"recorded_at": "2026-11-23T05:00:00.000000Z"})
    removed, stray, unheard = (
        Finding(kind=REMOVED, index=1), Finding(kind=STRAY, index=1), Finding(kind=REMOVED, index=2),
    )  # fmt: skip
    by_topic, *same = named([removed, stray, unheard], {1: written})
    assert by_topic.event is not None
    assert (by_topic.event.stream_id, by_topic.event.version) == (stream, 3)
    assert same == [stray, unheard]
