"""What follow-up's handlers and queries work with."""

from dataclasses import dataclass

from shared.context import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class Followup(Context):
    """Follow-up at work."""
