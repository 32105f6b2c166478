"""Where the topic's order and ours differ, the culprit is named and nobody who only moved up or down."""

from hashlib import sha256

import pytest

from shared.sealed_log.audit.finding import ALTERED, INSERTED, REMOVED, REORDERED, TOPIC
from shared.sealed_log.audit.whole import Published, Whole
from shared.sealed_log.checkpoint import Checkpoint, Keys, first_key
from shared.sealed_log.note import Signer
from shared.sealed_log.tree import Tree

LOG = "CONTOH/toy"
SIGNED = [sha256(f"{at}".encode()).digest() for at in range(1000)]
FAKE, OTHER = sha256(b"fake").digest(), sha256(b"other").digest()


def found(ours: list[bytes], theirs: list[bytes] = SIGNED) -> list[tuple[str, int | None, int | None]]:
    audit = Whole(Keys(LOG), {}, Published(bytearray(b"".join(theirs))))
    for first in range(0, len(ours), 300):
        audit.take(b"".join(ours[first : first + 300]), [], [])
    return [(one.kind, one.index, one.other) for one in audit.finished()]


def test_an_event_removed_from_a_closed_gap_is_the_only_one_named() -> None:
    assert found(SIGNED[:5] + SIGNED[6:]) == [(REMOVED, 5, None)]


@pytest.mark.parametrize("unpublished", [0, 3])
def test_an_event_inserted_with_the_rest_moved_down_is_the_only_one_named(unpublished: int) -> None:
    ours = [*SIGNED[:5], FAKE, *SIGNED[5:]]
    assert found(ours, SIGNED[: len(SIGNED) - unpublished]) == [(INSERTED, 5, None)]


def test_an_event_that_was_replaced_is_altered() -> None:
    assert found([*SIGNED[:5], FAKE, *SIGNED[6:]]) == [(ALTERED, 5, None)]


def test_one_that_was_replaced_behind_a_closed_gap_is_altered_in_the_place_it_had() -> None:
    ours = [*SIGNED[:5], *SIGNED[6:700], FAKE, *SIGNED[701:]]
    assert found(ours) == [(REMOVED, 5, None), (ALTERED, 700, None)]


def test_a_replacement_for_another_that_was_removed_elsewhere_is_inserted() -> None:
    assert found([*SIGNED[:5], *SIGNED[6:900], FAKE, *SIGNED[900:]]) == [
        (REMOVED, 5, None),
        (INSERTED, 899, None),
    ]


@pytest.mark.parametrize("pair", [(4, 5), (3, 800)])
def test_two_that_changed_places_are_both_named(pair: tuple[int, int]) -> None:
    ours = list(SIGNED)
    ours[pair[0]], ours[pair[1]] = ours[pair[1]], ours[pair[0]]
    assert found(ours) == [(REORDERED, *pair), (REORDERED, *reversed(pair))]


def test_one_that_was_moved_far_is_named_and_not_those_between() -> None:
    assert found([*SIGNED[:5], *SIGNED[6:900], SIGNED[5], *SIGNED[900:]]) == [(REORDERED, 5, 899)]


def test_the_end_that_was_cut_off_is_removed() -> None:
    assert found(SIGNED[:998]) == [(REMOVED, 998, None), (REMOVED, 999, None)]


def test_what_a_signature_vouches_for_is_the_topics_lie() -> None:
    signer, tree = Signer(LOG, bytes(32)), Tree()
    keys = Keys(LOG)
    keys.add(first_key(signer))
    tree.grow(SIGNED[:600])
    note = Checkpoint(LOG, 600, tree.root()).signed(signer)
    theirs = [*SIGNED[:5], FAKE, *SIGNED[6:700], OTHER, *SIGNED[701:]]
    audit = Whole(keys, {600: note}, Published(bytearray(b"".join(theirs)), {600: note}))
    audit.take(b"".join(SIGNED), [], [])
    assert [(one.kind, one.index) for one in audit.finished()] == [(TOPIC, 5), (ALTERED, 700)]
