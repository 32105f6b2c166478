"""Signed notes as c2sp.org/signed-note has them, with Ed25519 keys: a text, and who stands by it."""

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
KEY_BYTES = 32
MOST_SIGNATURES = 100
LONGEST = 10_000  # bytes of one signature: those of post-quantum keys are some 5,000
NAME = re.compile(r"[^\s+]+")
SIGNATURE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


class NoteWrong(Exception):
    """A note, or a key, is not in the form the specification wants."""


class SignatureWrong(Exception):
    """Nobody who is trusted signed this text."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """Who signs: a name, and an Ed25519 public key (32 bytes). Its text form is public."""

    name: str
    public: bytes

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """From `<name>+<key id>+<base64>`. Raises NoteWrong."""
        name, _, rest = text.partition("+")
        key_id, _, encoded = rest.partition("+")
        raw = _decoded(encoded)
        if raw[:1] != ED25519 or len(raw) != 1 + KEY_BYTES or not NAME.fullmatch(name):
            raise NoteWrong("no Ed25519 verifier key")
        key = cls(name, raw[1:])
        if key.key_id.hex() != key_id:
            raise NoteWrong("the id of the verifier key is not that of its name and key")
        return key

    @property
    def key_id(self) -> bytes:
        """Four bytes that find the key, and prove nothing."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(ED25519 + self.public).decode()}"

    def verify(self, text: str, signature: bytes) -> None:
        """Raises SignatureWrong unless this key signed `text`."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except InvalidSignature as error:
            raise SignatureWrong(f"the signature of {self.name}+{self.key_id.hex()} is wrong") from error


class Signer:
    """A private key with its name. Never shows its secret."""

    def __init__(self, name: str, secret: bytes) -> None:
        if not NAME.fullmatch(name):
            raise NoteWrong(f"{name!r} can't name a key: no spaces, no plus")
        self._key = Ed25519PrivateKey.from_private_bytes(secret)
        self.verifier = VerifierKey(name, self._key.public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """The signature line for `text`, with its newline."""
        signed = base64.b64encode(self.verifier.key_id + self._key.sign(text.encode())).decode()
        return f"— {self.verifier.name} {signed}\n"


@dataclass(frozen=True, slots=True)
class Signature:
    """One line under a note, not looked into yet."""

    name: str
    key_id: bytes
    signed: bytes


def sign(text: str, signers: Iterable[Signer]) -> str:
    """The note: `text`, which ends in a newline, and a line of each signer."""
    return f"{text}\n{''.join(signer.sign(text) for signer in signers)}"


def take_apart(note: str) -> tuple[str, list[Signature]]:
    """A note's text and its signatures, unchecked. Raises NoteWrong."""
    text, blank, lines = note.rpartition("\n\n")
    if not blank or not lines.endswith("\n") or CONTROL.search(note):
        raise NoteWrong("no signed note")
    signatures = [_signature(line) for line in lines[:-1].split("\n")]
    if len(signatures) > MOST_SIGNATURES:
        raise NoteWrong("too many signatures")
    return text + "\n", signatures


def opened(note: str, trusted: Iterable[VerifierKey]) -> tuple[str, list[VerifierKey]]:
    """The text and who of `trusted` signed it, at least one. Raises NoteWrong, SignatureWrong."""
    text, signatures = take_apart(note)
    known = {(key.name, key.key_id): key for key in trusted}
    found: list[VerifierKey] = []
    for one in signatures:
        key = known.get((one.name, one.key_id))
        if key is not None and key not in found:
            key.verify(text, one.signed)
            found.append(key)
    if not found:
        named = ", ".join(f"{one.name}+{one.key_id.hex()}" for one in signatures)
        raise SignatureWrong(f"signed by {named}, by nobody who is trusted")
    return text, found


def _signature(line: str) -> Signature:
    matched = SIGNATURE.fullmatch(line)
    raw = _decoded(matched[2]) if matched else b""
    if matched is None or len(raw) <= len(b"key_") or len(raw) > LONGEST:
        raise NoteWrong("no signature line")
    return Signature(matched[1], raw[:4], raw[4:])


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise NoteWrong("not in base64") from error
