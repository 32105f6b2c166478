"""The checker is Ed25519 as RFC 8032 has it, and the log's own proofs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.sealed_log.bundle import checker
from shared.sealed_log.leaf import leaf_hash
from shared.sealed_log.note import Signer
from shared.sealed_log.proof import inclusion_spans, proof
from tests.shared.sealed_log.forest import Grown, defined
from tests.shared.sealed_log.test_note import BY_FOO, FOO, NOTE, PETER

# RFC 8032, section 7.1, TEST 1, 2, 3 and SHA(abc)
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        (
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
        ),
        (
            "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
            "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"
        ),
    ),
]


@pytest.mark.parametrize(("public", "text", "signature"), VECTORS)
def test_the_vectors_of_rfc_8032_are_accepted_and_nothing_beside(
    public: str, text: str, signature: str
) -> None:
    key, said, signed = (bytes.fromhex(one) for one in (public, text, signature))
    checker.check_signature(key, said, signed)
    for at in (0, 31, 32, 63):
        wrong = bytearray(signed)
        wrong[at] ^= 1
        with pytest.raises(checker.NotProven):
            checker.check_signature(key, said, bytes(wrong))
    with pytest.raises(checker.NotProven):
        checker.check_signature(key, said + b"x", signed)


def test_a_signature_with_the_order_added_is_another_signature() -> None:
    key, said, signed = (bytes.fromhex(one) for one in VECTORS[0])
    again = (int.from_bytes(signed[32:], "little") + checker.ORDER).to_bytes(32, "little")
    with pytest.raises(checker.NotProven):
        checker.check_signature(key, said, signed[:32] + again)


@given(st.binary(min_size=32, max_size=32), st.text())
def test_it_agrees_with_the_library(secret: bytes, text: str) -> None:
    signer = Signer("CONTOH/planning", secret)
    signed = signer._key.sign(text.encode())
    checker.check_signature(signer.verifier.public, text.encode(), signed)


@pytest.mark.parametrize(("note", "key"), [(NOTE, PETER), (BY_FOO, FOO)])
def test_the_notes_of_c2sp_open(note: str, key: str) -> None:
    assert note.startswith("\n".join(checker.opened(note, key)))
    with pytest.raises(checker.NotProven):
        checker.opened(note.replace("m", "n", 1), key)


@given(st.integers(1, 300), st.data())
def test_paths_lead_to_the_root(size: int, data: st.DataObject) -> None:
    events = [str(number).encode() for number in range(size)]
    leaves = [leaf_hash(one) for one in events]
    index = data.draw(st.integers(0, size - 1))
    path = proof(inclusion_spans(index, size), Grown(leaves).nodes)
    assert checker.root_from(events[index], index, size, path) == defined(leaves)
    assert checker.root_from(events[index] + b" ", index, size, path) != defined(leaves)
