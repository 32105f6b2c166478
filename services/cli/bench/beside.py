"""Further processes of a program that runs: several may serve one database."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from services.cli.home import Home, Notes, running
from services.cli.language import Told, words
from services.cli.layout import Layout
from services.cli.nursery import Nursery
from services.cli.supervisor import Program, Supervisor
from shared.embedded import processes
from shared.embedded.ports import HOST, free_port


@contextmanager
def beside(home: Home, name: str, count: int) -> Iterator[list[str]]:
    """The addresses of `count` more processes of the program while the block runs.

    Each is told what the running one was told, but the port. Raises Told when that one runs elsewhere,
    EmbeddedError when one does not start.
    """
    if name not in running(home, (name,)):
        raise Told(words("not-running"))
    if not count:
        yield []
        return
    layout = Layout.running(home, Notes.of(home))
    with Nursery(home.log("nursery-of-bench")) as nursery, ExitStack() as stack:
        first = layout.program(name, nursery.start)
        yield [stack.enter_context(_one_more(home, first, at)) for at in range(2, count + 2)]


@contextmanager
def _one_more(home: Home, first: Program, number: int) -> Iterator[str]:
    port, name = free_port(), f"{first.name}-{number}"
    url = f"http://{HOST}:{port}"
    program = replace(
        first,
        name=name,
        env={**first.env, "PORT": str(port)},
        ready_url=f"{url}/health/ready",
        mark=home.mark(name),
        log=home.log(name),
    )
    try:
        program.start(Supervisor(lambda *_, **__: None))
        yield url
    finally:
        processes.end_leftover(program.mark)
