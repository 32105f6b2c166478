"""A tree kept in memory, and RFC 9162's own recursive definition to compare it with."""

from collections.abc import Sequence

from shared.sealed_log.leaf import leaf_hash
from shared.sealed_log.proof import Place
from shared.sealed_log.tree import EMPTY_ROOT, Tree, node_hash


class Grown:
    """A tree, and all nodes that were to be stored."""

    def __init__(self, leaves: Sequence[bytes], *, steps: Sequence[int] = ()) -> None:
        self.tree = Tree()
        self.kept: dict[tuple[int, int], bytes] = {(0, at): leaf for at, leaf in enumerate(leaves)}
        start = 0
        for step in (*steps, len(leaves)):
            for node in self.tree.grow(leaves[start : start + step]):
                assert (node.level, node.position) not in self.kept
                self.kept[node.level, node.position] = node.hash
            start += step

    def nodes(self, place: Place) -> list[bytes]:
        level, first, last = place
        return [self.kept[level, position] for position in range(first, last)]


def numbered(count: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(count)]


def defined(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 9162, section 2.1.1, word by word."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    return node_hash(defined(leaves[:half]), defined(leaves[half:]))
