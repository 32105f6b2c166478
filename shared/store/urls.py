"""A database's address as asyncpg wants it, and SQLAlchemy's way to the same database."""

from functools import partial
from typing import Any

import asyncpg
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

CONNECT_WITHIN = 5.0
"""Seconds, with the look-up of the server's name: a silent name server would hold a caller for long."""


def engine_of(url: str, **options: Any) -> AsyncEngine:
    """SQLAlchemy's engine; `options` are its own.

    asyncpg reads the address by itself: the dialect fails at `sslmode` and at any other setting in it.
    """
    connect = partial(asyncpg.connect, asyncpg_url(url), timeout=CONNECT_WITHIN)
    return create_async_engine("postgresql+asyncpg://", async_creator=connect, **options)


def asyncpg_url(url: str) -> str:
    """The address without SQLAlchemy's name of a driver in it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
