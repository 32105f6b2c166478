"""The programs that may ask the sample issuer for tokens, with their secrets in one private file."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter

from shared.private_file import write_private


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """`acts_for_people`: may get a token of any sample person (the player of the sample's history)."""

    client_id: str
    secret: str
    scopes: tuple[str, ...] = ()
    acts_for_people: bool = False

    def knows(self, secret: str) -> bool:
        """Whether `secret` is its own, compared in constant time."""
        return secrets.compare_digest(self.secret.encode(), secret.encode())


READ = TypeAdapter(tuple[Client, ...])

TRAINING_SYSTEM, DEMO_SEEDER = "training-system", "demo-seeder"


def clients_in(file: Path) -> Mapping[str, Client]:
    """The clients of `file` by their id; the sample's own two are made on first use, mode 0600."""
    if not file.exists():
        write_private(file, json.dumps([asdict(client) for client in sample_clients()], indent=1).encode())
    return {client.client_id: client for client in READ.validate_json(file.read_bytes())}


def sample_clients() -> tuple[Client, ...]:
    """A training system that maps NIPs and reads follow-up, and the player of the sample's history."""
    return (
        Client(
            client_id=TRAINING_SYSTEM,
            secret=secrets.token_urlsafe(24),
            scopes=("followup:read", "people:map"),
        ),
        Client(client_id=DEMO_SEEDER, secret=secrets.token_urlsafe(24), acts_for_people=True),
    )
