"""What follow-up's handlers and queries work with."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from shared.people import People
from shared.settings import Settings
from shared.store.keyring import Keyring
from shared.store.store import Store


@dataclass(frozen=True, slots=True)
class Followup:
    """The service at work."""

    store: Store
    engine: AsyncEngine
    people: People
    settings: Settings

    @property
    def keyring(self) -> Keyring:
        """Opens reasons, notes and certificate numbers."""
        return self.store.keyring

    def local_day(self, at: datetime) -> date:
        """The agency's date at the instant `at`."""
        return at.astimezone(self.settings.timezone).date()
