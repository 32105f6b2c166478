"""What is signed: a log's size and root (c2sp.org/tlog-checkpoint), and which keys may sign it."""

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass

from shared.sealed_log.note import NoteWrong, Signer, VerifierKey, opened, sign

HASH_BYTES = 32
SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
ROTATION = "key"


class CheckpointForeign(Exception):
    """A checkpoint, or a key, is that of another log."""


def origin(agency: str, service: str) -> str:
    """The name of a service's log, and of its keys."""
    return f"{agency}/{service}"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """That the first `size` events of the log `origin` have this root (32 bytes)."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """From a note's text; lines of an extension are ignored. Raises NoteWrong."""
        lines = text.split("\n")
        if len(lines) < len(("origin", "size", "root", "")) or "" in lines[:-1] or lines[-1]:
            raise NoteWrong("no checkpoint")
        try:
            root = base64.b64decode(lines[2], validate=True)
        except ValueError as error:
            raise NoteWrong("the root is not in base64") from error
        if not SIZE.fullmatch(lines[1]) or len(root) != HASH_BYTES:
            raise NoteWrong("no checkpoint: size or root")
        return cls(lines[0], int(lines[1]), root)

    def signed(self, signer: Signer) -> str:
        """The checkpoint as a note."""
        return sign(self.text, [signer])


@dataclass(frozen=True, slots=True)
class KeyChange:
    """That `key` signs from `size` events on; signed by it and, unless it is the first, by the one before.

    `before` is that one, so that nobody can put another in its place. The first key has none, and hand-overs
    of an earlier form don't name theirs.
    """

    origin: str
    size: int
    key: VerifierKey
    before: VerifierKey | None = None

    @property
    def text(self) -> str:
        """What both keys sign."""
        named = "" if self.before is None else f"{self.before}\n"
        return f"{self.origin}\n{ROTATION}\n{self.size}\n{self.key}\n{named}"

    @classmethod
    def parse(cls, text: str) -> "KeyChange":
        """From a note's text. Raises NoteWrong."""
        match text.split("\n"):
            case [log, word, size, key, *before, ""] if (
                word == ROTATION and SIZE.fullmatch(size) and len(before) <= 1
            ):
                return cls(log, int(size), VerifierKey.parse(key), *map(VerifierKey.parse, before))
        raise NoteWrong("no change of keys")


class Keys:
    """The keys of one log, in the order in which they signed; each vouched for by the one before."""

    def __init__(self, log: str) -> None:
        self.origin = log
        self.changes: list[KeyChange] = []
        self.notes: list[str] = []

    def add(self, note: str) -> None:
        """The next key. Raises NoteWrong, SignatureWrong, CheckpointForeign."""
        text, _ = opened(note, [self.newest] if self.changes else [KeyChange.parse(text_of(note)).key])
        change = KeyChange.parse(text)
        opened(note, [change.key])
        if change.origin != self.origin or change.key.name != self.origin:
            raise CheckpointForeign(f"a key of {change.origin}, not of {self.origin}")
        if self.changes and change.size < self.changes[-1].size:
            raise NoteWrong("a key that signs from before the one it follows")
        if change.before is not None and (not self.changes or change.before != self.newest):
            raise NoteWrong(f"a key that follows {change.before}, which is not the one before it")
        self.changes.append(change)
        self.notes.append(note)

    @property
    def newest(self) -> VerifierKey:
        """Who signs now."""
        return self.changes[-1].key

    def at(self, size: int) -> list[VerifierKey]:
        """Who may have signed a checkpoint of `size`: at a change, the key before and the one after."""
        valid: list[VerifierKey] = []
        for change in self.changes:
            valid = [*(valid if change.size == size else ()), change.key] if change.size <= size else valid
        return valid

    def open(self, note: str) -> Checkpoint:
        """A checkpoint of this log. Raises NoteWrong, SignatureWrong, CheckpointForeign."""
        return self.opened(note)[0]

    def opened(self, note: str) -> tuple[Checkpoint, list[VerifierKey]]:
        """The same, and who of this log's keys signed it."""
        claimed = Checkpoint.parse(text_of(note))
        if claimed.origin != self.origin:
            raise CheckpointForeign(f"a checkpoint of {claimed.origin}, not of {self.origin}")
        return claimed, opened(note, self.at(claimed.size))[1]

    def proves(self, signed_by: Iterable[VerifierKey], trusted: VerifierKey | None) -> bool:
        """Whether one of those who signed a checkpoint proves something to who trusts that key."""
        return not set(self.vouched(trusted)).isdisjoint(signed_by)

    def vouched(self, trusted: VerifierKey | None) -> list[VerifierKey]:
        """Whose checkpoints prove something to who trusts that key; all keys without one to trust.

        It vouches for those after it, and for those before it as long as each is named by the one that
        followed. Whoever does not name the key it took over from may have been put behind another.
        """
        keys = [change.key for change in self.changes]
        if trusted is None or trusted not in keys:
            return keys if trusted is None else []
        first = keys.index(trusted)
        while self.changes[first].before is not None:
            first -= 1
        return keys[first:]


def first_key(signer: Signer) -> str:
    """The note of a log's first key."""
    return sign(KeyChange(signer.verifier.name, 0, signer.verifier).text, [signer])


def next_key(old: Signer, new: Signer, size: int) -> str:
    """The note by which `old` hands over to `new`, after a checkpoint of `size` events."""
    return sign(KeyChange(old.verifier.name, size, new.verifier, old.verifier).text, [old, new])


def text_of(note: str) -> str:
    """What a note says, whoever signed it."""
    return note.rpartition("\n\n")[0] + "\n"
