"""Where events live: a stream's identity and its plan year, made together so they can't disagree."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from uuid_utils.compat import uuid5

NAMESPACE = UUID("5b0c1f6e-8f3f-5d57-9a43-6a656a616b31")
NO_YEAR = 0


@dataclass(frozen=True, slots=True)
class Stream:
    """`kind` names the aggregate; `plan_year` is 0 where the aggregate has none."""

    kind: str
    stream_id: UUID
    plan_year: int = NO_YEAR

    @classmethod
    def of(cls, kind: str, *parts: UUID | str | int, year: int = NO_YEAR) -> Self:
        """The stream of `kind` for `parts` (an employee, a segment ...) in `year`.

        The id is uuid5 of kind, year and parts: whoever knows the parts finds the stream,
        and the same parts in another year are another stream.
        """
        name = "/".join((kind, str(year), *(str(part) for part in parts)))
        return cls(kind, uuid5(NAMESPACE, name), year)
