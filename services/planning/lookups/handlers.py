"""Keeps a look-up that found nobody on the record of the system that asked."""

from services.planning.context import Planning
from services.planning.lookups.commands import RecordMiss
from services.planning.lookups.decider import AGGREGATE, lookups_stream
from services.planning.lookups.events import Sought
from shared.store.act import act
from shared.store.unit import Intent


async def record_miss(planning: Planning, sought_by: Sought, intent: Intent) -> None:
    """Durable when it returns. What was sought is not kept: it may be somebody's number elsewhere."""
    await act(
        planning.store,
        AGGREGATE,
        lookups_stream(intent.actor_id),
        RecordMiss(sought_by=sought_by),
        intent,
        subject_id=None,
    )
