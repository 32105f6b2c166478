"""What lies out of all bounds is answered as the asker's mistake, wherever assessment is read."""

import httpx2

from tests.absurd import broken
from tests.services.assessment.office import Office
from tests.services.assessment.people import SARI

EVERYTHING = ["employee", "hr", "performance_officer", "auditor"]


async def test_no_address_makes_assessment_fail(office: Office) -> None:
    async def ask(address: str) -> httpx2.Response:
        return await office.asks(SARI, "GET", address, roles=EVERYTHING)

    assert await broken(office.app, SARI, ask) == []
