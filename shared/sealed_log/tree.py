"""The Merkle tree over all events of a service (RFC 9162, section 2.1): roots, and how it grows.

Only every eighth level is kept: a node of level k is the root of 256^k leaves. What lies between
is computed again from at most 255 siblings, so that a million events cost 3,923 stored nodes.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

NODE = b"\x01"
EMPTY_ROOT = sha256(b"").digest()
WIDTH, HEIGHT = 256, 8
HASH = 32


@dataclass(frozen=True, slots=True)
class Node:
    """The root of the leaves `position` * 256^level up to the next; level 0 are the leaves themselves."""

    level: int
    position: int
    hash: bytes


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256 over 0x01 and both children (RFC 9162, section 2.1.1)."""
    return sha256(NODE + left + right).digest()


def apart(hashes: bytes) -> list[bytes]:
    """One after the other, of hashes that were handed over as one."""
    return [hashes[at : at + HASH] for at in range(0, len(hashes), HASH)]


def folded(hashes: Sequence[bytes]) -> bytes:
    """The root over `hashes`, whose number is a power of two, each a root of equally many leaves."""
    row = hashes
    while len(row) > 1:
        row = [sha256(NODE + left + right).digest() for left, right in zip(row[::2], row[1::2], strict=True)]
    return row[0]


def joined(parts: Iterable[bytes]) -> bytes:
    """The root over complete subtrees of falling size, given from the smallest, the rightmost, on."""
    root: bytes | None = None
    for part in parts:
        root = part if root is None else node_hash(part, root)
    return EMPTY_ROOT if root is None else root


@dataclass(slots=True)
class Tree:
    """A tree's right edge, all it needs to grow: for each kept level, the nodes without a parent yet."""

    size: int = 0
    edge: list[list[bytes]] = field(default_factory=lambda: [[]])

    def grow(self, leaves: Sequence[bytes]) -> list[Node]:
        """Add leaf hashes at the right; the nodes above that are complete now, each to be stored once."""
        complete: list[Node] = []
        taken = 0
        while taken < len(leaves):
            room = WIDTH - len(self.edge[0])
            self.edge[0] += leaves[taken : taken + room]
            taken = min(taken + room, len(leaves))
            if len(self.edge[0]) == WIDTH:
                complete += self._carried((self.size + taken) // WIDTH)
        self.size += len(leaves)
        return complete

    def root(self) -> bytes:
        """The root hash over all leaves so far."""
        return root_over(self.edge)

    def _carried(self, blocks: int) -> Iterator[Node]:
        """Turn every full level into one node of the next; `blocks` nodes of level 1 are there then."""
        level, position = 0, blocks
        while len(self.edge[level]) == WIDTH:
            node = Node(level + 1, position - 1, folded(self.edge[level]))
            self.edge[level] = []
            level += 1
            if level == len(self.edge):
                self.edge.append([])
            self.edge[level].append(node.hash)
            yield node
            position //= WIDTH


def root_over(edge: Iterable[Sequence[bytes]]) -> bytes:
    """The root over nodes without a parent, given for each kept level, the leaves first."""
    return joined(part for nodes in edge for part in _from_the_right(nodes))


def _from_the_right(nodes: Sequence[bytes]) -> Iterator[bytes]:
    """The roots of the largest complete subtrees over `nodes`, the smallest first."""
    end = len(nodes)
    while end:
        start = end & (end - 1)  # without its lowest set bit
        yield folded(nodes[start:end])
        end = start


def edge_places(size: int) -> list[tuple[int, int, int]]:
    """Where the edge of a tree of `size` leaves lies: for each kept level, from and to which position."""
    places = [(0, size - size % WIDTH, size)]
    level, nodes = 0, size
    while nodes := nodes // WIDTH:
        level += 1
        places.append((level, nodes - nodes % WIDTH, nodes))
    return places
