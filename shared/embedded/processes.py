"""Start, find again and end the programs that a checkout runs, across crashes of whoever started them."""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path

import psutil

SAME_START = 2.0  # seconds; a boot clock that is corrected moves start times a little


class EmbeddedError(Exception):
    """A server could not be started; the text says why in words for whoever started it."""


class AlreadyRunning(EmbeddedError):
    """Another process holds this folder."""


def start(
    argv: Sequence[str],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    stdin: int = subprocess.DEVNULL,
) -> psutil.Popen:
    """Start a program that outlives Ctrl-C in our terminal; what it says goes to the end of `log`."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        return psutil.Popen(
            argv,
            stdin=stdin,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=None if env is None else {**os.environ, **env},
            start_new_session=True,
        )


def detach(log: Path) -> None:
    """Be beyond the terminal, as what `start` starts is; what this process says goes to the end of `log`."""
    os.setsid()
    with Path(os.devnull).open("rb") as nowhere, log.open("ab") as out:
        for where, number in ((nowhere, 0), (out, 1), (out, 2)):
            os.dup2(where.fileno(), number)


def remember(mark: Path, process: psutil.Process) -> None:
    """Write down which process this is, so that a later starter finds it after a kill -9 of this one."""
    mark.parent.mkdir(parents=True, exist_ok=True)
    write_whole(mark, json.dumps({"pid": process.pid, "started": process.create_time()}))


def remembered(mark: Path) -> psutil.Process | None:
    """The process that `mark` names, if that very process (not another with its number) still runs."""
    try:
        noted = json.loads(mark.read_text(encoding="utf-8"))
        process = psutil.Process(noted["pid"])
        same = abs(process.create_time() - noted["started"]) < SAME_START
        return process if same and process.status() != psutil.STATUS_ZOMBIE else None
    except (OSError, ValueError, KeyError, psutil.Error):
        return None


def started_as(*words: str) -> psutil.Process | None:
    """The process whose arguments hold `words` in a row: its starter may have had no time for a mark."""
    for process in psutil.process_iter(["cmdline"]):
        said = tuple(process.info["cmdline"] or ())
        if any(said[at : at + len(words)] == words for at in range(len(said))):
            return process
    return None


def has_ended(process: psutil.Process) -> bool:
    """Whether it is no more, or only waits for its parent to hear of it."""
    try:
        process.wait(0)
    except psutil.TimeoutExpired:
        return False
    return True


def end(process: psutil.Process, *, how: signal.Signals = signal.SIGTERM, within: float = 10.0) -> bool:
    """Ask a process to end, make it end after `within` seconds. False if it had to be made to."""
    with suppress(psutil.NoSuchProcess):
        process.send_signal(how)
        try:
            process.wait(within)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(within)
            return False
    return True


def end_leftover(
    mark: Path, words: Sequence[str] = (), *, how: signal.Signals = signal.SIGTERM, within: float = 10.0
) -> bool:
    """End what a starter that is gone left behind, found by its mark, else its arguments. True if it was."""
    process = remembered(mark) or (started_as(*words) if words else None)
    if process is not None:
        end(process, how=how, within=within)
    mark.unlink(missing_ok=True)
    return process is not None


def write_whole(path: Path, content: str | bytes, *, mode: int = 0o644) -> None:
    """Write a small file so that a reader, or a crash, meets the old content or the new, never a half."""
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


@contextmanager
def held(lock: Path) -> Iterator[None]:
    """Hold `lock` while the block runs; the system lets go by itself when we die. Raises AlreadyRunning."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(f"{lock.parent} is in use by another process") from None
        yield


def need_space(folder: Path, megabytes: int) -> None:
    """Raise EmbeddedError when the disk under `folder` has less than `megabytes` left."""
    free = shutil.disk_usage(folder).free // 1_000_000
    if free < megabytes:
        raise EmbeddedError(f"the disk of {folder} is full: {free} MB free, {megabytes} MB needed")


def last_lines(log: Path, count: int = 5) -> str:
    """The end of a log, to stand in an error message."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return "\n".join(lines[-count:])


@contextmanager
def wait_for(lock: Callable[[], AbstractContextManager[None]], *, within: float) -> Iterator[None]:
    """Hold a lock that another may hold now, waiting for it. Raises AlreadyRunning after `within` seconds."""
    deadline = time.monotonic() + within
    with ExitStack() as stack:
        while True:
            try:
                stack.enter_context(lock())
                break
            except AlreadyRunning:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
        yield
