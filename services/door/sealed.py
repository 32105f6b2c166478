"""Keeps what the door remembers about people unreadable: in its session file and in its own cookies."""

import base64
import binascii
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.private_file import write_private

NONCE = 12


@dataclass(frozen=True)
class Seal:
    """AES-256-GCM under one key; `purpose` binds a text to its place, so that none passes for another."""

    aead: AESGCM

    @classmethod
    def with_key_in(cls, file: Path) -> "Seal":
        """The key in `file`, made there (mode 0600) when there is none yet."""
        if not file.exists():
            write_private(file, AESGCM.generate_key(256))
        return cls(AESGCM(file.read_bytes()))

    def close(self, text: bytes, purpose: str) -> bytes:
        """The sealed text."""
        nonce = os.urandom(NONCE)
        return nonce + self.aead.encrypt(nonce, text, purpose.encode())

    def open(self, sealed: bytes, purpose: str) -> bytes | None:
        """The text, or None when it was not sealed by us for this purpose."""
        try:
            return self.aead.decrypt(sealed[:NONCE], sealed[NONCE:], purpose.encode())
        except (InvalidTag, ValueError):
            return None

    def close_for_cookie(self, text: bytes, purpose: str) -> str:
        """The sealed text in letters that a cookie can hold."""
        return base64.urlsafe_b64encode(self.close(text, purpose)).decode()

    def open_from_cookie(self, value: str, purpose: str) -> bytes | None:
        """The text of a cookie, or None when it is not ours."""
        try:
            return self.open(base64.urlsafe_b64decode(value.encode("ascii")), purpose)
        except (binascii.Error, ValueError):
            return None
