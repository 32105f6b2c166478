"""People with a plan that they draft, made on the running system for a bench, and what they ask."""

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from services.cli.bench.pressure import bearer, closed_loop, request
from services.cli.cast import PLANNING
from services.cli.stage import Stage, until
from services.planning.plan.decider import plan_stream

UNIT = "Subbagian Umum dan Kepegawaian"
TOKENS_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Draft:
    """Somebody's plan, and the token they hold."""

    employee_id: UUID
    plan_id: UUID
    token: str

    def ask(self, path: str, body: bytes = b"", **facts: Any) -> bytes:
        """A command of its own, to planning; `{plan}` in `path` is this one's address."""
        headers = bearer(self.token, Idempotency_Key=str(uuid4()))
        return request(
            "POST", PLANNING + path.format(plan=f"/plans/{self.plan_id}", **facts), body, **headers
        )


async def drafted(stage: Stage, url: str, count: int, connections: int, year: int) -> list[Draft]:
    """Imported people, each with a token and an empty plan."""
    head = stage.person("Kepala Uji", "Kepala Subbagian", UNIT)
    hr = stage.person("Kepegawaian Uji", "Analis SDM Aparatur", UNIT, roles=("employee", "hr"))
    staff = [stage.person(f"Pegawai Uji {n}", "Pengolah Data", UNIT, appraiser=head) for n in range(count)]
    stage.sign_in(stage.people)
    await hr.imports([head, hr, *staff])
    limit = asyncio.Semaphore(TOKENS_AT_ONCE)

    async def draft(who: UUID) -> Draft:
        async with limit:
            return Draft(who, plan_stream(who, year).stream_id, await stage.token(who))

    drafts = await asyncio.gather(*(draft(one.employee_id) for one in staff))
    begin = [one.ask("/plans", f'{{"year":{year}}}'.encode()) for one in drafts]

    async def begun() -> bool:
        """Whether all were accepted: the same keys again, as planning's list of people is a moment behind."""
        return not (await closed_loop([url], iter(begin), connections)).refused

    await until(begun)
    return list(drafts)
