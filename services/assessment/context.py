"""What assessment's handlers and queries work with."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from shared.people import People
from shared.regulation.timeliness import local_date
from shared.settings import Settings
from shared.store.files import EncryptedFiles
from shared.store.keyring import Keyring
from shared.store.store import Store


@dataclass(frozen=True, slots=True)
class Assessment:
    """One process's assessment service."""

    store: Store
    engine: AsyncEngine
    people: People
    files: EncryptedFiles
    settings: Settings

    @property
    def keyring(self) -> Keyring:
        """Opens texts."""
        return self.store.keyring

    def day(self, at: datetime) -> date:
        """The agency's local date of an instant."""
        return local_date(at, self.settings.timezone)
