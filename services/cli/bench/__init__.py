"""`jejak bench`: what the system does on the machine it runs on; one module per measurement."""

import typer

from services.cli.bench import engine, flow, http

app = typer.Typer(no_args_is_help=True, add_completion=False)
app.command("flow")(flow.command)
app.command("engine")(engine.command)
app.command("http")(http.command)
