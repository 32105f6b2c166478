"""Two orders of leaves held against each other: what one lacks, and what stands out of order."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from shared.sealed_log.audit.finding import ALTERED, INSERTED, REMOVED, REORDERED, Finding
from shared.sealed_log.tree import HASH

NOTHING = bytes(HASH)


def differences(ours: Mapping[int, bytes], theirs: Mapping[int, bytes], *, ends: int) -> Iterator[Finding]:
    """What makes `ours` another log than `theirs`, both leaves by index where they differ.

    What the other side holds elsewhere was neither removed nor inserted, and is out of order only where it
    breaks the order of the rest. Behind `ends` ours may have what theirs has not heard of yet.
    """
    there = {leaf: at for at, leaf in theirs.items()}
    here = {leaf: at for at, leaf in reversed(list(ours.items())) if leaf != NOTHING}
    common = [(at, there[leaf]) for at, leaf in ours.items() if here.get(leaf) == at and leaf in there]
    stays = _longest_in_order([other for _, other in common])
    anchors = [common[rank] for rank in stays]
    yield from _gaps(
        [
            at
            for at, leaf in ours.items()
            if at < ends and leaf != NOTHING and (leaf not in there or here[leaf] != at)
        ],
        [at for leaf, at in there.items() if leaf not in here],
        anchors,
    )
    yield from _out_of_order(common, set(stays))


def _gaps(
    ours: Sequence[int], theirs: Sequence[int], anchors: Sequence[tuple[int, int]]
) -> Iterator[Finding]:
    """Only ours and only theirs: in the same gap between anchors one for another is altered."""
    gaps: dict[int, tuple[list[int], list[int]]] = {}
    for side, (places, bounds) in enumerate(
        ((ours, [at for at, _ in anchors]), (theirs, [at for _, at in anchors]))
    ):
        for at in places:
            gaps.setdefault(bisect_left(bounds, at), ([], []))[side].append(at)
    for mine, other in gaps.values():
        same = sorted(set(mine) & set(other))
        rest = [[at for at in side if at not in same] for side in (mine, other)]
        pairs = list(zip(*rest, strict=False))
        yield from (Finding(kind=ALTERED, index=at) for at in [*same, *(at for _, at in pairs)])
        yield from (Finding(kind=INSERTED, index=at) for at in rest[0][len(pairs) :])
        yield from (Finding(kind=REMOVED, index=at) for at in rest[1][len(pairs) :])


def _out_of_order(common: Sequence[tuple[int, int]], stays: set[int]) -> Iterator[Finding]:
    """Whatever does not stay, and what changed places with it."""
    if len(stays) == len(common):
        return
    ranks = {at: rank for rank, at in enumerate(sorted(other for _, other in common))}
    order = [ranks[other] for _, other in common]
    moved = set(range(len(common))) - stays
    moved |= {order[rank] for rank in moved if order[order[rank]] == rank}
    for rank in sorted(moved):
        at, other = common[rank]
        yield Finding(kind=REORDERED, index=other, other=at)


def _longest_in_order(values: Sequence[int]) -> list[int]:
    """The positions of a longest rising subsequence."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for at, value in enumerate(values):
        length = bisect_left(tails, value)
        before.append(ends[length - 1] if length else -1)
        tails[length : length + 1] = [value]
        ends[length : length + 1] = [at]
    found: list[int] = []
    at = ends[-1] if ends else -1
    while at >= 0:
        found.append(at)
        at = before[at]
    return found[::-1]
