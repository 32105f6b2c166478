"""A rebuild of the toy's tables that ends by kill -9 at one point; settings come from the environment."""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence

from sqlalchemy import Table

from shared.projection.rebuild import copying
from shared.projection.rebuild import tables as beside
from shared.projection.rebuild.run import rebuild
from shared.settings import Settings
from shared.store.append import Connection
from shared.store.store import open_store
from tests.shared.toy import BALANCE, LEDGER

POINTS = ("copy", "index", "catch-up", "compare", "swap", "in the swap", "after the swap")
swap = beside.swap


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def main(owner_url: str, point: str) -> None:
    copying.PER_RANGE, copying.AT_ONCE = 20, 7

    def tell(step: str, done: int, total: int) -> None:
        if step == point and (step != "copy" or done > total / 2):
            die()

    async def swap_and_die(connection: Connection, tables: Sequence[Table]) -> None:
        await swap(connection, tables)
        die()

    if point == "in the swap":
        beside.swap = swap_and_die
    async with open_store(Settings.from_environment(), "toy", [LEDGER.catalogue]) as store:
        await rebuild(owner_url, store, BALANCE, "of today", tell)
    die()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
