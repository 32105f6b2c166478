"""What planning's handlers and queries work with."""

from dataclasses import dataclass

from shared.context import Context
from shared.erasure.eraser import Eraser


@dataclass(frozen=True, slots=True, kw_only=True)
class Planning(Context):
    """Planning at work. `refused_nips` are those of the sample, where they may not be imported."""

    eraser: Eraser
    refused_nips: frozenset[str] = frozenset()
