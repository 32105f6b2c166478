"""The nursery: one process imports what all programs need, and each program is forked from it.

Importing is nearly all of a program's start; forked, it is there at once and shares the memory.
The near end is `Nursery`; the far end is this module, run as a process.
"""

import gc
import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from socket import socket, socketpair
from threading import Lock
from typing import Any, Self

import psutil

from services.cli.programs import APPS, KEPT_FROM_US
from shared.collector import collecting_later
from shared.embedded import processes
from shared.embedded.processes import EmbeddedError, last_lines

ANSWERS_WITHIN = 60.0  # seconds, all imports among them
# What the forks would show in /proc/PID/environ for as long as they live: the superuser's address.
NOT_FOR_ALL = dict.fromkeys(KEPT_FROM_US, "")
ENDED_UNSEEN = 255  # the code of a program that nobody is left to ask about
NEEDED = (
    *("services.cli.serve", "services.cli.migrate", "services.cli.sample.agency"),
    *("uvicorn.loops.uvloop", "uvicorn.protocols.http.httptools_impl", "uvicorn.lifespan.on"),
    *APPS.values(),
)


@dataclass(frozen=True, slots=True)
class _Far:
    """The far end: its process, and the line that only we hold."""

    process: psutil.Process
    line: socket

    @classmethod
    def open(cls, log: Path) -> Self:
        near, far = socketpair()
        near.settimeout(ANSWERS_WITHIN)
        with far:
            argv = [sys.executable, "-m", "services.cli.nursery"]
            return cls(processes.start(argv, log=log, env=NOT_FOR_ALL, stdin=far.fileno()), near)

    def ask(self, **request: Any) -> Any:
        """Its answer. Raises OSError or ValueError when it gives none."""
        self.line.sendall(json.dumps(request).encode() + b"\n")
        with self.line.makefile("rb") as answers:
            return json.loads(answers.readline())

    def close(self) -> None:
        """It ends when nobody can ask it any more."""
        self.line.close()
        processes.end(self.process)


class Nursery:
    """Begins programs; a nursery that was killed is replaced at the next one. Used by several threads."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.lock = Lock()
        self.far: _Far | None = None

    def __enter__(self) -> Self:
        """Let it import while others do something else."""
        self.far = _Far.open(self.log)
        return self

    def __exit__(self, *_: object) -> None:
        with self.lock:
            self._close()

    def start(self, argv: Sequence[str], *, log: Path, env: Mapping[str, str]) -> "Forked":
        """Begin `jejak` with these arguments, beyond Ctrl-C in our terminal; it says what it says to `log`.

        Raises EmbeddedError when nothing can be forked.
        """
        log.parent.mkdir(parents=True, exist_ok=True)
        with self.lock:
            if self.far is None or processes.has_ended(self.far.process):
                self._close()
                self.far = _Far.open(self.log)
            return Forked(self._ask(self.far, argv=list(argv), log=str(log), env=dict(env)), self)

    def code(self, pid: int) -> int:
        """The exit code of a program that has ended; ENDED_UNSEEN when its nursery has, too."""
        with self.lock, suppress(EmbeddedError):
            code: int | None = None if self.far is None else self._ask(self.far, ended=pid)
            return ENDED_UNSEEN if code is None else code
        return ENDED_UNSEEN

    def _ask(self, far: _Far, **request: Any) -> Any:
        try:
            return far.ask(**request)
        except (OSError, ValueError):
            self._close()  # an answer that comes late is not taken for the next one's
            raise EmbeddedError(f"nothing can be forked:\n{last_lines(self.log)}") from None

    def _close(self) -> None:
        if self.far is not None:
            self.far.close()
        self.far = None


class Forked(psutil.Process):
    """A program that a nursery forked: no child of ours, so its exit code is asked there."""

    def __init__(self, pid: int, nursery: Nursery) -> None:
        super().__init__(pid)
        self.nursery = nursery
        self.ended_with: int | None = None

    def wait(self, timeout: float | None = None) -> int:
        """The exit code. Raises psutil.TimeoutExpired."""
        if self.ended_with is None:
            super().wait(timeout)
            self.ended_with = self.nursery.code(self.pid)
        return self.ended_with


def main() -> None:
    """Import, fork a program for each request, and in the programs go on as the command line."""
    with collecting_later():
        for module in NEEDED:
            import_module(module)
    gc.freeze()  # a collection would write to the pages that all programs share
    sys.argv = ["jejak", *_program()]
    import_module("services.cli").main()


def _program() -> list[str]:
    """Answer requests until the near end is gone; return in each program only, with its arguments."""
    codes = dict[int, int]()
    signal.signal(signal.SIGCHLD, lambda *_: _reap(codes))
    with socket(fileno=os.dup(sys.stdin.fileno())) as line, line.makefile("rb") as requests:
        for request in map(json.loads, requests):
            _reap(codes)
            if "ended" in request:
                _say(line, codes.pop(request["ended"], None))
            elif begun := os.fork():
                _say_or_end(line, begun)
            else:
                break
        else:
            sys.exit()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    return _become(**request)


def _say_or_end(line: socket, begun: int) -> None:
    """Tell of a new program; one that nobody hears of, nobody would ever end."""
    try:
        _say(line, begun)
    except OSError:
        os.kill(begun, signal.SIGKILL)
        raise


def _say(line: socket, answer: int | None) -> None:
    line.sendall(json.dumps(answer).encode() + b"\n")


def _reap(codes: dict[int, int]) -> None:
    """Let what has ended go, and keep how it ended."""
    with suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            codes[ended[0]] = os.waitstatus_to_exitcode(ended[1])


def _become(argv: list[str], log: str, env: Mapping[str, str]) -> list[str]:
    """Be a process like one that was started afresh: own session, output, environment and name."""
    processes.detach(Path(log))
    os.environ.update(env)
    with suppress(OSError):  # without such a file all are named alike
        Path("/proc/self/comm").write_text(argv[-1], encoding="utf-8")
    return argv


if __name__ == "__main__":
    main()
