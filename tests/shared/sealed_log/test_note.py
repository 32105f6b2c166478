"""Notes are those of C2SP, to the byte, and stand for nothing that was not signed."""

import base64

import pytest

from shared.sealed_log.checkpoint import (
    Checkpoint,
    CheckpointForeign,
    KeyChange,
    Keys,
    first_key,
    next_key,
    text_of,
)
from shared.sealed_log.note import NoteWrong, SignatureWrong, Signer, VerifierKey, opened, sign

# golang.org/x/mod/sumdb/note, note_test.go
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETERS_SECRET = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
BY_PETER = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6Ryy"
    "BwJnAM=\n"
)
BY_ENOCH = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+Q"
    "Q=\n"
)
NOTE = f"{TEXT}\n{BY_PETER}"
# c2sp.org/signed-note and c2sp.org/tlog-checkpoint, their examples
FOO = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
BY_FOO = (
    "This is an example message.\n\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
SOFA = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"

OLD, NEW, THIRD = (Signer("CONTOH/planning", bytes([number]) * 32) for number in (1, 2, 3))
FOREIGN = Signer("CONTOH/assessment", bytes(32))


def checkpoint(size: int, log: str = "CONTOH/planning") -> Checkpoint:
    return Checkpoint(log, size, bytes(32))


def test_the_reference_note_is_signed_to_the_byte() -> None:
    peter = Signer("PeterNeumann", PETERS_SECRET)
    assert str(peter.verifier) == PETER
    assert sign(TEXT, [peter]) == NOTE


@pytest.mark.parametrize(("note", "key"), [(NOTE, PETER), (BY_FOO, FOO), (f"{NOTE}{BY_ENOCH}", ENOCH)])
def test_reference_notes_open(note: str, key: str) -> None:
    text, by = opened(note, [VerifierKey.parse(key)])
    assert note.startswith(f"{text}\n— ")
    assert [str(one) for one in by] == [key]


def test_unknown_signatures_are_passed_over_and_both_known_ones_are_named() -> None:
    _, by = opened(f"{NOTE}{BY_ENOCH}{BY_PETER}", [VerifierKey.parse(ENOCH), VerifierKey.parse(PETER)])
    assert [one.name for one in by] == ["PeterNeumann", "EnochRoot"]
    with pytest.raises(SignatureWrong):
        opened(NOTE, [VerifierKey.parse(ENOCH)])


@pytest.mark.parametrize(
    "note",
    [
        TEXT,
        f"{TEXT}\n",
        NOTE[:-1],
        f"{NOTE[:-1]}.",
        sign("\n", [Signer("PeterNeumann", PETERS_SECRET)]).lstrip(),
        f"\x01{NOTE}",
        f"{TEXT}\n{BY_PETER.replace('PeterNeumann', 'Bad Name')}",
        f"{NOTE}Unexpected line.\n",
        f"{TEXT}\n{BY_PETER * 101}",
        f"{TEXT}\n— PeterNeumann x08=\n",
        f"{NOTE}— Somebody {base64.b64encode(bytes(10_001)).decode()}\n",
    ],
)
def test_what_is_no_note_is_refused(note: str) -> None:
    with pytest.raises(NoteWrong):
        opened(note, [VerifierKey.parse(PETER)])


def test_any_other_text_is_not_what_was_signed() -> None:
    for at in range(len(TEXT) - 1):
        other = f"{TEXT[:at]}{chr(ord(TEXT[at]) ^ 1)}{TEXT[at + 1 :]}\n{BY_PETER}"
        with pytest.raises((SignatureWrong, NoteWrong)):
            opened(other, [VerifierKey.parse(PETER)])


def test_a_mangled_verifier_key_is_none() -> None:
    for start in range(len(PETER)):
        for key in (PETER[start + 1 :], PETER[:start], f"{PETER[:start]}~{PETER[start + 1 :]}"):
            with pytest.raises(NoteWrong):
                VerifierKey.parse(key)


def verifier(name: str, raw: bytes) -> str:
    return f"{name}+{VerifierKey(name, raw[1:]).key_id.hex()}+{base64.b64encode(raw).decode()}"


@pytest.mark.parametrize(
    "key",
    [
        verifier("PeterNeumann", b"\x02" + bytes(32)),
        verifier("PeterNeumann", b"\x01" + bytes(31)),
        verifier("Peter Neumann", b"\x01" + bytes(32)),
        f"{PETER[:-1]}é",
    ],
)
def test_a_key_of_another_kind_length_or_name_is_none(key: str) -> None:
    with pytest.raises(NoteWrong):
        VerifierKey.parse(key)


def test_a_checkpoint_has_the_form_of_c2sp() -> None:
    read = Checkpoint.parse(SOFA)
    assert (read.origin, read.size) == ("example.com/behind-the-sofa", 20852163)
    assert read.text == SOFA


@pytest.mark.parametrize(
    "text",
    [
        "",
        "log\n1\n",
        "log\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "log\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "log\n1\nCsUYapGGPo4=\n",
        "log\n1\n*CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "log\n1\n\n",
        "log\n1\n%%%\n",
        "\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        f"{SOFA}an extension whose line does not end",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NoteWrong):
        Checkpoint.parse(text)


def keys(*notes: str) -> Keys:
    known = Keys("CONTOH/planning")
    for note in notes:
        known.add(note)
    return known


def test_a_key_signs_from_its_change_on_and_no_longer_than_to_the_next() -> None:
    known = keys(first_key(OLD), next_key(OLD, NEW, 10))
    assert known.newest == NEW.verifier
    for size, signer in ((9, OLD), (10, OLD), (10, NEW), (11, NEW)):
        assert known.open(checkpoint(size).signed(signer)).size == size
    for size, signer in ((9, NEW), (11, OLD)):
        with pytest.raises(SignatureWrong):
            known.open(checkpoint(size).signed(signer))


def test_a_key_that_the_one_before_does_not_vouch_for_is_none() -> None:
    alone = next_key(NEW, NEW, 10)
    for note in (alone, next_key(THIRD, NEW, 10)):
        with pytest.raises(SignatureWrong):
            keys(first_key(OLD), note)
    without_its_own = next_key(OLD, NEW, 10).rsplit("— ", 1)[0]
    with pytest.raises(SignatureWrong):
        keys(first_key(OLD), without_its_own)


def grafted(handed_over: str, forger: Signer) -> str:
    """A hand-over as another key would have signed it: its text and the new key's line are genuine."""
    text, (_, by_the_new) = text_of(handed_over), handed_over.splitlines(keepends=True)[-2:]
    return f"{sign(text, [forger])}{by_the_new}"


def handed_over_unnamed(old: Signer, new: Signer, size: int) -> str:
    """As hand-overs were before they named the key that hands over."""
    return sign(KeyChange(old.verifier.name, size, new.verifier).text, [old, new])


def test_a_hand_over_is_that_of_the_key_it_names() -> None:
    genuine = next_key(OLD, NEW, 10)
    assert text_of(genuine) == f"CONTOH/planning\nkey\n10\n{NEW.verifier}\n{OLD.verifier}\n"
    with pytest.raises(NoteWrong, match="not the one before it"):
        keys(first_key(THIRD), grafted(genuine, THIRD))
    with pytest.raises(NoteWrong, match="not the one before it"):
        keys(genuine)


def test_a_key_vouches_for_those_it_named_and_those_behind_it() -> None:
    old, new, third = (one.verifier for one in (OLD, NEW, THIRD))
    known = keys(first_key(OLD), next_key(OLD, NEW, 10), next_key(NEW, THIRD, 20))
    for trusted in (None, old, new, third):
        assert known.vouched(trusted) == [old, new, third]
    assert known.vouched(FOREIGN.verifier) == []
    unnamed = keys(first_key(OLD), handed_over_unnamed(OLD, NEW, 10), next_key(NEW, THIRD, 20))
    assert unnamed.vouched(third) == unnamed.vouched(new) == [new, third]
    assert unnamed.vouched(old) == [old, new, third]


def test_a_key_that_signs_from_before_the_one_it_follows_is_none() -> None:
    with pytest.raises(NoteWrong, match="from before"):
        keys(first_key(OLD), next_key(OLD, NEW, 10), next_key(NEW, THIRD, 9))
    assert keys(first_key(OLD), next_key(OLD, NEW, 10), next_key(NEW, THIRD, 10)).newest == THIRD.verifier


def test_what_belongs_to_another_log_is_refused() -> None:
    with pytest.raises(CheckpointForeign):
        keys(first_key(FOREIGN))
    for log, signer in (("CONTOH/assessment", OLD), ("CONTOH/planning", FOREIGN)):
        with pytest.raises(CheckpointForeign):
            keys(sign(KeyChange(log, 0, signer.verifier).text, [signer]))
    with pytest.raises(CheckpointForeign):
        keys(first_key(OLD)).open(checkpoint(1, "CONTOH/assessment").signed(OLD))


def test_a_key_change_is_no_checkpoint_and_a_checkpoint_no_key_change() -> None:
    with pytest.raises(NoteWrong):
        keys(first_key(OLD)).open(first_key(OLD))
    with pytest.raises(NoteWrong):
        keys(checkpoint(1).signed(OLD))
    assert text_of(first_key(OLD)) == f"CONTOH/planning\nkey\n0\n{OLD.verifier}\n"
    for said in ("lock\n0", "key\n00"):
        with pytest.raises(NoteWrong):
            keys(sign(f"CONTOH/planning\n{said}\n{OLD.verifier}\n", [OLD]))


def test_a_name_with_a_space_or_a_plus_names_no_key() -> None:
    for name in ("BKN PUSAT/planning", "A+B/planning", ""):
        with pytest.raises(NoteWrong):
            Signer(name, bytes(32))
