"""The years that an address or a body may name."""

from typing import Annotated

from pydantic import Field

EARLIEST, LATEST = 2024, 2100

Year = Annotated[int, Field(ge=EARLIEST, le=LATEST)]
"""A plan year as somebody asks for it: what lies outside never existed, and the store could not hold it."""
