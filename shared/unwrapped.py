"""An error of a task that leaves its group as itself."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def unwrapped(*kinds: type[Exception]) -> Iterator[None]:
    """Raise the first error of these kinds alone, whatever else is in the group that leaves the block.

    Any other group leaves as it is. What `except*` raises would stay in a group before Python 3.11.4.
    """
    try:
        yield
    except ExceptionGroup as group:
        if wanted := group.subgroup(kinds):
            raise _alone(wanted) from None
        raise


def _alone(group: ExceptionGroup[Exception]) -> Exception:
    """The first error in `group`, out of every group within it."""
    first = group.exceptions[0]
    return _alone(first) if isinstance(first, ExceptionGroup) else first
