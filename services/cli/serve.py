"""`jejak serve`: one program of the system in this process, told everything by its environment."""

from typing import Annotated

import typer
import uvicorn

from services.cli.programs import application
from shared.collector import collecting_later, spare_the_collector
from shared.telemetry import configure_logging

GRACE = 5  # seconds for requests under way when the process is asked to end


def command(
    service: Annotated[str, typer.Argument(help="planning | assessment | followup | door | issuer")],
) -> None:
    """Run one program in this process; settings come from the environment."""
    configure_logging(service)
    with collecting_later():
        app, host, port = application(service)
    spare_the_collector()
    uvicorn.run(
        app,
        host=host,
        port=port,
        loop="uvloop",
        http="httptools",
        lifespan="on",
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=GRACE,
        server_header=False,
        proxy_headers=False,
    )
