"""Further processes of a program that runs: several may serve one database."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from services.cli.home import Home, running
from services.cli.language import Told, words
from services.cli.supervisor import Program, Supervisor
from shared.embedded import processes
from shared.embedded.ports import HOST, free_port


@contextmanager
def beside(home: Home, name: str, count: int) -> Iterator[list[str]]:
    """The addresses of `count` more processes of the program while the block runs.

    Each is told what the running one was told, but the port. Raises Told when that one runs elsewhere,
    EmbeddedError when one does not start.
    """
    with ExitStack() as stack:
        yield [stack.enter_context(_one_more(home, name, at)) for at in range(2, count + 2)]


@contextmanager
def _one_more(home: Home, name: str, number: int) -> Iterator[str]:
    first = running(home, (name,)).get(name)
    if first is None:
        raise Told(words("not-running"))
    port = free_port()
    url = f"http://{HOST}:{port}"
    program = Program(
        name=f"{name}-{number}",
        argv=tuple(first.cmdline()),
        env=first.environ() | {"PORT": str(port)},
        ready_url=f"{url}/health/ready",
        mark=home.mark(f"{name}-{number}"),
        log=home.log(f"{name}-{number}"),
    )
    try:
        program.start(Supervisor(lambda *_, **__: None))
        yield url
    finally:
        processes.end_leftover(program.mark)
