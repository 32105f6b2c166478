"""What is answered when something goes wrong, before it has words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from starlette.exceptions import HTTPException


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one value of a request; `field` is its path, such as `results.0.title`."""

    field: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One error as it is answered; `title` and `detail` are filled from the wording."""

    status: int
    code: str
    title: str = ""
    detail: str | None = None
    facts: Mapping[str, str | int] = field(default_factory=dict)
    errors: tuple[FieldError, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


class Malformed(Exception):
    """A request that can't be understood or kept, for a reason that has a wording."""

    def __init__(self, code: str, *errors: FieldError, status: int = HTTPStatus.UNPROCESSABLE_ENTITY) -> None:
        super().__init__(code)
        self.problem = Problem(status=status, code=code, errors=errors)


class BodyTooLarge(HTTPException):
    """The body passed its limit while it was read; an HTTPException, since FastAPI lets only that through."""

    def __init__(self, limit: int) -> None:
        super().__init__(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        self.limit = limit


class Facts(dict[str, str | int]):
    """The values a sentence speaks of; one that is missing is left out, never an error in an error."""

    def __missing__(self, key: str) -> str:
        return ""
