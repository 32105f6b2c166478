"""The whole log against its checkpoints and against what the log topic holds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from shared.sealed_log.audit.differences import differences
from shared.sealed_log.audit.finding import (
    CHECKPOINT,
    REMOVED,
    TOPIC,
    UNPUBLISHED,
    Finding,
    Suspect,
    judged,
)
from shared.sealed_log.checkpoint import CheckpointForeign, Keys
from shared.sealed_log.note import NoteWrong, SignatureWrong, VerifierKey
from shared.sealed_log.tree import HASH, Tree, apart


@dataclass(slots=True)
class Published:
    """What the log topic holds: the leaf hash of each event, 32 bytes each, and the checkpoints."""

    leaves: bytearray = field(default_factory=bytearray)
    checkpoints: dict[int, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.leaves) // HASH


@dataclass(slots=True)
class Whole:
    """An audit as it goes through the log from its beginning. Checkpoints are notes by tree size."""

    keys: Keys
    checkpoints: dict[int, str]
    published: Published | None = None
    kept: Sequence[dict[int, str]] = ()  # from elsewhere
    findings: list[Finding] = field(default_factory=list)
    proven: int = 0  # events under a checkpoint that agrees
    trusted: VerifierKey | None = None  # known from elsewhere than the database
    _tree: Tree = field(default_factory=Tree)
    _sizes: list[int] = field(init=False)
    _suspects: list[Suspect] = field(default_factory=list)
    _missing: list[int] = field(default_factory=list)
    _differing: dict[int, tuple[bytes, bytes]] = field(default_factory=dict)
    _behind: dict[int, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._sizes = sorted(set().union(self.checkpoints, *self.kept))

    def take(self, leaves: bytes, missing: Sequence[int], suspects: Sequence[Suspect]) -> None:
        """The next stretch of the log, as `reread` gives it."""
        first = self._tree.size
        self._compare(first, leaves)
        self._missing += missing
        self._suspects += suspects
        hashes = apart(leaves)
        last = first + len(hashes)
        while self._sizes and self._sizes[0] <= last:
            size = self._sizes.pop(0)
            self._tree.grow(hashes[self._tree.size - first : size - first])
            for notes in (self.checkpoints, *self.kept):
                if size in notes:
                    self._agrees(size, notes[size])
        self._tree.grow(hashes[self._tree.size - first :])

    def finished(self) -> list[Finding]:
        """All that was found, in the order of the log."""
        for size in self._sizes:
            self._wrong(size, f"signed at {size} events, the log has {self._tree.size}")
        self._ended()
        self.findings += [Finding(kind=REMOVED, index=index) for index in self._missing]
        self.findings += judged(self._suspects)
        self.findings += self._against_topic()
        return sorted(self.findings, key=lambda one: (one.kind == CHECKPOINT, one.index or 0))

    def _compare(self, first: int, leaves: bytes) -> None:
        if self.published is None:
            return
        theirs = bytes(self.published.leaves[first * HASH : first * HASH + len(leaves)])
        if leaves[: len(theirs)] != theirs:
            for at in range(0, len(theirs), HASH):
                pair = leaves[at : at + HASH], theirs[at : at + HASH]
                if pair[0] != pair[1]:
                    self._differing[first + at // HASH] = pair
        if self._differing:  # what was moved up may stand behind the topic's end
            for at in range(len(theirs), len(leaves), HASH):
                self._behind[first + at // HASH] = leaves[at : at + HASH]

    def _against_topic(self) -> Iterator[Finding]:
        """Places whose leaf is not the topic's. What is signed is believed, else the topic."""
        named = {one.index for one in self._suspects if not one.is_second}.union(self._missing)
        vouched = self.proven if self._topic_agrees or self.trusted else 0
        pairs = {at: pair for at, pair in self._differing.items() if at not in named}
        yield from (Finding(kind=TOPIC, index=at) for at in pairs if at < vouched)
        ours = {at: mine for at, (mine, _) in pairs.items() if at >= vouched}
        theirs = {at: other for at, (_, other) in pairs.items() if at >= vouched}
        if self.published is not None:
            tail = range(self._tree.size, len(self.published))
            theirs |= {at: bytes(self.published.leaves[at * HASH : (at + 1) * HASH]) for at in tail}
        yield from differences(ours | self._behind, theirs, ends=len(self.published or ()))

    @property
    def _topic_agrees(self) -> bool:
        """Whether no checkpoint of the topic is another than ours."""
        theirs = self.published.checkpoints if self.published else {}
        return all(self.checkpoints.get(at) == note for at, note in theirs.items())

    def _agrees(self, size: int, note: str) -> None:
        try:
            checkpoint, signed_by = self.keys.opened(note)
        except (NoteWrong, SignatureWrong, CheckpointForeign) as error:
            self._wrong(size, str(error))
            return
        if checkpoint.size != size or checkpoint.root != self._tree.root():
            self._wrong(size, f"the log has another root than the one signed at {checkpoint.size} events")
        elif self.keys.proves(signed_by, self.trusted):
            self.proven = size

    def _wrong(self, size: int, why: str) -> None:
        """The first that does not agree; all behind it cannot either."""
        if all(one.kind != CHECKPOINT for one in self.findings):
            self.findings.append(Finding(kind=CHECKPOINT, index=self.proven, other=size - 1, why=why))

    def _ended(self) -> None:
        if self.published is None:
            return
        size = self._tree.size
        if len(self.published) < self.proven:
            why = f"the log topic ends at {len(self.published)} of {size} events"
            self.findings.append(Finding(kind=UNPUBLISHED, index=len(self.published), why=why))
        for at, note in self.published.checkpoints.items():
            if self.checkpoints.get(at) != note:
                self._wrong(at, "the log topic holds another checkpoint than the database")
