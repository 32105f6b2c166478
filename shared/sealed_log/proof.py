"""Inclusion and consistency proofs (RFC 9162, sections 2.1.3 and 2.1.4): what they need, and their check."""

from collections.abc import Callable, Iterable, Sequence

from shared.sealed_log.tree import HEIGHT, folded, joined, node_hash

Span = tuple[int, int]  # leaves from, to
Place = tuple[int, int, int]  # nodes of a level, from, to
Nodes = Callable[[Place], Sequence[bytes]]


class ProofWrong(Exception):
    """A proof does not lead to the root it should lead to."""


def inclusion_spans(index: int, size: int) -> list[Span]:
    """Whose roots prove that a leaf stands at `index` in a tree of `size` leaves, from the leaf up."""
    if not 0 <= index < size:
        raise ProofWrong(f"no leaf {index} in a tree of {size}")
    return _path(index, 0, size)


def consistency_spans(first: int, second: int) -> list[Span]:
    """Whose roots prove that a tree of `first` leaves is the beginning of one of `second`."""
    if not 0 <= first <= second:
        raise ProofWrong(f"a tree of {first} leaves is no beginning of one of {second}")
    return [] if first in (0, second) else _subproof(first, 0, second, whole=True)


def _path(index: int, start: int, end: int) -> list[Span]:
    if end - start == 1:
        return []
    middle = start + _split(end - start)
    if index < middle:
        return [*_path(index, start, middle), (middle, end)]
    return [*_path(index, middle, end), (start, middle)]


def _subproof(first: int, start: int, end: int, *, whole: bool) -> list[Span]:
    if first == end:
        return [] if whole else [(start, end)]
    middle = start + _split(end - start)
    if first <= middle:
        return [*_subproof(first, start, middle, whole=whole), (middle, end)]
    return [*_subproof(first, middle, end, whole=False), (start, middle)]


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << ((count - 1).bit_length() - 1)


def places(span: Span) -> list[Place]:
    """The stored nodes whose roots, joined, make that of a span of a proof; from the right."""
    start, end = span
    found: list[Place] = []
    while start < end:
        size = end & -end
        while size > end - start:
            size >>= 1
        level, height = divmod(size.bit_length() - 1, HEIGHT)
        first = (end - size) >> (level * HEIGHT)
        found.append((level, first, first + (1 << height)))
        end -= size
    return found


def proof(spans: Iterable[Span], nodes: Nodes) -> list[bytes]:
    """The hashes of a proof; `nodes` gives the stored nodes of a place."""
    return [joined(folded(nodes(place)) for place in places(span)) for span in spans]


def check_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Raises ProofWrong unless `path` leads from `leaf` at `index` to `root` (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        raise ProofWrong(f"no leaf {index} in a tree of {size}")
    at, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            raise ProofWrong("the proof is too long")
        if at & 1 or at == last:
            found = node_hash(step, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, step)
        at, last = at >> 1, last >> 1
    if last or found != root:
        raise ProofWrong("the proof leads to another root")


def check_consistency(sizes: tuple[int, int], roots: tuple[bytes, bytes], path: Sequence[bytes]) -> None:
    """Raises ProofWrong unless `path` shows that the first tree begins the second (RFC 9162, 2.1.4.2)."""
    first, second = sizes
    if not 0 <= first <= second:
        raise ProofWrong(f"a tree of {first} leaves is no beginning of one of {second}")
    if first == second and (path or roots[0] != roots[1]):
        raise ProofWrong("two trees of one size have two roots")
    if first in (0, second):
        if path:
            raise ProofWrong("the proof is too long")
        return
    _check_growth(sizes, roots, [roots[0], *path] if first & (first - 1) == 0 else list(path))


def _check_growth(sizes: tuple[int, int], roots: tuple[bytes, bytes], path: Sequence[bytes]) -> None:
    if not path:
        raise ProofWrong("the proof is too short")
    at, last = sizes[0] - 1, sizes[1] - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = path[0]
    for step in path[1:]:
        if last == 0:
            raise ProofWrong("the proof is too long")
        if at & 1 or at == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, step)
        at, last = at >> 1, last >> 1
    if last or (old, new) != roots:
        raise ProofWrong("the proof leads to another root")
