"""Pembuktian: one change of a trail with its proof, and a year of changes as a file that proves itself."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from fastapi import Path
from pydantic import BaseModel, Field
from starlette.responses import Response

from shared.clock import SystemClock
from shared.sealed_log.bundle.bundle import bundled
from shared.sealed_log.bundle.part import Part
from shared.sealed_log.checkpoint import origin
from shared.sealed_log.note import NoteWrong, VerifierKey
from shared.sealed_log.proven import Proven, proven
from shared.sealed_log.sealer import SigningKeyMissing, signing_key
from shared.sealed_log.stored import LogChanged
from shared.settings import Settings
from shared.store.errors import NotFound
from shared.store.store import LAST, Store
from shared.store.stream import Stream
from shared.store.unit import Aggregate
from shared.web import trail_reading
from shared.web.trail_reading import Asked
from shared.web.trail_teller import Telling
from shared.web.trail_view import TrailEntry

log = structlog.get_logger()
GROUP = 4  # letters of a fingerprint that stand together
SHORT = 16
Version = Annotated[int, Path(ge=1, le=LAST)]


@dataclass(frozen=True, slots=True)
class Record:
    """One record whose trail is told: what it is, and what its page calls it."""

    aggregate: Aggregate[Any, Any, Any]
    stream: Stream
    title: str
    subtitle: str = ""


@dataclass(frozen=True, slots=True)
class BundleLink:
    """Where the changes of a year are, with their proofs, as a file."""

    year: int
    href: str


@dataclass(frozen=True, slots=True)
class ProofView:
    """What the page Pembuktian shows: a change, and what was found when it was checked."""

    record: Record
    entry: TrailEntry
    found: Proven
    checked_at: datetime

    @property
    def place(self) -> int | None:
        """Which event of the log it is, counted from one."""
        return None if self.found.index is None else self.found.index + 1

    @property
    def fingerprint(self) -> str:
        """The first letters of its hash, in groups that can be compared by eye."""
        return grouped(self.found.leaf.hex()[:SHORT])


class ProofBody(BaseModel):
    """One change as it is hashed, and all that it takes to check it without us (RFC 9162, C2SP)."""

    status: Literal["proven", "waiting", "contradicted"]
    fault: Literal["content", "place", "signature", "key"] | None = Field(description="What does not agree")
    envelope: str = Field(description="The canonical text whose hash stands in the log; empty: unreadable")
    leaf_hash: str = Field(description="SHA-256 over 0x00 and the envelope, in hex; empty without one")
    log_index: int | None = Field(description="Its place in the log, from 0")
    path: list[str] = Field(description="The inclusion proof, from the leaf up, in hex")
    checkpoint: str | None = Field(description="The signed note that covers it")
    sealed_at: datetime | None = Field(description="When it was stored, as the database has it: not signed")
    keys: list[str] = Field(description="The notes of all keys that signed, oldest first")

    @classmethod
    def of(cls, found: Proven) -> "ProofBody":
        """What was found."""
        seal = found.seal
        return cls(
            status=found.status,
            fault=found.fault.value if found.fault else None,
            envelope=found.envelope.decode(),
            leaf_hash=found.leaf.hex(),
            log_index=found.index,
            path=[one.hex() for one in seal.path] if seal else [],
            checkpoint=seal.note if seal else None,
            sealed_at=seal.sealed_at if seal else None,
            keys=list(seal.keys) if seal else [],
        )


def grouped(text: str) -> str:
    """`text` in groups with spaces between."""
    return " ".join(text[at : at + GROUP] for at in range(0, len(text), GROUP))


def trail_of(path: str) -> str:
    """The address of the trail to whose proof of one change `path` leads."""
    return path.partition("/pembuktian/")[0]


async def look(store: Store, settings: Settings, stream: Stream, version: int) -> Proven:
    """The event of that version, checked now. Raises NotFound."""
    name = origin(store.agency, store.service)
    async with store.pool.acquire() as connection:
        found = await proven(connection, name, (stream, version), our_key(settings, name))
    if found.fault:
        log.error("a proof does not agree", log=name, index=found.index, fault=found.fault.value)
    return found


def our_key(settings: Settings, name: str) -> VerifierKey | None:
    """The key of this service's own key file; None where there is none to compare with."""
    try:
        return signing_key(settings.signing_key_file, name).verifier
    except (SigningKeyMissing, NoteWrong) as error:
        log.warning("no signing key to compare with", log=name, cause=str(error))
        return None


async def proof(telling: Telling, settings: Settings, record: Record, version: int) -> ProofView:
    """One change of a record, told and checked. Raises NotFound, and LogChanged where nothing is to tell."""
    found = await look(telling.store, settings, record.stream, version)
    if not found.envelope:
        raise LogChanged(f"version {version} of {record.stream.kind} {record.stream.stream_id}")
    story = await trail_reading.record(
        telling, record.aggregate, record.stream, Asked(version=version), title=record.title
    )
    if not story.entries or story.entries[0].version != version:
        raise NotFound
    return ProofView(record, story.entries[0], found, SystemClock().now())


async def bundle(
    store: Store, settings: Settings, employee: UUID, year: int, streams: Mapping[UUID, int]
) -> Response:
    """The changes of these streams, each up to a version, as a file to take away.

    Raises NothingSealed, LogChanged, SignatureWrong.
    """
    name = origin(store.agency, store.service)
    async with (
        store.pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        part = await Part.of(connection, name, employee, year, streams=streams)
    content = await asyncio.to_thread(zipped, part, store.agency, employee, year, settings.timezone)
    return Response(
        content,
        media_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="bukti-{year}-{store.service}-{employee}.zip"',
            "Cache-Control": "private, no-store",
        },
    )


def zipped(part: Part, agency: str, employee: UUID, year: int, zone: ZoneInfo) -> bytes:
    """The file of one service."""
    return bundled([part], agency=agency, employee=employee, year=year, zone=zone)
