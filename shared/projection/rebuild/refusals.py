"""Why a rebuild does not go on; the live tables are untouched each time."""

from typing import ClassVar


class RebuildStopped(Exception):
    """`key` names the case, `facts` what a person needs to mend it."""

    key: ClassVar[str]

    def __init__(self, **facts: object) -> None:
        super().__init__(f"{self.key} {facts}")
        self.facts = facts


class AnotherRebuilds(RebuildStopped):
    """The same projection is being rebuilt by another process."""

    key = "rebuild-under-way"


class NotMigrated(RebuildStopped):
    """The live `table` is not the one that this code writes: migrate first."""

    key = "rebuild-not-migrated"


class StreamsMeet(RebuildStopped):
    """Two streams write one row of `table`, so that streams can't be folded one after the other."""

    key = "rebuild-streams-meet"


class TakenOver(RebuildStopped):
    """Another process has begun anew what this one was at."""

    key = "rebuild-taken-over"


class InTheWay(RebuildStopped):
    """Something that is not ours, such as a view, hangs on the live table."""

    key = "rebuild-in-the-way"
