"""Who may do what, in one table, and every mixture of roles and relations checked against it."""

from itertools import product
from uuid import UUID

import pytest

from shared.identity.actor import Actor, client_actor_id
from shared.identity.policy import NEVER_FOR_ONESELF, Action, NotAllowed, Relation, allowed_to, may

RATNA = UUID("01900000-0000-7000-8000-000000000001")

# The columns: what the actor is to the employee on that date, then what role or scope the actor holds.
TABLE = """
                        self appraiser superior | hr officer auditor | people:map followup:read
import-people            .      .         .     | x     .       .    |     .          .
assign-appraiser         .      .         .     | x     .       .    |     .          .
set-calendar             .      .         .     | x     .       .    |     .          .
erase-person             .      .         .     | x     .       .    |     .          .
hold-person              .      .         .     | x     .       .    |     .          .
draft-plan               x      .         .     | .     .       .    |     .          .
submit-plan              x      .         .     | .     .       .    |     .          .
return-plan              .      x         .     | .     .       .    |     .          .
agree-plan               .      x         .     | .     .       .    |     .          .
revise-plan              x      x         .     | .     .       .    |     .          .
report-progress          x      .         .     | .     .       .    |     .          .
accept-earlier-date      .      x         .     | .     .       .    |     .          .
give-feedback            .      x         x     | .     .       .    |     .          .
answer-feedback          x      .         .     | .     .       .    |     .          .
rate                     .      x         .     | .     .       .    |     .          .
publish                  .      x         .     | .     .       .    |     .          .
acknowledge              x      .         .     | .     .       .    |     .          .
correct                  .      .         x     | .     .       .    |     .          .
decide-recommendation    .      x         .     | .     x       .    |     .          .
read-record              x      x         x     | x     x       x    |     .          .
read-draft-rating        .      x         .     | .     .       x    |     .          .
read-trail               x      x         x     | .     x       x    |     .          .
read-changes             .      .         .     | .     .       x    |     .          .
read-people              .      .         .     | x     x       x    |     .          .
read-erasures            .      .         .     | x     x       x    |     .          .
read-training-results    x      x         x     | x     x       x    |     .          x
map-people               .      .         .     | .     .       .    |     x          .
"""
RELATIONS = ("self", "appraiser", "superior")
ROLES = ("hr", "officer", "auditor")
SCOPES = ("people:map", "followup:read")
ROLE_NAMES = {"hr": "hr", "officer": "performance_officer", "auditor": "auditor"}


def read_table() -> dict[Action, set[str]]:
    header, *rows = TABLE.replace("|", " ").strip().splitlines()
    columns = header.split()
    return {
        Action(name): {column for column, mark in zip(columns, marks, strict=True) if mark == "x"}
        for name, *marks in (row.split() for row in rows)
    }


ALLOWED = read_table()


def subsets(names: tuple[str, ...]) -> list[frozenset[str]]:
    return [
        frozenset(name for name, chosen in zip(names, bits, strict=True) if chosen)
        for bits in product((False, True), repeat=len(names))
    ]


def person(roles: frozenset[str]) -> Actor:
    return Actor(actor_id=RATNA, roles=frozenset({"employee"} | {ROLE_NAMES[role] for role in roles}))


def system(scopes: frozenset[str], roles: frozenset[str] = frozenset()) -> Actor:
    return Actor(
        actor_id=client_actor_id("training-system"), client_id="training-system", scopes=scopes, roles=roles
    )


def relation(names: frozenset[str]) -> Relation:
    return Relation(*(name in names for name in RELATIONS))


def test_the_table_names_every_action() -> None:
    assert set(ALLOWED) == set(Action)


def test_what_changes_nothing_is_named_a_reading_but_for_the_looking_up_of_people() -> None:
    reads = {line.split()[0] for line in TABLE.splitlines() if line.startswith("read-")}
    assert {action for action in Action if action.is_read} == {*reads, "map-people"}


@pytest.mark.parametrize("action", Action)
def test_a_person_may_what_the_table_says_in_every_mixture(action: Action) -> None:
    for roles, relations in product(subsets(ROLES), subsets(RELATIONS)):
        expected = bool(ALLOWED[action] & (roles | relations))
        if "auditor" in roles and not action.is_read:
            expected = False
        if "self" in relations and "self" not in ALLOWED[action] and action in NEVER_FOR_ONESELF:
            expected = False
        assert allowed_to(action, person(roles), relation(relations)) is expected, (roles, relations)


@pytest.mark.parametrize("action", Action)
def test_a_system_has_its_scopes_and_nothing_else(action: Action) -> None:
    for scopes, relations, roles in product(subsets(SCOPES), subsets(RELATIONS), subsets(ROLES)):
        asker = system(scopes, frozenset(ROLE_NAMES[role] for role in roles))
        if "auditor" in roles and not action.is_read:
            continue
        related = relation(relations)
        if related.is_self and action in NEVER_FOR_ONESELF:
            continue
        assert allowed_to(action, asker, related) is bool(ALLOWED[action] & scopes), (scopes, relations)


@pytest.mark.parametrize("action", [action for action in Action if not action.is_read])
def test_the_auditor_writes_nothing(action: Action) -> None:
    for roles, relations in product(subsets(ROLES), subsets(RELATIONS)):
        with pytest.raises(NotAllowed):
            may(action, person(roles | {"auditor"}), relation(relations))


@pytest.mark.parametrize("action", [action for action in Action if action.is_read])
def test_the_auditor_reads_everything(action: Action) -> None:
    if action is not Action.MAP_PEOPLE:
        assert may(action, person(frozenset({"auditor"}))) == "auditor"


@pytest.mark.parametrize(
    "action",
    [
        Action.ASSIGN_APPRAISER,
        Action.ERASE_PERSON,
        Action.HOLD_PERSON,
        Action.AGREE_PLAN,
        Action.RETURN_PLAN,
        Action.ACCEPT_EARLIER_DATE,
        Action.RATE,
        Action.READ_DRAFT_RATING,
        Action.PUBLISH,
        Action.CORRECT,
        Action.GIVE_FEEDBACK,
        Action.DECIDE_RECOMMENDATION,
    ],
)
def test_nobody_decides_on_their_own_record_even_as_their_own_appraiser(action: Action) -> None:
    with pytest.raises(NotAllowed) as refused:
        may(action, person(frozenset({"hr", "officer"})), Relation(True, True, True))
    assert refused.value.code == "own-record"


@pytest.mark.parametrize(
    ("action", "code"),
    [
        (Action.AGREE_PLAN, "not-the-appraiser"),
        (Action.CORRECT, "not-the-appraisers-superior"),
        (Action.SUBMIT_PLAN, "not-your-own-record"),
        (Action.IMPORT_PEOPLE, "role-missing"),
        (Action.READ_CHANGES, "role-missing"),
        (Action.READ_RECORD, "record-not-yours"),
        (Action.MAP_PEOPLE, "scope-missing"),
    ],
)
def test_a_refusal_says_what_is_missing(action: Action, code: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        may(action, person(frozenset()))
    assert refused.value.code == code


def test_an_act_is_recorded_under_the_role_it_was_done_in() -> None:
    officer = person(frozenset({"officer"}))
    assert may(Action.DECIDE_RECOMMENDATION, officer) == "performance_officer"
    assert may(Action.DECIDE_RECOMMENDATION, officer, Relation(is_appraiser=True)) == "appraiser"
    assert may(Action.SUBMIT_PLAN, officer, Relation(is_self=True)) == "employee"
    assert may(Action.MAP_PEOPLE, system(frozenset({"people:map"}))) == "system"
