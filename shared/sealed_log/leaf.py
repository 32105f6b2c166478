"""The hash of one event in the log."""

from hashlib import sha256

LEAF = b"\x00"


def leaf_hash(envelope: bytes) -> bytes:
    """SHA-256 over 0x00 and the canonical envelope: 32 bytes (RFC 9162, section 2.1.1)."""
    return sha256(LEAF + envelope).digest()
