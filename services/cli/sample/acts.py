"""What happens, act by act: each has its moment, and those about one person follow each other."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

Run = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Act:
    """Done at `at`, after everything earlier about `about`; it asks for `commands` changes."""

    at: datetime
    about: UUID
    commands: int
    run: Run
