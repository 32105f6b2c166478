"""`jejak bench`: what the system does on the machine it runs on; one module per measurement."""

import typer

from services.cli.bench import engine, flow, growth, http, rebuild, sealing

app = typer.Typer(no_args_is_help=True, add_completion=False)
app.command("flow")(flow.command)
app.command("engine", epilog=engine.EXAMPLES)(engine.command)
app.command("http")(http.command)
app.command("growth", epilog=growth.EXAMPLES)(growth.command)
app.command("rebuild", epilog=rebuild.EXAMPLES)(rebuild.command)
app.command("log")(sealing.command)
