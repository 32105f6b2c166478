"""What a process that runs for long tells Python's garbage collector."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

YOUNG = 20_000  # objects made before the collector looks at them


def spare_the_collector() -> None:
    """Leave out of every collection what lives as long as the process: modules, classes, routes.

    A full collection over them took long enough to be seen in the slowest answers.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 50)


@contextmanager
def collecting_later() -> Iterator[None]:
    """No collections while the block runs: what a start makes stays, and looking took an eighth of it."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
