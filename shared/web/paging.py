"""Long lists in parts: an opaque cursor in, the address of the next part out."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

import orjson
from fastapi import Depends, Query
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from starlette.requests import Request

from shared.web.guard import is_storable
from shared.web.problem import Malformed

T = TypeVar("T")
S = TypeVar("S")
R = TypeVar("R")


class Page(BaseModel, Generic[T]):
    """A part of a list; `next` is the address of the part that follows, or null at the end."""

    items: list[T]
    next: str | None = Field(default=None, examples=["/api/planning/v1/plans?limit=50&cursor=WyIyMDI2Il0"])


Key = str | int | None
CURSOR_MALFORMED = "cursor-malformed"


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a list is asked for: at most `limit` (1..200) rows after the row whose key is `after`."""

    limit: int
    after: tuple[Key, ...] | None

    def place(self, shape: TypeAdapter[S]) -> S | None:
        """Where this part begins, in the `shape` of a row's key; None at the beginning. Raises Malformed."""
        if self.after is None:
            return None
        try:
            return shape.validate_python(self.after)
        except ValidationError as error:
            raise Malformed(CURSOR_MALFORMED) from error

    @property
    def wanted(self) -> int:
        """How many rows to look for: one more than is shown tells whether something follows."""
        return self.limit + 1

    def page(
        self, request: Request, found: Sequence[R], show: Callable[[R], T], key: Callable[[R], Sequence[Key]]
    ) -> Page[T]:
        """The page of `found`, up to `wanted` rows; `key` is what a cursor says of the last row shown."""
        rows = found[: self.limit]
        follows = len(found) > len(rows)
        return Page(
            items=list(map(show, rows)), next=next_address(request, key(rows[-1])) if follows else None
        )


async def window(
    limit: Annotated[int, Query(ge=1, le=200, description="Rows in this part")] = 50,
    cursor: Annotated[
        str | None, Query(max_length=1000, description="Opaque; taken from the part before")
    ] = None,
) -> Window:
    """The part of a list asked for. Raises Malformed for a cursor that we did not make."""
    return Window(limit, None if cursor is None else read_cursor(cursor))


Paged = Annotated[Window, Depends(window)]


def make_cursor(key: Sequence[Key]) -> str:
    """A row's key as one opaque word. It is not signed: it may only hold what the reader may see."""
    return base64.urlsafe_b64encode(orjson.dumps(list(key))).rstrip(b"=").decode()


def read_cursor(cursor: str) -> tuple[Key, ...]:
    """The key in a cursor; callers must still treat it as the reader's input. Raises Malformed."""
    try:
        key = orjson.loads(base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError) as error:
        raise Malformed(CURSOR_MALFORMED) from error
    if not isinstance(key, list) or not all(
        part is None or (isinstance(part, str) and is_storable(part)) or type(part) is int for part in key
    ):
        raise Malformed(CURSOR_MALFORMED)
    return tuple(key)


def next_address(request: Request, key: Sequence[Key]) -> str:
    """This address with another cursor: filters stay as they are."""
    url = request.url.include_query_params(cursor=make_cursor(key))
    return f"{url.path}?{url.query}"
