"""`jejak log verify`: reads a service's whole log again and names what is not as it was signed."""

import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import asyncpg
import typer
import uvloop
from aiokafka.errors import KafkaError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from services.cli.language import Told, words
from services.cli.log.where import Where
from services.cli.programs import SERVICES
from shared.messaging.log_feed import FeedUnreadable, LogFeed
from shared.messaging.published import originals, published
from shared.sealed_log.audit.finding import INSERTED, REMOVED, Event, Finding, named
from shared.sealed_log.audit.rows import connect
from shared.sealed_log.audit.run import Audit, Report, blocks
from shared.sealed_log.audit.strangers import SIZE
from shared.sealed_log.checkpoint import CheckpointForeign, origin
from shared.sealed_log.note import NoteWrong, SignatureWrong, VerifierKey
from shared.sealed_log.sealer import SigningKeyMissing, signing_key
from shared.sealed_log.tree import WIDTH
from shared.store.canonical import instant

TAMPERED = 2
EXAMPLES = """
jejak log verify · jejak log verify planning · jejak log verify --light (each day, from a scheduler) ·
jejak log verify planning --key 'CONTOH/planning+...' (as an auditor who kept the verifier key) ·
jejak log verify planning --checkpoint checkpoint.txt (and a checkpoint: an export holds one)

Exit code: 0 all is as it was signed, 2 something is not (each named), 1 it could not be checked.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """What to read, and whom to trust."""

    light: bool = False
    topic: bool = True
    key: str = ""
    kept: str = ""
    jobs: int = os.cpu_count() or 1


def command(
    services: Annotated[list[str] | None, typer.Argument(help="planning assessment followup")] = None,
    *,
    light: Annotated[
        bool, typer.Option(help="1 % a day, at least a block / 1 % sehari, minimal satu blok")
    ] = False,
    without_topic: Annotated[
        bool, typer.Option("--without-topic", help="the database alone / tanpa Kafka")
    ] = False,
    key: Annotated[
        str,
        typer.Option(help="a verifier key that signs or vouches for who does; else that of the key file"),
    ] = "",
    checkpoint: Annotated[
        Path | None,
        typer.Option(help="one kept from earlier, which the log must go on / tanda tangan yang disimpan"),
    ] = None,
    jobs: Annotated[
        int, typer.Option(min=1, max=64, help="readers at once / pembaca sekaligus")
    ] = os.cpu_count() or 1,
) -> None:
    """Hash every stored event again, compare with the signed checkpoints and with the log topic."""
    if checkpoint and (light or len(services or ()) != 1):
        raise Told(words("log-checkpoint-of-one"))
    kept = read(checkpoint) if checkpoint else ""
    how = How(light=light, topic=not (light or without_topic), key=key, kept=kept, jobs=jobs)
    places = [Where.of(name) for name in services or SERVICES]
    clean = [uvloop.run(verified(where, how, Console(highlight=False, soft_wrap=True))) for where in places]
    if not all(clean):
        raise typer.Exit(TAMPERED)


def read(checkpoint: Path) -> str:
    """The note in that file."""
    try:
        return checkpoint.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        raise Told(words("log-checkpoint-unread", file=checkpoint, reason=error)) from None


async def verified(where: Where, how: How, console: Console) -> bool:
    """Verify one service's log and say what was found; whether that is nothing."""
    began = time.monotonic()
    try:
        report = await audited(where, how, console)
    except (KafkaError, TimeoutError) as error:
        raise Told(words("log-topic-away", servers=where.kafka, service=where.service)) from error
    except (SignatureWrong, CheckpointForeign) as error:
        raise Told(words("log-checkpoint-foreign", service=where.service, reason=error)) from error
    except (OSError, asyncpg.PostgresError, FeedUnreadable, NoteWrong) as error:
        raise Told(words("log-not-verified", service=where.service, reason=error)) from error
    for one in report.findings:
        console.print(told(where.service, one), markup=False, style="red")
    facts = {"service": where.service, "events": f"{report.events:,}", "proven": f"{report.proven:,}"}
    facts |= {"seconds": f"{time.monotonic() - began:.1f}", "found": str(len(report.findings))}
    console.print(words("log-tampered" if report.findings else "log-verified", **facts), markup=False)
    if report.key and not report.findings:
        handed_over = report.key != trusted(where, how.key)
        name = "log-key-handed-over" if handed_over else "log-key"
        console.print(words(name, verifier=str(report.key)), markup=False)
    return not report.findings


async def audited(where: Where, how: How, console: Console) -> Report:
    """The report, with every event named that the database or the topic can name."""
    audit = Audit(
        url=where.database_url,
        origin=origin(where.agency, where.service),
        trusted=trusted(where, how.key),
        kept=how.kept,
        last_signed=where.last_signed,
        jobs=how.jobs,
    )
    feed = LogFeed(where.kafka, where.service)
    bar = Progress(
        TextColumn(where.service), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=console, transient=True,
    )  # fmt: skip
    with bar:
        task = bar.add_task("", total=await _work(where, how))
        if how.light:
            return await audit.light(datetime.now(UTC).date(), lambda events: bar.advance(task, events))
        theirs = None
        if how.topic:
            await feed.ensure()
            theirs = await published(feed, lambda events: bar.advance(task, events))
        report = await audit.whole(theirs, lambda events: bar.advance(task, events))
    unnamed = {one.index for one in report.findings if one.index is not None and not _is_named(one)}
    if theirs is None or not unnamed:
        return report
    found = named(report.findings, await originals(feed, unnamed))
    return Report(events=report.events, proven=report.proven, key=report.key, findings=found)


def _is_named(one: Finding) -> bool:
    return one.is_named_here or (one.kind != REMOVED and one.event is not None)


async def _work(where: Where, how: How) -> int:
    """How many events will be read."""
    connection = await connect(where.database_url)
    size: int = await connection.fetchval(SIZE)
    await connection.close()
    if how.light:
        return min(size, len(blocks(datetime.now(UTC).date(), size)) * WIDTH)
    return size * (2 if how.topic else 1)


def trusted(where: Where, key: str) -> VerifierKey:
    """The key given, else that of the key file: the database's own would prove whatever it says."""
    if key:
        return VerifierKey.parse(key)
    try:
        return signing_key(where.signing_key_file, origin(where.agency, where.service)).verifier
    except SigningKeyMissing as error:
        raise Told(words("log-no-key", service=where.service, reason=error)) from None


def told(service: str, one: Finding) -> str:
    """A finding in a sentence."""
    event = "" if one.event is None else event_told(service, one.event)
    kind = "inserted-at" if one.kind == INSERTED and one.index is not None else one.kind
    return words(f"log-{kind}", index=one.index, other=one.other, event=event, why=one.why)


def event_told(service: str, event: Event) -> str:
    """Service, record, version, type and time, as far as anybody knows them."""
    at = "" if event.recorded_at is None else f", {instant(event.recorded_at)}"
    record = f"{event.stream_kind or '?'} {event.stream_id}"
    return f"{service}, {record}, {event.type or '?'} (v{event.version}){at}"
