"""Keeps a look-up that found nobody on the record of the system that asked."""

from dataclasses import replace

from uuid_utils.compat import uuid5

from services.planning.context import Planning
from services.planning.lookups.commands import RecordMiss
from services.planning.lookups.decider import AGGREGATE, lookups_stream
from services.planning.lookups.events import Sought
from shared.store.act import act
from shared.store.unit import Intent


async def record_miss(planning: Planning, sought_by: Sought, intent: Intent) -> None:
    """Durable when it returns. What was sought is not kept: it may be somebody's number elsewhere.

    A command of its own: the same question may come again with its key, and find somebody by then.
    """
    await act(
        planning.store,
        AGGREGATE,
        lookups_stream(intent.actor_id),
        RecordMiss(sought_by=sought_by),
        replace(intent, command_id=uuid5(intent.command_id, "miss")),
        subject_id=None,
    )
