"""What the command line says when a service does not answer it."""

import httpx2
import pytest

from services.cli.client import Caller
from services.cli.language import Told
from shared.embedded.ports import HOST, free_port


async def token() -> tuple[str, float]:
    return "token", 60.0


async def test_a_service_that_is_away_is_said_in_a_sentence_with_its_cause() -> None:
    nobody = f"http://{HOST}:{free_port()}"
    async with httpx2.AsyncClient() as http:
        caller = Caller(http, {"planning": nobody}, token, patience=0.0)
        with pytest.raises(Told, match=f"503 {nobody}/api/planning/v1/me is away: ConnectError"):
            await caller.read("/api/planning/v1/me")
