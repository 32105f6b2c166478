"""The states of the records that a reader of the log met last, so that the next event needs no reading."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from shared.store.store import Store
from shared.store.stream import Stream
from shared.store.unit import Aggregate, Recorded

KEPT = 2000


class States:
    """State by stream at a known version; what is not kept, or at another version, is folded anew.

    Kept by the stream's id, which its kind and year are part of: a stream's own hash takes three.
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._found: OrderedDict[UUID, tuple[int, Any]] = OrderedDict()

    async def look_up(
        self, rows: Sequence[Recorded], store: Store, known: Mapping[str, Aggregate[Any, Any, Any]]
    ) -> None:
        """See to it that `before` answers for `rows`, events in the log's order; one statement at most."""
        while len(self._found) > self._kept:
            self._found.popitem(last=False)
        firsts: dict[UUID, tuple[Stream, int]] = {}
        for row in rows:
            stream = row.stream
            if stream.stream_id not in firsts:
                firsts[stream.stream_id] = stream, row.stream_version - 1
        missing = []
        for stream, version in firsts.values():
            if version == 0:
                self._found[stream.stream_id] = (0, known[stream.kind].decider.initial)
            elif self._found.get(stream.stream_id, (-1,))[0] != version:
                missing.append((stream, version))
        read = await store.read_many([stream for stream, _ in missing]) if missing else {}
        for stream, version in missing:
            state = known[stream.kind].decider.fold(one.event for one in read[stream][:version])
            self._found[stream.stream_id] = (version, state)

    def before(self, row: Recorded) -> Any:
        """The state that the event of `row` met."""
        version, state = self._found[row.stream.stream_id]
        if version != row.stream_version - 1:
            raise LookupError(f"version {version} of {row.stream.kind} is not what {row.type} met")
        return state

    def keep(self, row: Recorded, after: Any) -> None:
        """Remember the state that it left."""
        stream_id = row.stream.stream_id
        self._found[stream_id] = (row.stream_version, after)
        self._found.move_to_end(stream_id)
