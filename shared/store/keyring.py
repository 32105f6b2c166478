"""One data key per person and service, wrapped by a master key: what makes a text erasable."""

import base64
import os
import time
from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

import asyncpg
import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.store.encrypted import Ciphertext, Encrypted, InClear
from shared.store.errors import SubjectErased
from shared.store.event import TextUnreadable
from shared.store.master_keys import KEY_BYTES, NONCE, MasterKeyMissing, MasterKeys, MasterKeyWrong, Wrapped

log = structlog.get_logger()
HELD = 20_000  # unwrapped keys from which on those not used are let go, some 10 MB
UNUSED = 600.0  # seconds since its last use that a key is held at least: who asked for it may still need it
NOBODY = UUID(int=0)
KEY_MISSING = "KeyMissing"
Connection = asyncpg.Connection | asyncpg.pool.PoolConnectionProxy

# An erased subject has a row, and so never gets a key again.
MISSING = (
    "SELECT id FROM unnest($1::uuid[]) AS id WHERE NOT EXISTS (SELECT FROM work.keys WHERE subject_id = id)"
)
INSERT = """
INSERT INTO work.keys (subject_id, key_id, wrapped) SELECT * FROM unnest($1::uuid[], $2::text[], $3::bytea[])
ON CONFLICT (subject_id) DO NOTHING RETURNING subject_id
"""
SELECT = "SELECT subject_id, key_id, wrapped, erased_at FROM work.keys WHERE subject_id = ANY($1::uuid[])"
ANY = "SELECT subject_id, key_id, wrapped FROM work.keys WHERE wrapped IS NOT NULL LIMIT 1"
ERASE = """
INSERT INTO work.keys (subject_id, wrapped, erased_at) VALUES ($1, NULL, statement_timestamp())
ON CONFLICT (subject_id) DO UPDATE SET wrapped = NULL, key_id = NULL, erased_at = statement_timestamp()
WHERE work.keys.erased_at IS NULL
"""
ERASED = "SELECT subject_id FROM work.keys WHERE subject_id = ANY($1::uuid[]) AND erased_at IS NOT NULL"


class Keyring:
    """Encrypts and opens texts of one service. Data keys are made, and committed, before first use."""

    def __init__(self, pool: asyncpg.Pool, master_keys: MasterKeys) -> None:
        self._pool = pool
        self._master_keys = master_keys
        # Two generations: what is used comes from the old one into the new one, then the old one goes.
        self._keys: dict[UUID, AESGCM] = {}
        self._older: dict[UUID, AESGCM] = {}
        self._turned = time.monotonic()
        self._erased: set[UUID] = set()  # a key fetched just before its erasure must not come in after it
        self._lost: set[UUID] = set()  # of whom there are texts, and no key

    async def check(self) -> None:
        """Try the master keys on one row, so that a wrong one is told at the start.

        Raises MasterKeyMissing, MasterKeyWrong.
        """
        self._master_keys.current_id  # noqa: B018 - reads it
        await self._master_keys.unwrap([wrapped(row) for row in await self._pool.fetch(ANY)])

    async def make(self, subject_ids: Iterable[UUID]) -> None:
        """See to it that each subject has a key, durable before any text is encrypted with it.

        Who was erased gets none, ever.
        """
        wanted = self._not_held(set(subject_ids))
        if not wanted:
            return
        missing = [row["id"] for row in await self._pool.fetch(MISSING, wanted)]
        if missing:
            for subject in self._lost.intersection(missing):
                log.error("new_key_beside_unreadable_texts", subject=str(subject))
            fresh = {subject: os.urandom(KEY_BYTES) for subject in missing}
            made = await self._master_keys.wrap(list(fresh.items()))
            columns = [one.key_id for one in made], [one.sealed for one in made]
            stored = await self._pool.fetch(INSERT, missing, *columns)
            self._hold((row["subject_id"], fresh[row["subject_id"]]) for row in stored)
        await self.load(wanted)

    async def load(self, subject_ids: Iterable[UUID]) -> None:
        """Fetch the keys that exist, and learn who was erased; a subject without a row never had a text."""
        wanted = self._not_held(set(subject_ids))
        rows = await self._pool.fetch(SELECT, wanted) if wanted else []
        self._erased |= {row["subject_id"] for row in rows if row["erased_at"] is not None}
        self._hold(await self._unwrapped([wrapped(row) for row in rows if row["wrapped"] is not None]))

    async def _unwrapped(self, found: Sequence[Wrapped]) -> list[tuple[UUID, bytes]]:
        """Whose data keys there are. One that does not open is logged: nobody else's page waits for it."""
        try:
            keys = await self._master_keys.unwrap(found)
        except (MasterKeyMissing, MasterKeyWrong) as error:
            if len(found) > 1:
                return [key for one in found for key in await self._unwrapped([one])]
            log.error("data_key_unreadable", subject=str(found[0].subject_id), cause=str(error))  # noqa: TRY400
            return []
        return [(one.subject_id, key) for one, key in zip(found, keys, strict=True)]

    async def erase(self, subject_id: UUID, connection: Connection) -> None:
        """Take the key away, in the caller's transaction; `forget` it in every process once that is done."""
        await connection.execute(ERASE, subject_id)

    async def erased(self, subject_ids: Collection[UUID]) -> set[UUID]:
        """Those of `subject_ids` whose key was taken away."""
        return {row["subject_id"] for row in await self._pool.fetch(ERASED, list(subject_ids))}

    def forget(self, subject_id: UUID) -> None:
        """Hold an erased subject's key no longer, and never again."""
        self._erased.add(subject_id)
        self._keys.pop(subject_id, None)
        self._older.pop(subject_id, None)

    def holds(self, subject_id: UUID) -> bool:
        """Whether its key is at hand; that is a use of it."""
        return self._used(subject_id) is not None

    def _hold(self, keys: Iterable[tuple[UUID, bytes]]) -> None:
        self._keys |= {subject: AESGCM(key) for subject, key in keys if subject not in self._erased}
        if len(self._keys) > HELD and time.monotonic() - self._turned >= UNUSED:
            self._older, self._keys, self._turned = self._keys, {}, time.monotonic()

    def _used(self, subject_id: UUID) -> AESGCM | None:
        key = self._keys.get(subject_id)
        if key is None and (key := self._older.pop(subject_id, None)):
            self._keys[subject_id] = key
        return key

    def _not_held(self, subjects: set[UUID]) -> list[UUID]:
        return [one for one in subjects if not self.holds(one) and one not in self._erased]

    def encrypt(self, clear: str, *, subject_id: UUID, event_id: UUID, field: str) -> str:
        """Base64 of nonce and AES-256-GCM ciphertext, bound to `event_id` and `field`. Call `make` first.

        Raises SubjectErased, TextUnreadable.
        """
        return _encrypted(self._key(subject_id), clear, _place(event_id, field))

    def _key(self, subject_id: UUID) -> AESGCM:
        key = self._unless_erased(subject_id)
        if key is None:
            raise SubjectErased
        return key

    def _unless_erased(self, subject_id: UUID) -> AESGCM | None:
        """The key, or None where it was erased. Raises TextUnreadable where it is missing."""
        key = self._used(subject_id)
        if key is None and subject_id not in self._erased:
            self._lost.add(subject_id)
            raise TextUnreadable(subject_id=subject_id, cause=KEY_MISSING)
        return key

    def open(self, text: Encrypted[str]) -> str | None:
        """The clear text, or None where the person was erased. Call `load` first.

        Raises TextUnreadable.
        """
        match text.content:
            case Ciphertext() as stored:
                key = self._unless_erased(stored.subject_id)
                return None if key is None else _opened(key, stored)
            case InClear(clear, subject_id):
                return None if subject_id in self._erased else clear
            case clear:
                return clear

    def says(self, text: Encrypted[str] | None, clear: str) -> bool:
        """Whether that is what `text` says; none, an erased one and an unreadable one say nothing."""
        try:
            return text is not None and self.open(text) == clear
        except TextUnreadable:
            return False

    def seal(self, content: bytes, *, subject_id: UUID, place: str) -> bytes:
        """A file's content as nonce and AES-256-GCM ciphertext, bound to `place`. Call `make` first.

        Raises SubjectErased.
        """
        nonce = os.urandom(NONCE)
        return nonce + self._key(subject_id).encrypt(nonce, content, place.encode())

    def unseal(self, sealed: bytes, *, subject_id: UUID, place: str) -> bytes | None:
        """The content, or None where the person's key was erased. Call `load` first.

        Raises InvalidTag or ValueError where it is not what was sealed, TextUnreadable where the key is lost.
        """
        key = self._unless_erased(subject_id)
        return None if key is None else key.decrypt(sealed[:NONCE], sealed[NONCE:], place.encode())


def lost(clear: str, *, event_id: UUID, field: str) -> str:
    """A text about an erased subject in the form of any other, under a key that nobody keeps."""
    return _encrypted(AESGCM(os.urandom(KEY_BYTES)), clear, _place(event_id, field))


def _encrypted(key: AESGCM, clear: str, place: bytes) -> str:
    nonce = os.urandom(NONCE)
    return base64.b64encode(nonce + key.encrypt(nonce, clear.encode(), place)).decode()


def _opened(key: AESGCM, stored: Ciphertext) -> str:
    where = {"event_id": stored.event_id, "field": stored.field}
    try:
        raw = base64.b64decode(stored.cipher)
        return key.decrypt(raw[:NONCE], raw[NONCE:], _place(stored.event_id, stored.field)).decode()
    except (InvalidTag, ValueError) as error:
        raise TextUnreadable(subject_id=stored.subject_id, **where, cause=type(error).__name__) from None


def wrapped(row: asyncpg.Record) -> Wrapped:
    """A row of `work.keys`."""
    return Wrapped(row["subject_id"], row["key_id"], row["wrapped"])


def _place(event_id: UUID, field: str) -> bytes:
    return f"{event_id}/{field}".encode()
