"""How much of a record's story a reader may see: a draft rating stays private until it is published."""

from collections.abc import Mapping
from uuid import UUID

from services.assessment.context import Assessment
from services.assessment.queries.cases import Case, case_of
from shared.contracts.planning import SEGMENTS
from shared.identity.actor import Actor
from shared.identity.policy import Action, Relation, allowed_to
from shared.store.errors import NotFound
from shared.store.store import LAST

DRAFTS = ("ResultsRated", "BehaviorRated")


def last_version(case: Case, who: Actor, relation: Relation) -> int | None:
    """The last version of the evaluation that may be told, or None for all of it."""
    if case.evaluation.result or allowed_to(Action.READ_DRAFT_RATING, who, relation):
        return None
    drafts = [one.stream_version for one in case.loaded.recorded if one.type in DRAFTS]
    return drafts[0] - 1 if drafts else None


def must_be_told(case: Case, who: Actor, relation: Relation, version: int) -> None:
    """Raises NotFound for what the story keeps from this reader: not even that it is there is said."""
    last = last_version(case, who, relation)
    if last is not None and version > last:
        raise NotFound


async def told_streams(
    assessment: Assessment, case: Case, who: Actor, relation: Relation
) -> Mapping[UUID, int]:
    """All that may be told of the year that a case belongs to: each stream, and up to which version."""
    found: dict[UUID, int] = {}
    for segment in SEGMENTS:
        try:
            one = await case_of(assessment, case.employee_id, case.year, segment)
        except NotFound:
            continue
        last = last_version(one, who, relation)
        found[one.stream.stream_id] = LAST if last is None else last
        found |= {stream.stream_id: LAST for stream in (one.progress_stream, one.feedback_stream)}
    return found
