"""What a process that runs for long tells Python's garbage collector."""

import gc

YOUNG = 20_000  # objects made before the collector looks at them


def spare_the_collector() -> None:
    """Leave out of every collection what lives as long as the process: modules, classes, routes.

    A full collection over them took long enough to be seen in the slowest answers.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 50)
