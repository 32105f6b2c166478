"""One database address, in the forms that the two drivers want."""

from sqlalchemy.engine import make_url

CONNECT_WITHIN = 5.0
"""Seconds, with the look-up of the server's name: a silent name server would hold a caller for long."""


def sqlalchemy_url(url: str) -> str:
    """`postgresql://...` for SQLAlchemy's asyncpg dialect."""
    return make_url(url).set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)


def asyncpg_url(url: str) -> str:
    """The same address for asyncpg itself."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
