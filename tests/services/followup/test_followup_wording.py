"""Nothing is shown as a code."""

from services.followup import wording
from services.followup.recommendation.decider import refusals
from services.followup.recommendation.events import CATALOGUE, Outcome
from shared.decider import Refusal
from shared.regulation.courses import COURSES
from shared.regulation.followup_reasons import REASONS
from shared.regulation.followup_rules import FOLLOWUP_RULES, Kind
from shared.regulation.rating import Predicate


def test_every_refusal_has_a_title() -> None:
    codes = {
        one.code
        for one in vars(refusals).values()
        if isinstance(one, type) and issubclass(one, Refusal) and one is not Refusal
    }
    assert codes == set(wording.PROBLEMS)


def test_every_code_has_its_word() -> None:
    assert set(wording.PREDICATES) == set(Predicate)
    assert set(wording.KINDS) == set(wording.NOTICES) == set(Kind)
    assert set(wording.OUTCOMES) == set(Outcome)
    for rules in FOLLOWUP_RULES.rows:
        assert {rule.rule_id for rule in rules.value} <= set(wording.RULES)
    for reasons in REASONS.rows:
        assert {*reasons.value.accepting, *reasons.value.declining} <= set(wording.REASONS)
    for courses in COURSES.rows:
        assert {one.competence for one in courses.value.by_competence} <= set(wording.COMPETENCES)


def test_every_event_and_its_fields_have_labels() -> None:
    assert set(wording.EVENT_LABELS) == {*CATALOGUE.classes, "ErasureDone"}
    for cls in CATALOGUE.classes.values():
        assert set(cls.__annotations__) <= set(wording.FIELD_LABELS)
