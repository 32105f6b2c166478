"""`jejak dead-letters`: what waits because it can't be handled, and what people decide about it."""

import asyncio
import getpass
import json
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from services.cli.databases import first
from services.cli.language import Told, words
from services.cli.letters_shown import as_json, table, table_of, whole
from shared.messaging.letters import (
    Act,
    Letter,
    NoSuchLetter,
    WaitsBehind,
    Who,
    acts,
    letter,
    letters,
    parsed,
    replay,
    skip,
)
from shared.messaging.parking import Place
from shared.store.append import Connection

LOOK_EVERY = 0.1  # seconds
WIDE = 500
EXAMPLE = "assessment/planning.events.v1/3/1042"


def examples(*commands: str) -> str:
    """What stands at the end of a help text."""
    shown = "\n".join(f"  jejak dead-letters {one}" for one in commands)
    return f"\b\n{words('letters-examples')}\n{shown}\n\n{words('letters-where')}\n"


app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help=words("letters-help"),
    epilog=examples("list", f"show {EXAMPLE}", f"replay {EXAMPLE} --reason 'v1.4.2'"),
)
Names = Annotated[list[str], typer.Argument(help=words("letters-names"), metavar="NAME")]
Reason = Annotated[str, typer.Option(help=words("letters-reason"))]
By = Annotated[str, typer.Option(help=words("letters-by"), default_factory=getpass.getuser)]
Json = Annotated[bool, typer.Option("--json", help="JSON")]


@app.command(
    "list",
    help=words("letters-list-help"),
    epilog=examples("list", "list --consumer assessment", "list --json"),
)
def list_letters(
    consumer: Annotated[str | None, typer.Option(help=words("letters-consumer"))] = None,
    limit: Annotated[int, typer.Option(min=1, help=words("letters-limit"))] = 100,
    *,
    json_too: Json = False,
) -> None:
    each: list[Letter] = []

    async def collect(connection: Connection) -> None:
        each.extend(await letters(connection, consumer=consumer, limit=limit))

    asyncio.run(first(collect))
    waiting = each[:limit]
    if json_too:
        out(json.dumps([as_json(one) for one in waiting], ensure_ascii=False, indent=1))
    else:
        out(table(waiting) if waiting else words("letters-none"))


@app.command(
    "show",
    help=words("letters-show-help"),
    epilog=examples(f"show {EXAMPLE}", f"show {EXAMPLE} --body --json"),
)
def show_letter(
    name: Annotated[str, typer.Argument(help=words("letters-names"))],
    *,
    body: Annotated[bool, typer.Option("--body", help=words("letters-body"))] = False,
    json_too: Json = False,
) -> None:
    consumer, place = place_of(name)

    async def look(connection: Connection) -> tuple[Letter | None, list[Act]] | None:
        seen = await letter(connection, consumer, place), await acts(connection, consumer, place)
        return seen if any(seen) else None

    found = asyncio.run(first(look))
    if found is None:
        raise Told(words("letters-unknown", name=name))
    if json_too:
        out(json.dumps(whole(name, *found, body=body), ensure_ascii=False, indent=1))
    else:
        out(table_of(name, *found, body=body))


@app.command(
    "replay",
    help=words("letters-replay-help"),
    epilog=examples(f"replay {EXAMPLE} --reason 'v1.4.2'", f"replay {EXAMPLE} --reason ok --by sari"),
)
def replay_letters(
    names: Names,
    reason: Reason,
    by: By,
    wait: Annotated[float, typer.Option(min=0, help=words("letters-wait"))] = 10.0,
    *,
    json_too: Json = False,
) -> None:
    async def outcome(connection: Connection, consumer: str, place: Place) -> dict[str, str]:
        await replay(connection, consumer, place, Who(by, reason))
        return await tried(connection, consumer, place, within=wait)

    told = decided(names, reason, outcome)
    answer("replay", told, json_too=json_too)
    if any(one["outcome"] == "failed" for one in told):
        raise typer.Exit(1)


@app.command(
    "skip",
    help=words("letters-skip-help"),
    epilog=examples(f"skip {EXAMPLE} --reason 'sent twice by the training system' --by sari"),
)
def skip_letters(names: Names, reason: Reason, by: By, *, json_too: Json = False) -> None:
    async def outcome(connection: Connection, consumer: str, place: Place) -> dict[str, str]:
        await skip(connection, consumer, place, Who(by, reason))
        return {"outcome": "done"}

    answer("skip", decided(names, reason, outcome), json_too=json_too)


Decide = Callable[[Connection, str, Place], Awaitable[dict[str, str]]]


def decided(names: Sequence[str], reason: str, decide: Decide) -> list[dict[str, str]]:
    """Decide about each of `names` where it waits. Raises Told for the first that does not."""
    if not reason.strip():
        raise Told(words("letters-no-reason"))
    places = [(name, *place_of(name)) for name in names]

    async def each() -> list[dict[str, str]]:
        return [await somewhere(name, consumer, place, decide) for name, consumer, place in places]

    return asyncio.run(each())


async def somewhere(name: str, consumer: str, place: Place, decide: Decide) -> dict[str, str]:
    """Decide in the database in which the message waits."""

    async def ask(connection: Connection) -> dict[str, str] | None:
        with suppress(NoSuchLetter):
            return {"name": name, "consumer": consumer, **await decide(connection, consumer, place)}
        return None

    try:
        found = await first(ask)
    except WaitsBehind:
        raise Told(words("letters-waits-behind", name=name)) from None
    if found is None:
        raise Told(words("letters-unknown", name=name))
    return found


async def tried(connection: Connection, consumer: str, place: Place, *, within: float) -> dict[str, str]:
    """What came of a replay; `waiting` when no consumer has taken it up in time."""
    try:
        async with asyncio.timeout(within):
            while one := await letter(connection, consumer, place):
                if one.tries:
                    return {"outcome": "failed", "cause": one.cause}
                await asyncio.sleep(LOOK_EVERY)
    except TimeoutError:
        return {"outcome": "waiting"}
    return {"outcome": "done"}


def place_of(name: str) -> tuple[str, Place]:
    try:
        return parsed(name)
    except ValueError:
        raise Told(words("letters-misnamed", name=name)) from None


def answer(act: str, told: Sequence[dict[str, str]], *, json_too: bool) -> None:
    """Say what came of each."""
    if json_too:
        out(json.dumps(told, ensure_ascii=False, indent=1))
        return
    for one in told:
        out(words(f"letters-{act}-{one['outcome']}", **one))


def out(shown: str | Table) -> None:
    """To the terminal, never cut off: a name is copied from here."""
    Console(highlight=False, soft_wrap=True, width=WIDE).print(shown, markup=False)
