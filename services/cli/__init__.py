"""The `jejak` command: each verb is its module's `command`, or `app` with verbs of its own; imported late."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from signal import SIGINT, SIGTERM
from typing import Annotated

import typer
from rich.console import Console
from typer.core import TyperGroup

from services.cli import language

COMMANDS = (
    "up",
    "down",
    "status",
    "messages",
    "dead-letters",
    "rebuild",
    "sample",
    "story",
    "log",
    "bench",
    "serve",
    "migrate",
    "prepare",
    "contracts",
    "keys",
)


class Commands(TyperGroup):
    """Finds commands by name, so that `jejak status` does not wait for what `jejak up` needs."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: typer.Context, cmd_name: str):  # type: ignore[no-untyped-def,override]  # noqa: ANN201
        language.choose(ctx.params.get("lang") or "id")  # before the import: help texts are made by it
        if cmd_name not in COMMANDS:
            return None
        with nothing_to_stop():
            module = import_module(f"services.cli.{cmd_name.replace('-', '_')}")
        if group := getattr(module, "app", None):
            command = typer.main.get_command(group)
            command.name = cmd_name
            return command
        one = typer.Typer(add_completion=False)
        one.command(cmd_name)(module.command)
        return typer.main.get_command(one)


@contextmanager
def nothing_to_stop() -> Iterator[None]:
    """Let Ctrl-C end the process at once while the block imports.

    Python forgets a KeyboardInterrupt that is raised in a callback, and each import has some.
    """
    numbers = [one for one in (SIGINT, SIGTERM) if signal.getsignal(one) is not signal.SIG_IGN]
    before = {one: signal.signal(one, signal.SIG_DFL) for one in numbers}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


app = typer.Typer(cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def options(
    lang: Annotated[str, typer.Option(envvar="JEJAK_LANG", help="id | en")] = "id",
) -> None:
    """Jejak Kinerja: penilaian kinerja ASN yang setiap perubahannya dapat ditelusuri."""
    del lang  # `Commands` has chosen it


def main() -> None:
    """Run the command line; what its user can mend is said in a sentence, without a traceback.

    To be told to end is as good as Ctrl-C: whatever was started here is stopped.
    """
    signal.signal(SIGTERM, lambda *_: signal.raise_signal(SIGINT))
    try:
        app()
    except language.Told as told:
        Console(stderr=True, highlight=False).print(f"jejak: {told}", markup=False, soft_wrap=True)
        sys.exit(1)
