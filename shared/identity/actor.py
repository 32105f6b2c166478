"""Who asks: a person by their employee id, or a system by its client id."""

from dataclasses import dataclass
from uuid import UUID, uuid5

CLIENTS = UUID("0d6b3c55-6f0b-5a0e-9d5e-6a656a616b32")


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A verified asker. `client_id` is set for systems only; `name` is for pages, never for logs.

    Roles: `employee` (everyone), `hr`, `performance_officer`, `auditor`.
    Scopes, for systems: `people:map`, `followup:read`.
    """

    actor_id: UUID
    name: str | None = None
    roles: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    client_id: str | None = None

    @property
    def is_system(self) -> bool:
        """Whether this is a program with its own credentials, not a person."""
        return self.client_id is not None

    @property
    def caller(self) -> str:
        """Whose idempotency keys these are: two callers may use the same key."""
        return self.client_id or str(self.actor_id)


def client_actor_id(client_id: str) -> UUID:
    """The id under which a system's acts are recorded: the same client always has the same one."""
    return uuid5(CLIENTS, client_id)
