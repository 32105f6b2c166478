"""What the handlers and queries of a service work with."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from shared.people import People
from shared.regulation.timeliness import local_date
from shared.settings import Settings
from shared.store.keyring import Keyring
from shared.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One service at work in one process; a service adds what it alone works with."""

    store: Store
    engine: AsyncEngine
    people: People
    settings: Settings

    @property
    def keyring(self) -> Keyring:
        """Opens what is stored encrypted: names, NIP and free texts about people."""
        return self.store.keyring

    def local_day(self, at: datetime) -> date:
        """The agency's date at the instant `at`."""
        return local_date(at, self.settings.timezone)
