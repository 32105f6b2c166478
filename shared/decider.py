"""The shape of every rule: a state, what may be asked, what happened, and nothing else."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from typing import ClassVar, Generic, TypeVar

S = TypeVar("S")
C = TypeVar("C")
E = TypeVar("E")


class Refusal(Exception):
    """A rule said no. `code` names the fact (kebab-case); `facts` are the values a reader needs.

    Raise the class itself where there is nothing to add: `raise PlanIsEmpty`.
    Knows nothing of HTTP; the wording in Indonesian lives in each service's `wording.py`.
    """

    code: ClassVar[str]

    def __init__(self, **facts: str | int) -> None:
        super().__init__(self.code)
        self.facts = facts


@dataclass(frozen=True)
class Decider(Generic[S, C, E]):
    """One aggregate's rules. `decide` may refuse; `evolve` never does; neither knows a clock or I/O."""

    initial: S
    decide: Callable[[S, C], list[E]]
    evolve: Callable[[S, E], S]

    def fold(self, events: Iterable[E], state: S | None = None) -> S:
        """The state after `events`, starting from `state` or from nothing."""
        return reduce(self.evolve, events, self.initial if state is None else state)
