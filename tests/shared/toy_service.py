"""The toy ledger as a whole service; as a process of its own: `python -m tests.shared.toy_service`."""

import asyncio

from shared.service import Service, running
from shared.settings import Settings
from tests.shared.toy import BALANCE, LEDGER, TABLES


async def say_nothing(*_: object) -> list[object]:
    return []


TOY = Service(
    name="toy",
    aggregates=(LEDGER,),
    readers=lambda _store: [BALANCE],
    tables=TABLES,
    public=say_nothing,  # type: ignore[arg-type]
    publishes=lambda _partitions: [],
    inboxes=lambda _store, _settings: [],
    consumes=lambda _partitions: [],
)


async def serve() -> None:
    """Run until killed."""
    async with running(TOY, Settings.from_environment()):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve())
