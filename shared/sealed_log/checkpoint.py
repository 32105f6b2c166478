"""What is signed: a log's size and root (c2sp.org/tlog-checkpoint), and which keys may sign it."""

import base64
import re
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
    """That `key` signs from `size` events on; signed by it and, unless it is the first, by the one before."""

    origin: str
    size: int
    key: VerifierKey

    @property
    def text(self) -> str:
        """What both keys sign."""
        return f"{self.origin}\n{ROTATION}\n{self.size}\n{self.key}\n"

    @classmethod
    def parse(cls, text: str) -> "KeyChange":
        """From a note's text. Raises NoteWrong."""
        match text.split("\n"):
            case [log, word, size, key, ""] if word == ROTATION and SIZE.fullmatch(size):
                return cls(log, int(size), VerifierKey.parse(key))
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
        claimed = Checkpoint.parse(text_of(note))
        if claimed.origin != self.origin:
            raise CheckpointForeign(f"a checkpoint of {claimed.origin}, not of {self.origin}")
        opened(note, self.at(claimed.size))
        return claimed


def first_key(signer: Signer) -> str:
    """The note of a log's first key."""
    return sign(KeyChange(signer.verifier.name, 0, signer.verifier).text, [signer])


def next_key(old: Signer, new: Signer, size: int) -> str:
    """The note by which `old` hands over to `new`, after a checkpoint of `size` events."""
    return sign(KeyChange(old.verifier.name, size, new.verifier).text, [old, new])


def text_of(note: str) -> str:
    """What a note says, whoever signed it."""
    return note.rpartition("\n\n")[0] + "\n"
