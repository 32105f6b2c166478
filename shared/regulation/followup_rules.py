"""What a result leads to: dated rules from predicate and competences to recommendations."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import chain
from uuid import UUID

from shared.regulation.courses import COURSES, course_for
from shared.regulation.dated import Dated, Row
from shared.regulation.job_families import job_families_for
from shared.regulation.rating import Predicate


class Kind(StrEnum):
    """What may be recommended."""

    TRAINING = "training"
    PROMOTION = "promotion"
    GUIDANCE = "guidance"
    SPECIAL_TRAINING = "special_training"
    IMPROVEMENT_PERIOD = "improvement_period"
    PLACEMENT = "placement"


@dataclass(frozen=True, slots=True)
class CompetenceSeen:
    """A competence in the feedback that a result cites: a strength, or one to develop."""

    code: str
    is_strength: bool
    feedback_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class FollowupRule:
    """A result with one of `predicates` leads to `kind`; has priority after the like in the year before."""

    rule_id: str
    kind: Kind
    predicates: frozenset[Predicate]
    citation: str
    has_priority_after: frozenset[Predicate] = frozenset()


@dataclass(frozen=True, slots=True)
class Proposal:
    """One thing to recommend. `code` is a course, a family of jobs, or else the kind itself."""

    rule_id: str
    kind: Kind
    code: str
    competence: str | None = None
    feedback_ids: tuple[UUID, ...] = ()
    has_priority: bool = False


GOOD = frozenset({Predicate.VERY_GOOD, Predicate.GOOD})
TO_IMPROVE = frozenset(Predicate) - GOOD
VERY_GOOD = frozenset({Predicate.VERY_GOOD})

RULES = (
    FollowupRule(
        "promotion-of-very-good",
        Kind.PROMOTION,
        VERY_GOOD,
        "PP 30/2019; PermenPANRB 3/2020",
        VERY_GOOD,
    ),
    FollowupRule("training-of-good", Kind.TRAINING, GOOD, "PP 30/2019; PP 11/2017 Ps 203", GOOD),
    FollowupRule("guidance-to-improve", Kind.GUIDANCE, TO_IMPROVE, "PermenPANRB 6/2022"),
    FollowupRule(
        "special-training-to-improve",
        Kind.SPECIAL_TRAINING,
        TO_IMPROVE,
        "PermenPANRB 6/2022",
    ),
    FollowupRule("improvement-period", Kind.IMPROVEMENT_PERIOD, TO_IMPROVE, "PP 30/2019 Ps 56-58"),
    FollowupRule(
        "placement-by-strength",
        Kind.PLACEMENT,
        frozenset(Predicate),
        "UU 20/2023; PermenPANRB 3/2020",
    ),
)

FOLLOWUP_RULES = Dated("followup-rules", (Row(date(2022, 2, 3), RULES, "PermenPANRB 6/2022 Ps 5"),))


def followup_rule(rule_id: str, day: date) -> FollowupRule | None:
    """The rule named `rule_id` as in force on `day`; None where that day knows none. Raises NoRuleYet."""
    return next((rule for rule in FOLLOWUP_RULES.on(day).value if rule.rule_id == rule_id), None)


def proposals(
    predicate: Predicate,
    competences: tuple[CompetenceSeen, ...],
    *,
    feedback_ids: tuple[UUID, ...] = (),
    year_before: Predicate | None,
    on: date,
) -> tuple[Proposal, ...]:
    """What the rules in force on `on` recommend for a result; `year_before` is None where it is not known.

    Two years in a row that a rule counts as alike give its proposals priority. Each proposal cites the
    feedback it rests on, out of `feedback_ids` (all of that year's). Raises NoRuleYet.
    """
    found: list[Proposal] = []
    for rule in FOLLOWUP_RULES.on(on).value:
        if predicate in rule.predicates:
            has_priority = year_before in rule.has_priority_after
            found += [
                Proposal(
                    rule.rule_id,
                    rule.kind,
                    code,
                    competence,
                    named or fitting(rule.kind, competences, feedback_ids),
                    has_priority,
                )
                for code, competence, named in targets(rule.kind, predicate, competences, on)
            ]
    return tuple(found)


def fitting(
    kind: Kind, competences: tuple[CompetenceSeen, ...], feedback_ids: tuple[UUID, ...]
) -> tuple[UUID, ...]:
    """The feedback behind what follows no single competence: strengths for a promotion, else what to develop.

    All of it, where none names such a competence.
    """
    named = [seen.feedback_ids for seen in competences if seen.is_strength is (kind is Kind.PROMOTION)]
    return tuple(dict.fromkeys(chain.from_iterable(named))) or feedback_ids


Target = tuple[str, str | None, tuple[UUID, ...]]


def targets(
    kind: Kind, predicate: Predicate, competences: tuple[CompetenceSeen, ...], on: date
) -> list[Target]:
    """What a rule's kind means for these competences: courses, families of jobs, or the kind alone."""
    if kind is Kind.PLACEMENT:
        return [
            (family.code, seen.code, seen.feedback_ids)
            for seen in competences
            if seen.is_strength
            for family in job_families_for(seen.code, on)
        ]
    if kind in (Kind.TRAINING, Kind.SPECIAL_TRAINING):
        return courses_to_take(competences, on) or fallback(kind, predicate, on)
    return [(kind.value, None, ())]


def courses_to_take(competences: tuple[CompetenceSeen, ...], on: date) -> list[Target]:
    """The courses for the competences to develop, each with the feedback that names it."""
    found = ((course_for(seen.code, on), seen) for seen in competences if not seen.is_strength)
    return [(course.code, seen.code, seen.feedback_ids) for course, seen in found if course]


def fallback(kind: Kind, predicate: Predicate, on: date) -> list[Target]:
    """The course to take where no competence names one; a very good result asks for none."""
    offered = COURSES.on(on).value
    if kind is Kind.SPECIAL_TRAINING:
        return [(offered.recovery.code, None, ())]
    if predicate is Predicate.GOOD:
        return [(offered.development.code, None, ())]
    return []
