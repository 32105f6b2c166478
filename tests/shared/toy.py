"""A small aggregate to try the engine with: a ledger that only counts up and takes notes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import assert_never
from uuid import UUID, uuid4

from sqlalchemy import ARRAY, Column, Integer, MetaData, Table, Text, Uuid

from shared.decider import Decider, Refusal
from shared.projection.projection import Change, Projection
from shared.store.encrypted import Encrypted
from shared.store.event import Catalogue, event
from shared.store.stream import Stream
from shared.store.unit import Aggregate, Intent, Recorded, Unit


@event("Counted")
class Counted:
    by: int


@event("Noted")
class Noted:
    note: Encrypted[str]


LedgerEvent = Counted | Noted


@dataclass(frozen=True, kw_only=True)
class Count:
    by: int


@dataclass(frozen=True, kw_only=True)
class Ledger:
    total: int = 0
    note: Encrypted[str] | None = None


class CountsOnlyUp(Refusal):
    code = "counts-only-up"


def decide(ledger: Ledger, command: Count) -> list[LedgerEvent]:
    del ledger
    if command.by < 0:
        raise CountsOnlyUp
    return [Counted(by=command.by)] if command.by else []


def evolve(ledger: Ledger, occurred: LedgerEvent) -> Ledger:
    match occurred:
        case Counted(by=by):
            return replace(ledger, total=ledger.total + by)
        case Noted(note=note):
            return replace(ledger, note=note)
        case _:
            assert_never(occurred)


LEDGER: Aggregate[Ledger, Count, LedgerEvent] = Aggregate(
    "ledger", Decider(Ledger(), decide, evolve), Catalogue(Counted, Noted)
)
YEAR = 2026


def ledger_of(owner: UUID) -> Stream:
    return Stream.of("ledger", owner, year=YEAR)


def intent(*, command_id: UUID | None = None, said: str = "count", reason: str | None = None) -> Intent:
    return Intent(
        command_id=command_id or uuid4(),
        caller="test",
        request_hash=sha256(said.encode()).digest(),
        actor_id=uuid4(),
        acting_role="employee",
        at=datetime.now(UTC),
        correlation_id=uuid4(),
        reason_text=reason,
    )


def unit(
    owner: UUID,
    *events: LedgerEvent,
    expected: int = 0,
    asked: Intent | None = None,
    is_effect: bool = False,
) -> Unit:
    return Unit(
        intent=asked or intent(),
        outcome={"said": "done"},
        stream=ledger_of(owner),
        expected=expected,
        events=events,
        subject_id=owner,
        is_effect=is_effect,
    )


BALANCES = Table(
    "balances",
    MetaData(),
    Column("stream_id", Uuid, primary_key=True),
    Column("total", Integer),
    Column("tags", ARRAY(Text)),
    schema="read",
)
TABLES = (BALANCES,)


def fold(rows: Sequence[Recorded]) -> list[Change]:
    """The last count of each stream, and its version as a tag."""
    return [
        Change(
            BALANCES,
            {"stream_id": row.stream.stream_id},
            {"total": row.event.by, "tags": [f"v{row.stream_version}"]},
        )
        for row in rows
        if isinstance(row.event, Counted)
    ]


BALANCE = Projection("balances", 1, TABLES, fold)
