"""The tree is that of RFC 9162, and its proofs prove nothing else than what is so."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.sealed_log.leaf import leaf_hash
from shared.sealed_log.proof import (
    ProofWrong,
    check_consistency,
    check_inclusion,
    consistency_spans,
    inclusion_spans,
    proof,
)
from shared.sealed_log.tree import EMPTY_ROOT, Tree, edge_places
from tests.shared.sealed_log.forest import Grown, defined, numbered

VECTORS: dict[str, Any] = json.loads((Path(__file__).parent / "reference.json").read_text(encoding="utf-8"))
LEAVES = [leaf_hash(bytes.fromhex(one)) for one in VECTORS["leaves"]]
ROOTS = [bytes.fromhex(one) for one in VECTORS["roots"]]
sizes = st.integers(1, 700) | st.sampled_from([255, 256, 257, 511, 512, 65_535, 65_536, 65_537])
MANY = numbered(65_540)
GROWN = Grown(MANY)


@cache
def root_of(size: int) -> bytes:
    return defined(MANY[:size])


def bytes_of(vector: dict[str, Any]) -> list[bytes]:
    return [bytes.fromhex(one) for one in vector["proof"]]


def test_an_empty_tree_has_the_root_of_nothing() -> None:
    assert Tree().root() == EMPTY_ROOT


@pytest.mark.parametrize("size", range(1, 9))
def test_the_reference_tree_has_the_reference_roots(size: int) -> None:
    assert Grown(LEAVES[:size]).tree.root() == ROOTS[size - 1] == defined(LEAVES[:size])


@pytest.mark.parametrize("vector", VECTORS["inclusion"])
def test_the_reference_inclusion_proofs_are_made_and_accepted(vector: dict[str, Any]) -> None:
    index, size = vector["index"], vector["size"]
    made = proof(inclusion_spans(index, size), Grown(LEAVES).nodes)
    assert made == bytes_of(vector)
    check_inclusion(LEAVES[index], index, size, made, ROOTS[size - 1])


@pytest.mark.parametrize("vector", VECTORS["consistency"])
def test_the_reference_consistency_proofs_are_made_and_accepted(vector: dict[str, Any]) -> None:
    first, second = vector["first"], vector["second"]
    made = proof(consistency_spans(first, second), Grown(LEAVES).nodes)
    assert made == bytes_of(vector)
    check_consistency((first, second), (ROOTS[first - 1], ROOTS[second - 1]), made)


@given(size=sizes, steps=st.lists(st.integers(0, 300), max_size=5))
def test_it_is_the_same_tree_however_it_grows(size: int, steps: list[int]) -> None:
    grown = Grown(MANY[:size], steps=steps)
    assert grown.tree.size == size
    assert grown.tree.root() == root_of(size)


@given(size=sizes, more=st.integers(0, 300))
def test_a_tree_goes_on_from_what_was_stored(size: int, more: int) -> None:
    edge = [GROWN.nodes(place) for place in edge_places(size)]
    again = Tree(size, edge)
    assert again.root() == root_of(size)
    again.grow(MANY[size : size + more])
    assert again.root() == root_of(again.size)


@given(size=sizes, data=st.data())
def test_every_leaf_is_proven_and_no_other(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    made, root = proof(inclusion_spans(index, size), GROWN.nodes), root_of(size)
    check_inclusion(MANY[index], index, size, made, root)
    for wrong in _wrong(MANY[index], index, size, made):
        with pytest.raises(ProofWrong):
            check_inclusion(*wrong, root)


def _wrong(
    leaf: bytes, index: int, size: int, made: list[bytes]
) -> list[tuple[bytes, int, int, list[bytes]]]:
    others = [(leaf, at, size, made) for at in (index - 1, index + 1, index ^ 2) if at != index]
    bits = [(leaf, index, size, [*made[:at], _flipped(made[at]), *made[at + 1 :]]) for at in range(len(made))]
    longer = [(leaf, index, size, [*made, leaf]), (leaf, index, size, [leaf, *made])]
    shorter = [(leaf, index, size, made[:-1])] if made else []
    return [(_flipped(leaf), index, size, made), *others, *bits, *longer, *shorter]


def _flipped(hashed: bytes) -> bytes:
    return bytes([hashed[0] ^ 8]) + hashed[1:]


@given(first=sizes, second=sizes)
def test_a_tree_is_consistent_with_what_it_grew_into_and_with_nothing_else(first: int, second: int) -> None:
    first, second = sorted((first, second))
    made = proof(consistency_spans(first, second), GROWN.nodes)
    roots = root_of(first), root_of(second)
    check_consistency((first, second), roots, made)
    wrong_roots = [(_flipped(roots[0]), roots[1]), (roots[0], _flipped(roots[1]))]
    wrong_paths = [[*made, roots[0]], [roots[1], *made]] + [
        [*made[:at], _flipped(made[at]), *made[at + 1 :]] for at in range(len(made))
    ]
    for wrong in wrong_roots:
        with pytest.raises(ProofWrong):
            check_consistency((first, second), wrong, made)
    for path in wrong_paths:
        with pytest.raises(ProofWrong):
            check_consistency((first, second), roots, path)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 3), (3, 2)])
def test_what_is_not_in_the_tree_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(ProofWrong):
        inclusion_spans(index, size)
    with pytest.raises(ProofWrong):
        check_inclusion(MANY[0], index, size, [], MANY[0])


def test_a_larger_tree_is_no_beginning_of_a_smaller_one() -> None:
    with pytest.raises(ProofWrong):
        consistency_spans(3, 2)
    with pytest.raises(ProofWrong):
        check_consistency((3, 2), (ROOTS[2], ROOTS[1]), [])


def test_a_proof_that_is_missing_proves_nothing() -> None:
    with pytest.raises(ProofWrong):
        check_consistency((3, 4), (ROOTS[2], ROOTS[3]), [])
