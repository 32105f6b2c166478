"""`jejak log`: the sealed log of a service, from outside the service."""

import typer

from services.cli.log import export, rotate, tamper, verify

app = typer.Typer(no_args_is_help=True, add_completion=False)
app.command("verify", epilog=verify.EXAMPLES)(verify.command)
app.command("export", epilog=export.EXAMPLES)(export.command)
app.command("rotate")(rotate.command)
app.command("demo-tamper")(tamper.command)
