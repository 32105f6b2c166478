"""The rules of one employee's follow-up of one year."""

from typing import assert_never
from uuid import UUID

from services.followup.recommendation.commands import (
    AcceptRecommendation,
    DeclineRecommendation,
    EndImprovement,
    FollowupCommand,
    ReceiveResult,
    RecordGuidance,
    RecordTrainingCompletion,
    ReviewRecommendation,
)
from services.followup.recommendation.decider.carry_out import (
    complete_training,
    end_improvement,
    record_guidance,
)
from services.followup.recommendation.decider.decisions import accept, decline, review
from services.followup.recommendation.decider.evolve import evolve
from services.followup.recommendation.decider.recommend import receive
from services.followup.recommendation.decider.state import YearFollowup
from services.followup.recommendation.events import CATALOGUE, FollowupEvent
from shared.decider import Decider
from shared.store.stream import Stream
from shared.store.unit import Aggregate

KIND = "followup"


def followup_stream(employee_id: UUID, year: int) -> Stream:
    """Where one employee's follow-up of one year is kept."""
    return Stream.of(KIND, employee_id, year=year)


def decide(followup: YearFollowup, command: FollowupCommand) -> list[FollowupEvent]:
    """What happens when `command` is asked of `followup`. Raises a Refusal."""
    match command:
        case ReceiveResult():
            return receive(followup, command)
        case AcceptRecommendation():
            return accept(followup, command)
        case DeclineRecommendation():
            return decline(followup, command)
        case ReviewRecommendation():
            return review(followup, command)
        case RecordTrainingCompletion():
            return complete_training(followup, command)
        case RecordGuidance():
            return record_guidance(followup, command)
        case EndImprovement():
            return end_improvement(followup, command)
        case _:
            assert_never(command)


FOLLOWUP = Aggregate(KIND, Decider(YearFollowup(), decide, evolve), CATALOGUE)
