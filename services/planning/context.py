"""What planning's handlers and queries work with."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from shared.erasure.eraser import Eraser
from shared.people import People
from shared.settings import Settings
from shared.store.keyring import Keyring
from shared.store.store import Store


@dataclass(frozen=True, slots=True)
class Planning:
    """The service at work. `refused_nips` are those of the sample, where they may not be imported."""

    store: Store
    engine: AsyncEngine
    people: People
    settings: Settings
    eraser: Eraser
    refused_nips: frozenset[str] = frozenset()

    @property
    def keyring(self) -> Keyring:
        """Opens names, NIP and free texts about people."""
        return self.store.keyring

    def local_day(self, at: datetime) -> date:
        """The agency's date at the instant `at`."""
        return at.astimezone(self.settings.timezone).date()
