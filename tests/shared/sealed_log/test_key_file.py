"""A signing key's file is looked at often, and read when it is another one."""

import os
from pathlib import Path

import pytest

from shared.sealed_log.key_file import KeyFile
from shared.sealed_log.note import KEY_BYTES, Signer, VerifierKey

NAME = "CONTOH/toy"
OLD, NEW = b"o" * KEY_BYTES, b"n" * KEY_BYTES
LATER = 1_800_000_000_000_000_000


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "signing.key"
    file.write_bytes(OLD)
    return file


def verifier(key: KeyFile) -> VerifierKey | None:
    signer = key.signer()
    return None if signer is None else signer.verifier


def of(secret: bytes) -> VerifierKey:
    return Signer(NAME, secret).verifier


def test_a_file_that_looks_the_same_is_not_read_again(file: Path) -> None:
    os.utime(file, ns=(LATER, LATER))
    key = KeyFile(file, NAME)
    assert verifier(key) == of(OLD)
    file.write_bytes(NEW)  # the same file of the same size, and now of the same time too
    os.utime(file, ns=(LATER, LATER))
    assert verifier(key) == of(OLD)


def test_a_key_that_takes_another_s_place_is_noticed(file: Path) -> None:
    os.utime(file, ns=(LATER, LATER))
    key = KeyFile(file, NAME)
    assert verifier(key) == of(OLD)
    beside = file.with_name("signing.key.next")
    beside.write_bytes(NEW)
    os.utime(beside, ns=(LATER, LATER))
    beside.replace(file)
    assert verifier(key) == of(NEW)


def test_a_key_that_is_written_over_another_is_noticed(file: Path) -> None:
    key = KeyFile(file, NAME)
    assert verifier(key) == of(OLD)
    file.write_bytes(NEW)
    os.utime(file, ns=(LATER, LATER))
    assert verifier(key) == of(NEW)


def test_a_missing_key_signs_nothing_and_signs_once_it_is_back(file: Path) -> None:
    away = file.with_name("away")
    key = KeyFile(file, NAME)
    assert verifier(key) == of(OLD)
    file.rename(away)
    assert verifier(key) is None
    away.rename(file)
    assert verifier(key) == of(OLD)


def test_what_is_no_key_is_read_again_until_it_is_one(file: Path) -> None:
    os.utime(file, ns=(LATER, LATER))
    key = KeyFile(file, NAME)
    file.write_bytes(b"")
    assert verifier(key) is None
    file.write_bytes(OLD)
    assert verifier(key) == of(OLD)
