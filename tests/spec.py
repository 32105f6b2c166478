"""Given what happened, when this is asked, then that happens: the language of the rule tests."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import pytest

from shared.decider import Decider, Refusal

S = TypeVar("S")
C = TypeVar("C")
E = TypeVar("E")


@dataclass(frozen=True)
class When(Generic[S, C, E]):
    decider: Decider[S, C, E]
    state: S
    command: C

    def then(self, *events: E) -> None:
        assert self.decider.decide(self.state, self.command) == list(events)

    def then_nothing(self) -> None:
        assert self.decider.decide(self.state, self.command) == []

    def then_refused(self, reason: type[Refusal], **facts: Any) -> None:
        with pytest.raises(reason) as caught:
            self.decider.decide(self.state, self.command)
        assert caught.value.facts | facts == caught.value.facts


@dataclass(frozen=True)
class Given(Generic[S, C, E]):
    decider: Decider[S, C, E]
    state: S

    def when(self, command: C) -> When[S, C, E]:
        return When(self.decider, self.state, command)


@dataclass(frozen=True)
class Spec(Generic[S, C, E]):
    decider: Decider[S, C, E]

    def given(self, *events: E) -> Given[S, C, E]:
        return Given(self.decider, self.decider.fold(events))
