"""A process of its own that imports a file, for a test that kills it."""

import asyncio
import sys
from pathlib import Path

import httpx2

from services.planning.app import build
from shared.embedded.provision import Provisioned
from tests.infrastructure import settings_of
from tests.services.planning.office import Office
from tests.tokens import verifier


async def main(app_url: str, master_key: str, folder: str, request_key: str) -> None:
    made = Provisioned("planning", "", app_url, "", Path(master_key), Path(master_key))
    settings = settings_of(made, Path(folder))
    app = build(settings, verifier=verifier())
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://planning.test") as client:
            answer = await Office(app, client, settings).imports(sys.stdin.read(), key=request_key)
            answer.raise_for_status()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
