"""A broker that runs once for nothing but to write down its classes as the JVM needs them (JEP 483, 514).

`python -m shared.embedded.training` does so where it was not done yet, with what time the machine has left.
"""

import os
import shutil
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from shared.embedded import processes
from shared.embedded.kafka import archive_file, end_leftover, start_kafka
from shared.embedded.processes import AlreadyRunning, EmbeddedError

FREE_MEGABYTES = 300  # the archive takes 70, what it is made of as many
WRITTEN_WITHIN = 300.0  # seconds; the JVM writes as it ends
MINE_LAST = 19


def needed(env: Mapping[str, str] = os.environ) -> bool:
    """Whether Kafka runs here, and without an archive of its classes."""
    return not env.get("KAFKA_BOOTSTRAP_SERVERS") and not archive_file().exists()


def train(archive: Path) -> None:
    """Make the archive, whole or not at all. Raises EmbeddedError; AlreadyRunning when another does it."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    processes.need_space(archive.parent, FREE_MEGABYTES)
    work = archive.with_suffix(".work")
    with processes.held(archive.with_suffix(".lock")), emptied(work):
        written = work / archive.name
        broker = start_kafka(work, options=[f"-XX:AOTCacheOutput={written}"])
        ended = processes.end(broker.process, how=signal.SIGTERM, within=WRITTEN_WITHIN)
        if not (ended and written.exists()):
            raise EmbeddedError(f"Java wrote no archive:\n{processes.last_lines(work / 'log')}")
        written.replace(archive)


@contextmanager
def emptied(work: Path) -> Iterator[None]:
    """A folder for the time of the block, without what one that was killed left there, its broker too."""
    try:
        _empty(work)
        work.mkdir()
        yield
    finally:
        _empty(work)


def _empty(work: Path) -> None:
    end_leftover(work)
    shutil.rmtree(work, ignore_errors=True)


def main() -> None:
    """Make the archive if it is missing; being told to end ends the broker, too."""
    if not needed():
        return
    sys.stdout.write("Writing down Kafka's classes, once for this machine: it starts in half the time then\n")
    sys.stdout.flush()
    os.nice(MINE_LAST)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("told to end"))
    try:
        train(archive_file())
    except AlreadyRunning:
        return
    except EmbeddedError as reason:
        sys.exit(str(reason))


if __name__ == "__main__":
    main()
