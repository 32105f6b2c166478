"""Tells a database that is away, or a disk that is full, from a mistake of ours."""

import errno
import socket
from collections.abc import Iterator

import asyncpg
from asyncpg import exceptions as said

AWAY = (
    ConnectionError,
    TimeoutError,
    socket.gaierror,
    said.PostgresConnectionError,
    said.AdminShutdownError,
    said.CrashShutdownError,
    said.CannotConnectNowError,
    said.TooManyConnectionsError,
    said.InternalClientError,
)
NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT})


def is_database_away(error: BaseException) -> bool:
    """Whether asking again, once the database is back, is all there is to do."""
    return any(
        isinstance(one, AWAY) or type(one) is asyncpg.InterfaceError  # its subclasses are about our arguments
        for one in causes(error)
    )


def is_passing(error: BaseException) -> bool:
    """Whether it passes without us: the database comes back, or somebody makes room."""
    return isinstance(error, OSError) or is_database_away(error) or is_storage_full(error)


def is_storage_full(error: BaseException) -> bool:
    """Whether a disk, the database's or the evidence's, has no room left."""
    return any(
        isinstance(one, said.DiskFullError) or (isinstance(one, OSError) and one.errno in NO_SPACE)
        for one in causes(error)
    )


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it was raised from: SQLAlchemy wraps the driver's own."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__
