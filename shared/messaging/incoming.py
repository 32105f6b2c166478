"""A message from Kafka, read without trust: headers that are not text, bodies that are not JSON."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Generic, TypeVar
from uuid import NAMESPACE_OID, UUID, uuid5

from aiokafka import ConsumerRecord
from pydantic import ValidationError

from shared.contracts.contract import Contract

TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
LOG_INDEX = "ce_logindex"
INDEX = re.compile("[0-9]{1,18}")  # as large as PostgreSQL keeps one
VERSION = re.compile("[0-9]{1,9}")
M_co = TypeVar("M_co", bound=Contract, covariant=True)


@dataclass(frozen=True, slots=True)
class Raw:
    """What Kafka delivered, and where it stood."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    at: datetime

    @classmethod
    def of(cls, record: "ConsumerRecord[bytes, bytes]") -> "Raw":
        """A client's record."""
        at = _instant(record.timestamp)
        found = tuple((name, value or b"") for name, value in record.headers)
        return cls(record.topic, record.partition, record.offset, record.key, record.value, found, at)

    def header(self, name: str) -> str | None:
        """The header as text, or None where it is missing or no text."""
        for key, value in self.headers:
            if key == name:
                try:
                    return value.decode()
                except UnicodeDecodeError:
                    return None
        return None

    def unnumbered(self) -> "Raw":
        """The same from a sender whose index is not believed: it would move the mark that tells repeats."""
        headers = tuple(one for one in self.headers if one[0] != LOG_INDEX)
        return self if len(headers) == len(self.headers) else replace(self, headers=headers)

    @property
    def place(self) -> tuple[str, int, int]:
        """Topic, partition and offset, by which it is the same message whenever it is read."""
        return self.topic, self.partition, self.offset

    @property
    def log_index(self) -> int | None:
        """The sender's `ce_logindex`; foreign topics have none, and what no log can have is none."""
        text = self.header(LOG_INDEX)
        return int(text) if text and INDEX.fullmatch(text) else None


@dataclass(frozen=True, slots=True)
class Incoming(Generic[M_co]):
    """A message that was understood; `time` is when it was said, from outside when it was taken in."""

    message: M_co
    event_id: UUID
    time: datetime
    key: str
    topic: str
    log_index: int | None
    correlation_id: UUID
    traceparent: str | None = None


class NotUnderstood(Exception):
    """A message that this code can't read: no JSON, missing fields, or a version it does not know."""


def understood(raw: Raw, contracts: tuple[type[Contract], ...]) -> Incoming[Contract] | None:
    """The message, or None where it is of a type this reader does not listen to. Raises NotUnderstood."""
    contract = _contract(raw, contracts)
    if contract is None:
        return None
    try:
        message = contract.model_validate_json(raw.value or b"")
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        msg = f"{first['type']} at {'/'.join(map(str, first['loc']))}"
        raise NotUnderstood(msg) from None
    event_id = _uuid(raw.header("ce_id")) or uuid5(NAMESPACE_OID, f"{raw.topic}/{(raw.value or b'').hex()}")
    return Incoming(
        message=message,
        event_id=event_id,
        time=_time(raw.header("ce_time")) or raw.at,
        key=(raw.key or b"").decode(errors="replace"),
        topic=raw.topic,
        log_index=raw.log_index,
        correlation_id=_uuid(raw.header("ce_correlationid")) or event_id,
        traceparent=_traceparent(raw.header("traceparent")),
    )


def _contract(raw: Raw, contracts: tuple[type[Contract], ...]) -> type[Contract] | None:
    said = raw.header("ce_type")
    if said is None:
        if len(contracts) == 1:
            return contracts[0]
        msg = "no ce_type"
        raise NotUnderstood(msg)
    for contract in contracts:
        if said == contract.ce_type():
            return contract
    name, _, version = said.rpartition(".v")
    known = [one.version for one in contracts if name == f"{one.service}.{one.name}"]
    if known and VERSION.fullmatch(version):
        msg = f"{'newer' if int(version) > max(known) else 'unknown'} version {said}"
        raise NotUnderstood(msg)
    return None


def _instant(milliseconds: int) -> datetime:
    """Kafka's timestamp, which its sender sets: what no calendar has is the epoch."""
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


def _traceparent(text: str | None) -> str | None:
    return text if text and TRACEPARENT.fullmatch(text) else None


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _time(text: str | None) -> datetime | None:
    try:
        at = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return at if at and at.tzinfo else None
