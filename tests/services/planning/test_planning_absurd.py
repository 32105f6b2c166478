"""What lies out of all bounds is answered as the asker's mistake, wherever planning is read."""

import httpx2

from tests.absurd import broken
from tests.services.planning.office import SARI, Office

EVERYTHING = ["employee", "hr", "performance_officer", "auditor"]


async def test_no_address_makes_planning_fail(office: Office) -> None:
    async def ask(address: str) -> httpx2.Response:
        return await office.asks(SARI, "GET", address, claims={"roles": EVERYTHING})

    assert await broken(office.app, SARI, ask) == []
