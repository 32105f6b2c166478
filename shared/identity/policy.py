"""Who may do what: the one place that says it, pure, read by every service.

What somebody may do follows from what they are to the employee concerned on that date (self,
appraiser, superior of the appraiser), and only for the rest from a role or a system's scope.
"""

from dataclasses import dataclass
from enum import StrEnum

from shared.identity.actor import Actor


class Action(StrEnum):
    """Everything that can be asked of the three services."""

    IMPORT_PEOPLE = "import-people"
    ASSIGN_APPRAISER = "assign-appraiser"
    SET_CALENDAR = "set-calendar"
    ERASE_PERSON = "erase-person"
    HOLD_PERSON = "hold-person"
    DRAFT_PLAN = "draft-plan"
    SUBMIT_PLAN = "submit-plan"
    RETURN_PLAN = "return-plan"
    AGREE_PLAN = "agree-plan"
    REVISE_PLAN = "revise-plan"
    REPORT_PROGRESS = "report-progress"
    ACCEPT_EARLIER_DATE = "accept-earlier-date"
    GIVE_FEEDBACK = "give-feedback"
    ANSWER_FEEDBACK = "answer-feedback"
    RATE = "rate"
    PUBLISH = "publish"
    ACKNOWLEDGE = "acknowledge"
    CORRECT = "correct"
    DECIDE_RECOMMENDATION = "decide-recommendation"
    READ_RECORD = "read-record"
    READ_DRAFT_RATING = "read-draft-rating"
    READ_TRAIL = "read-trail"
    READ_CHANGES = "read-changes"
    READ_PEOPLE = "read-people"
    READ_ERASURES = "read-erasures"
    READ_TRAINING_RESULTS = "read-training-results"
    MAP_PEOPLE = "map-people"

    @property
    def is_read(self) -> bool:
        """Whether nothing changes by it. A look-up of a NIP is recorded but changes nothing."""
        return self.value.startswith("read-") or self is Action.MAP_PEOPLE


@dataclass(frozen=True, slots=True)
class Relation:
    """What the actor is to the employee concerned, on the date concerned."""

    is_self: bool = False
    is_appraiser: bool = False
    is_appraisers_superior: bool = False


STRANGER = Relation()
ONESELF = Relation(is_self=True)


class NotAllowed(Exception):
    """This actor may not do that. `code` names why (kebab-case)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


SELF, APPRAISER, SUPERIOR = "employee", "appraiser", "appraisers_superior"
HR, OFFICER, AUDITOR, SYSTEM = "hr", "performance_officer", "auditor", "system"
PEOPLE_MAP, FOLLOWUP_READ = "people:map", "followup:read"

# Tried in this order: the first that fits is the role the act is recorded under.
ALLOWED: dict[Action, tuple[str, ...]] = {
    Action.IMPORT_PEOPLE: (HR,),
    Action.ASSIGN_APPRAISER: (HR,),
    Action.SET_CALENDAR: (HR,),
    Action.ERASE_PERSON: (HR,),
    Action.HOLD_PERSON: (HR,),
    Action.DRAFT_PLAN: (SELF,),
    Action.SUBMIT_PLAN: (SELF,),
    Action.RETURN_PLAN: (APPRAISER,),
    Action.AGREE_PLAN: (APPRAISER,),
    Action.REVISE_PLAN: (SELF, APPRAISER),
    Action.REPORT_PROGRESS: (SELF,),
    Action.ACCEPT_EARLIER_DATE: (APPRAISER,),
    Action.GIVE_FEEDBACK: (APPRAISER, SUPERIOR),
    Action.ANSWER_FEEDBACK: (SELF,),
    Action.RATE: (APPRAISER,),
    Action.PUBLISH: (APPRAISER,),
    Action.ACKNOWLEDGE: (SELF,),
    Action.CORRECT: (SUPERIOR,),
    Action.DECIDE_RECOMMENDATION: (APPRAISER, OFFICER),
    Action.READ_RECORD: (SELF, APPRAISER, SUPERIOR, HR, OFFICER, AUDITOR),
    Action.READ_DRAFT_RATING: (APPRAISER, AUDITOR),
    Action.READ_TRAIL: (SELF, APPRAISER, SUPERIOR, OFFICER, AUDITOR),
    Action.READ_CHANGES: (AUDITOR,),
    Action.READ_PEOPLE: (HR, OFFICER, AUDITOR),
    Action.READ_ERASURES: (HR, OFFICER, AUDITOR),
    Action.READ_TRAINING_RESULTS: (SELF, APPRAISER, SUPERIOR, HR, OFFICER, AUDITOR, FOLLOWUP_READ),
    Action.MAP_PEOPLE: (PEOPLE_MAP,),
}

# Never one's own plan, rating or reward, even where the data make somebody their own appraiser.
NEVER_FOR_ONESELF = frozenset(
    {
        Action.ASSIGN_APPRAISER,
        Action.ERASE_PERSON,
        Action.HOLD_PERSON,
        Action.RETURN_PLAN,
        Action.AGREE_PLAN,
        Action.ACCEPT_EARLIER_DATE,
        Action.GIVE_FEEDBACK,
        Action.RATE,
        Action.PUBLISH,
        Action.CORRECT,
        Action.DECIDE_RECOMMENDATION,
        Action.READ_DRAFT_RATING,
    }
)

AUDITOR_ONLY_READS, OWN_RECORD = "auditor-only-reads", "own-record"
RECORD_NOT_YOURS = "record-not-yours"
# What is missing, said in the words of the first role that would have been enough.
REFUSALS = {
    SELF: "not-your-own-record",
    APPRAISER: "not-the-appraiser",
    SUPERIOR: "not-the-appraisers-superior",
    HR: "role-missing",
    AUDITOR: "role-missing",
    PEOPLE_MAP: "scope-missing",
}


def may(action: Action, actor: Actor, relation: Relation = STRANGER) -> str:
    """The role `actor` does this in (the envelope's `acting_role`). Raises NotAllowed.

    `relation` must be that of the date concerned: who was the appraiser then, not now.
    """
    if AUDITOR in actor.roles and not action.is_read:
        raise NotAllowed(AUDITOR_ONLY_READS)
    if relation.is_self and action in NEVER_FOR_ONESELF:
        raise NotAllowed(OWN_RECORD)
    allowed, held = ALLOWED[action], capacities(actor, relation)
    for capacity in allowed:
        if capacity in held:
            return SYSTEM if actor.is_system else capacity
    raise NotAllowed(RECORD_NOT_YOURS if {SELF, AUDITOR} <= set(allowed) else REFUSALS[allowed[0]])


def allowed_to(action: Action, actor: Actor, relation: Relation = STRANGER) -> bool:
    """Whether `may` would let it pass: for showing or leaving out a button."""
    try:
        may(action, actor, relation)
    except NotAllowed:
        return False
    return True


def capacities(actor: Actor, relation: Relation) -> frozenset[str]:
    """All that `actor` is here. A system is nobody's appraiser: it holds scopes only, a person roles only."""
    if actor.is_system:
        return actor.scopes & {PEOPLE_MAP, FOLLOWUP_READ}
    related = {
        name
        for name, holds in (
            (SELF, relation.is_self),
            (APPRAISER, relation.is_appraiser),
            (SUPERIOR, relation.is_appraisers_superior),
        )
        if holds
    }
    return frozenset(related) | (actor.roles & {HR, OFFICER, AUDITOR})
