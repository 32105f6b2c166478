"""What the log topic holds is believed by a signature or a checkpoint, else a restore stops."""

import os
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import asyncpg
import orjson
import pytest

from shared.messaging.log_feed import CHECKPOINT, EVENTS, KEY, FeedRecord, FeedUnreadable
from shared.messaging.published import published as topic_as_an_audit_wants_it
from shared.messaging.recovery import FeedUnsigned
from shared.sealed_log.checkpoint import Checkpoint, KeyChange, origin
from shared.sealed_log.note import KEY_BYTES, NoteWrong, SignatureWrong, Signer, VerifierKey, opened
from shared.sealed_log.rotation import rotate
from shared.sealed_log.sealer import signing_key
from shared.store.canonical import canonical
from tests.eventually import eventually
from tests.shared.conftest import Place
from tests.shared.messaging.test_kafka import Wire, wire
from tests.shared.messaging.test_log_feed import (
    at_work,
    copied,
    feed_of,
    logged,
    published,
    recovered,
    topic,
    write,
)

__all__ = ["wire"]

AGENCY = "CONTOH"


def signer_of(place: Place, wire: Wire) -> Signer:
    return signing_key(place.settings.signing_key_file, origin(AGENCY, wire.name))


def foreign(wire: Wire) -> Signer:
    return Signer(origin(AGENCY, wire.name), os.urandom(KEY_BYTES))


async def forged(wire: Wire) -> FeedRecord:
    """An event that nobody wrote, in the form and behind the last of those that are there."""
    last = [one for one in await topic(wire) if one.kind == EVENTS][-1]
    said = orjson.loads(last.envelopes[-1])
    said |= {name: str(uuid4()) for name in ("event_id", "stream_id", "command_id")}
    return FeedRecord(EVENTS, last.behind, canonical(said))


async def put(wire: Wire, record: FeedRecord) -> None:
    await wire.producer.send_and_wait(feed_of(wire).topic.name, record.value, headers=record.headers)


async def rotated(place: Place, wire: Wire) -> VerifierKey:
    connection = await asyncpg.connect(place.owner_url)
    try:
        return await rotate(connection, place.settings.signing_key_file, origin(AGENCY, wire.name))
    finally:
        await connection.close()


@pytest.fixture
async def four(wire: Wire, on_kafka: Place) -> Place:
    """Four events in the database, on the topic and under a signature."""
    async with at_work(wire, on_kafka) as run:
        await write(run, 4)
        await published(wire, 4)
    return on_kafka


@pytest.mark.parametrize("signature", ["none", "another key's", "of another place", "no line of a note"])
async def test_an_event_that_the_log_s_key_did_not_sign_is_not_brought_back(
    wire: Wire, four: Place, signature: str
) -> None:
    event, ours = await forged(wire), signer_of(four, wire)
    signatures = {
        "none": event,
        "another key's": event.signed(foreign(wire)),
        "of another place": replace(event, signature=replace(event, first=5).signed(ours).signature),
        "no line of a note": replace(event, signature="signed, me"),
    }
    await put(wire, signatures[signature])
    before = await logged(four)
    with pytest.raises(FeedUnsigned, match="events 4 to 4 of the log topic are not signed"):
        await recovered(wire, four)
    assert await logged(four) == before


async def test_an_event_under_no_checkpoint_comes_back_by_its_signature(wire: Wire, four: Place) -> None:
    await put(wire, (await forged(wire)).signed(signer_of(four, wire)))
    await recovered(wire, four)
    assert len(await logged(four)) == 5


async def test_an_event_signed_just_before_the_key_changed_comes_back(wire: Wire, four: Place) -> None:
    before = signer_of(four, wire)
    await rotated(four, wire)
    await put(wire, (await forged(wire)).signed(before))
    await put(wire, (await forged(wire)).signed(signer_of(four, wire)))
    await recovered(wire, four)
    assert len(await logged(four)) == 6


async def test_a_key_that_signs_no_more_vouches_for_no_event(wire: Wire, four: Place) -> None:
    before = signer_of(four, wire)
    await rotated(four, wire)
    async with at_work(wire, four) as run:
        await write(run, 1)
        await published(wire, 5)
    await put(wire, (await forged(wire)).signed(before))
    with pytest.raises(FeedUnsigned):
        await recovered(wire, four)


async def test_events_that_were_sent_without_a_key_come_back_once_a_checkpoint_is_about_them(
    wire: Wire, on_kafka: Place, postgres_admin_url: str
) -> None:
    backup = await copied(on_kafka, postgres_admin_url)
    missing = on_kafka.settings.signing_key_file.with_name("missing")
    without_key = replace(on_kafka, settings=replace(on_kafka.settings, signing_key_file=missing))
    async with at_work(wire, without_key) as run:
        await write(run, 2)

        async def there() -> bool:
            return (await feed_of(wire).end()).next_index == 2

        await eventually(there)
    with pytest.raises(FeedUnsigned):
        await recovered(wire, backup)
    assert await logged(backup) == []
    async with at_work(wire, on_kafka):
        await published(wire, 2)
    await recovered(wire, backup)
    assert await logged(backup) == await logged(on_kafka)


async def test_a_new_key_is_on_the_topic_before_what_it_signs(
    wire: Wire, on_kafka: Place, postgres_admin_url: str
) -> None:
    backup = await copied(on_kafka, postgres_admin_url)
    async with at_work(wire, on_kafka) as run:
        await write(run, 2)
        await published(wire, 2)
        new = await rotated(on_kafka, wire)
        await write(run, 1)
        await published(wire, 3)
    records = await topic(wire)
    notes = [one.value.decode() for one in records if one.kind == KEY]
    assert f"{new}\n" in notes[-1]
    await recovered(wire, backup)
    assert await logged(backup) == await logged(on_kafka)


def test_what_is_signed_of_events_is_neither_a_checkpoint_nor_a_change_of_keys() -> None:
    claim = FeedRecord(EVENTS, 3, b"{}").claim("CONTOH/toy")
    for parse in (Checkpoint.parse, KeyChange.parse):
        with pytest.raises(NoteWrong):
            parse(claim)


def test_a_signature_is_about_one_place_in_one_log() -> None:
    signer = Signer("CONTOH/toy", bytes(KEY_BYTES))
    record = FeedRecord(EVENTS, 3, b"{}").signed(signer)
    claim = record.claim("CONTOH/toy")
    assert opened(f"{claim}\n{record.signature}", [signer.verifier]) == (claim, [signer.verifier])
    others = [
        replace(record, first=4).claim("CONTOH/toy"),
        replace(record, value=b"[]").claim("CONTOH/toy"),
        record.claim("CONTOH/other"),
    ]
    for other in others:
        with pytest.raises(SignatureWrong):
            opened(f"{other}\n{record.signature}", [signer.verifier])


@pytest.mark.parametrize(
    ("headers", "value"),
    [
        ({}, b"{}"),
        ({"kind": None}, b"{}"),
        ({"kind": b"events"}, b"{}"),
        ({"kind": b"events", "first": b"-1"}, b"{}"),
        ({"kind": b"events", "first": b"one"}, b"{}"),
        ({"kind": b"checkpoint"}, None),
        ({"kind": b"checkpoint"}, b"CONTOH/toy"),
        ({"kind": b"checkpoint"}, b"CONTOH/toy\nmany\nroot\n\nsigned\n"),
        ({"kind": b"checkpoint"}, b"\xff"),
        ({"kind": b"key"}, b"\xff"),
    ],
)
def test_a_record_that_is_none_of_a_log_is_named_by_its_offset(
    headers: dict[str, Any], value: bytes | None
) -> None:
    record = SimpleNamespace(topic="toy.log.v1", offset=7, headers=tuple(headers.items()), value=value)
    with pytest.raises(FeedUnreadable, match=r"toy\.log\.v1, offset 7: no record of a log"):
        FeedRecord.of(record)


async def test_a_checkpoint_that_is_none_is_told_to_whoever_reads_the_topic(
    wire: Wire, on_kafka: Place
) -> None:
    await feed_of(wire).ensure()
    await put(wire, FeedRecord(CHECKPOINT, 0, b"CONTOH/toy"))
    with pytest.raises(FeedUnreadable):
        await topic_as_an_audit_wants_it(feed_of(wire), lambda _: None)
    with pytest.raises(FeedUnreadable):
        await recovered(wire, on_kafka)
