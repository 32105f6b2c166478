"""Between an event and the text that is stored: canonical data with its free texts encrypted in place."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import orjson

from shared.store.canonical import canonical, canonical_at_once
from shared.store.encrypted import CIPHER, CLEAR, Ciphertext, Encrypted
from shared.store.errors import SubjectErased
from shared.store.event import Catalogue, Data, UnreadableEvent
from shared.store.keyring import NOBODY, Keyring, lost
from shared.store.stream import Stream
from shared.store.unit import Recorded

REASON = "reason_text"
# UnknownEvent and ValidationError among them: an event of later code, data that are no JSON any more,
# or not of the shape that its class or an upcast takes, or too deep for anybody.
UNREADABLE = (LookupError, ValueError, TypeError, AttributeError, ArithmeticError, RecursionError)
Encrypt = Callable[[str, str], str]
PLAIN = frozenset({str, int, bool, type(None)})


class Codec:
    """Writes and reads the events of one service."""

    def __init__(self, catalogue: Catalogue, keyring: Keyring) -> None:
        self._catalogue = catalogue
        self._keyring = keyring

    def write(self, occurred: Any, encrypt: Encrypt) -> str:
        """The canonical data of an event, every marked text encrypted."""
        data = self._catalogue.dump(occurred)
        text = _at_once(data, encrypt) if self._catalogue.is_exact(occurred.stored_name) else None
        return (text or canonical(_sealed(data, "", encrypt))).decode()

    def has_text(self, occurred: Any) -> bool:
        """Whether something in an event is to be encrypted."""
        return CLEAR in str(self._catalogue.dump(occurred))

    def encrypting(self, event_id: UUID, subject_id: UUID | None, *, may_lose: bool) -> Encrypt:
        """Encrypts the texts of one event; about nobody in particular they are the service's own.

        It raises SubjectErased, unless the text `may_lose` its key at once.
        """

        def encrypt(clear: str, field: str) -> str:
            subject = subject_id or NOBODY
            try:
                return self._keyring.encrypt(clear, subject_id=subject, event_id=event_id, field=field)
            except SubjectErased:
                if not may_lose:
                    raise
                return lost(clear, event_id=event_id, field=field)

        return encrypt

    def read(self, row: Any, log_index: int | None = None) -> Recorded:
        """The event of a row of `event.events`. Raises UnreadableEvent."""
        return self.envelope(row, self.event(row, log_index), log_index)

    def envelope(self, row: Any, occurred: Any, log_index: int | None = None) -> Recorded:
        """What a row of `event.events` says beside its data, around `occurred`."""
        subject = row["subject_id"] or NOBODY
        event_id = row["event_id"]
        reason = row["reason_text"]
        return Recorded(
            event_id=event_id,
            agency=row["agency"],
            service=row["service"],
            stream=Stream(row["stream_kind"], row["stream_id"], row["plan_year"]),
            stream_version=row["stream_version"],
            type=row["type"],
            schema_version=row["schema_version"],
            subject_id=row["subject_id"],
            actor_id=row["actor_id"],
            acting_role=row["acting_role"],
            on_behalf_of=row["on_behalf_of"],
            reason_code=row["reason_code"],
            reason_text=None if reason is None else Place(subject, event_id).text(reason, REASON),
            effective_on=row["effective_on"],
            recorded_at=row["recorded_at"],
            command_id=row["command_id"],
            correlation_id=row["correlation_id"],
            causation_id=row["causation_id"],
            traceparent=row["traceparent"],
            event=occurred,
            log_index=log_index,
        )

    def event(self, row: Any, log_index: int | None = None) -> Any:
        """The event of a row alone, in the shape it has today. Raises UnreadableEvent."""
        name, version, text = row["type"], row["schema_version"], row["data"]
        try:
            if CIPHER not in text:
                return self._catalogue.load_text(name, version, text)
            place = Place(row["subject_id"] or NOBODY, row["event_id"])
            return self._catalogue.load(name, version, _bound(orjson.loads(text), "", place))
        except UNREADABLE as error:
            raise UnreadableEvent(
                type=row["type"],
                schema_version=row["schema_version"],
                record=f"{row['stream_kind']} {row['stream_id']}",
                stream_version=row["stream_version"],
                recorded_at=row["recorded_at"].isoformat(),
                event_id=row["event_id"],
                log_index=log_index,
                cause=type(error).__name__,
            ) from error


def with_texts(rows: Sequence[Any]) -> set[UUID]:
    """Whose keys open what is encrypted in `rows`; most have nothing, and their keys are not asked for."""
    found = {row["subject_id"] or NOBODY for row in rows if CIPHER in row["data"]}
    if rows and "reason_text" in rows[0]:
        found |= {row["subject_id"] or NOBODY for row in rows if row["reason_text"] is not None}
    return found


class Place:
    """Where a ciphertext was found."""

    def __init__(self, subject_id: UUID, event_id: UUID) -> None:
        self._subject_id = subject_id
        self._event_id = event_id

    def text(self, cipher: str, field: str) -> Encrypted[str]:
        return Encrypted(Ciphertext(cipher, self._subject_id, self._event_id, field))


class AlreadyStored(ValueError):
    """An event carries a text that belongs to another event; a text is stored once, where it was said."""


def _at_once(data: Data, encrypt: Encrypt) -> bytes | None:
    """The text of an exact event, where all its marked texts are fields of its own; else None."""
    sealed = {
        key: {CIPHER: encrypt(value[CLEAR], f"/{key}")}
        for key, value in data.items()
        if type(value) is dict and CLEAR in value
    }
    return canonical_at_once(data | sealed if sealed else data, marks=len(sealed))


def _sealed(value: Any, field: str, encrypt: Encrypt) -> Any:
    """`value` with every marked text encrypted; most values are plain and pass by."""
    kind = type(value)
    if kind is dict:
        if CIPHER in value:
            raise AlreadyStored(field)
        if CLEAR in value:
            return {CIPHER: encrypt(value[CLEAR], field)}
        return {
            key: inner if type(inner) in PLAIN else _sealed(inner, f"{field}/{key}", encrypt)
            for key, inner in value.items()
        }
    if kind is list:
        return [_sealed(inner, f"{field}/{at}", encrypt) for at, inner in enumerate(value)]
    return value


def _bound(value: Any, field: str, place: Place) -> Any:
    match value:
        case {"$encrypted": str(cipher)}:
            return place.text(cipher, field)
        case dict():
            return {key: _bound(inner, f"{field}/{key}", place) for key, inner in value.items()}
        case list():
            return [_bound(inner, f"{field}/{at}", place) for at, inner in enumerate(value)]
        case _:
            return value
