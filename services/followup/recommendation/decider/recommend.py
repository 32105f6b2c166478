"""From a result to recommendations, and from a corrected result to withdrawn, reviewed and renewed ones."""

from uuid import UUID, uuid5

from services.followup.recommendation.commands import ReceiveResult
from services.followup.recommendation.decider.state import (
    Recommendation,
    Status,
    YearFollowup,
)
from services.followup.recommendation.events import (
    FollowupEvent,
    FollowupRecommended,
    FollowupWithdrawn,
    ResultReceived,
    ReviewRequested,
)
from shared.regulation.followup_rules import FOLLOWUP_RULES, Proposal, proposals


def recommendation_id(result_event_id: UUID, proposal: Proposal) -> UUID:
    """The id that a result and a proposal always make."""
    return uuid5(result_event_id, f"{proposal.kind}/{proposal.code}")


def receive(followup: YearFollowup, command: ReceiveResult) -> list[FollowupEvent]:
    """Recommend by the rules of the day; a result that is not newer than the one known adds nothing."""
    known = followup.result_of(command.evaluation_id)
    if known and command.result_version <= known.result_version:
        return []
    founded_on_it = [one for one in followup.recommendations if one.evaluation_id == command.evaluation_id]
    return [
        received(command),
        *fallen(founded_on_it, command),
        *renewed(founded_on_it, command),
    ]


def received(command: ReceiveResult) -> ResultReceived:
    """The result as it came."""
    return ResultReceived(
        evaluation_id=command.evaluation_id,
        result_event_id=command.result_event_id,
        result_version=command.result_version,
        predicate=command.predicate,
        result_rating=command.result_rating,
        behavior_rating=command.behavior_rating,
        reports_on_time=command.reports_on_time,
        reports_due=command.reports_due,
        unit_id=command.unit_id,
        appraiser_id=command.appraiser_id,
    )


def fallen(founded_on_it: list[Recommendation], command: ReceiveResult) -> list[FollowupEvent]:
    """What the correction takes the ground from: the open fall, a person reviews the accepted."""
    events: list[FollowupEvent] = []
    for one in founded_on_it:
        if one.status is Status.OPEN:
            events.append(
                FollowupWithdrawn(
                    recommendation_id=one.recommendation_id,
                    corrected_by=command.result_event_id,
                )
            )
        elif one.status is Status.ACCEPTED and not one.needs_review:
            events.append(
                ReviewRequested(
                    recommendation_id=one.recommendation_id,
                    corrected_by=command.result_event_id,
                )
            )
    return events


def renewed(founded_on_it: list[Recommendation], command: ReceiveResult) -> list[FollowupEvent]:
    """What the rules propose now, but for what was accepted already."""
    accepted = {(one.kind, one.code) for one in founded_on_it if one.status is Status.ACCEPTED}
    found = proposals(
        command.predicate,
        command.competences,
        feedback_ids=command.feedback_ids,
        year_before=command.year_before,
        on=command.on,
    )
    rule_from = FOLLOWUP_RULES.on(command.on).valid_from
    events = {
        (proposal.kind, proposal.code): FollowupRecommended(
            recommendation_id=recommendation_id(command.result_event_id, proposal),
            evaluation_id=command.evaluation_id,
            result_event_id=command.result_event_id,
            kind=proposal.kind,
            code=proposal.code,
            competence=proposal.competence,
            rule_id=proposal.rule_id,
            rule_from=rule_from,
            feedback_ids=proposal.feedback_ids,
            has_priority=proposal.has_priority,
        )
        for proposal in found
        if (proposal.kind, proposal.code) not in accepted
    }
    return list(events.values())
