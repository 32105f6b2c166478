"""One record's trail as the JSON APIs give it: types, codes and ids, no words of a page."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import structlog
from pydantic import BaseModel, Field

from shared.projection.past import is_read
from shared.projection.trail import Step
from shared.store.encrypted import Encrypted
from shared.store.event import TextUnreadable
from shared.store.keyring import Keyring
from shared.web.trail_wording import ERASED, TEXT_UNREADABLE

log = structlog.get_logger()


class FieldView(BaseModel):
    """One field before and after, null for "not there"; an erased text about a person is "dihapus"."""

    path: str
    before: str | None
    after: str | None


class StepView(BaseModel):
    """One event of a record: who, for whom, when, why, and what it changed."""

    version: int
    type: str
    recorded_at: datetime | None
    actor_id: UUID
    acting_role: str
    on_behalf_of: UUID | None
    effective_on: date | None
    reason_code: str | None
    reason: str | None
    command_id: UUID
    is_readable: bool = Field(
        description="False: an event that can't be read, with nothing known of what it changed"
    )
    changes: list[FieldView]


def step_view(step: Step, keyring: Keyring) -> StepView:
    """A step with its texts opened; the subject's key is in `keyring` already, where there is one."""
    recorded = step.recorded
    return StepView(
        version=recorded.stream_version,
        type=recorded.type,
        recorded_at=recorded.recorded_at,
        actor_id=recorded.actor_id,
        acting_role=recorded.acting_role,
        on_behalf_of=recorded.on_behalf_of,
        effective_on=recorded.effective_on,
        reason_code=recorded.reason_code,
        reason=text(recorded.reason_text, keyring),
        command_id=recorded.command_id,
        is_readable=is_read(recorded),
        changes=[
            FieldView(path=one.path, before=text(one.before, keyring), after=text(one.after, keyring))
            for one in step.changes
        ],
    )


def text(value: Any, keyring: Keyring) -> str | None:
    """A stored value as text; None where there is none."""
    match value:
        case None | ():
            return None
        case Encrypted():
            return opened(value, keyring)
        case tuple():
            return ", ".join(str(one) for one in value)
        case _:
            return str(value)


def opened(text: Encrypted[str], keyring: Keyring) -> str:
    """What was written, or why it can't be told; one text that can't be read hides no other."""
    try:
        return keyring.open(text) or ERASED
    except TextUnreadable as error:
        log.error("text_unreadable", **error.facts)  # noqa: TRY400 - a traceback says no more
        return TEXT_UNREADABLE
