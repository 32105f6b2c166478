"""How much of a record's story a reader may see: a draft rating stays private until it is published."""

from services.assessment.queries.cases import Case
from shared.identity.actor import Actor
from shared.identity.policy import Action, Relation, allowed_to

DRAFTS = ("ResultsRated", "BehaviorRated")


def last_version(case: Case, who: Actor, relation: Relation) -> int | None:
    """The last version of the evaluation that may be told, or None for all of it."""
    if case.evaluation.result or allowed_to(Action.READ_DRAFT_RATING, who, relation):
        return None
    drafts = [one.stream_version for one in case.loaded.recorded if one.type in DRAFTS]
    return drafts[0] - 1 if drafts else None
