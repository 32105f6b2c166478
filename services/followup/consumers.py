"""What follow-up does about others' messages: recommend on results, record what training systems answer."""

from datetime import timedelta
from functools import partial
from zoneinfo import ZoneInfo

from services.followup.recommendation.commands import ReceiveResult, RecordTrainingCompletion
from services.followup.recommendation.decider import FOLLOWUP, followup_stream
from shared.contracts import assessment
from shared.contracts.assessment import AssessmentCompletedV1, AssessmentCorrectedV1, ResultMessage
from shared.contracts.followup import TRAINING_RESULTS, TrainingCompletedV1
from shared.messaging.incoming import Incoming
from shared.messaging.reaction import Facts, Reaction
from shared.regulation.followup_rules import CompetenceSeen
from shared.regulation.rating import Predicate
from shared.regulation.timeliness import local_date
from shared.store.encrypted import Encrypted
from shared.store.stream import Stream
from shared.store.unit import Unit

# A course assigned for the result of one year is attended in that year or a later one.
YEARS_BACK = 4
# A training system whose clock is a little ahead of ours may be past midnight already.
CLOCKS_DIFFER = timedelta(minutes=5)


def reactions(zone: ZoneInfo) -> list[Reaction]:
    """All reactions, one a topic; `zone` tells the local date of a message."""
    results = (AssessmentCompletedV1, AssessmentCorrectedV1)
    return [
        Reaction(assessment.EVENTS, results, partial(when_result_published_recommend, zone=zone)),
        Reaction(
            TRAINING_RESULTS,
            (TrainingCompletedV1,),
            partial(when_training_completed_record, zone=zone),
            is_foreign=True,
        ),
    ]


async def when_result_published_recommend(
    incoming: Incoming[ResultMessage], facts: Facts, *, zone: ZoneInfo
) -> list[Unit]:
    """Recommend by the rules of the day it was published; after a correction anew, for the same reason.

    The decider tells a corrected result by its version.
    """
    result = incoming.message
    command = await result_received(incoming, facts, zone)
    return await facts.decide(
        FOLLOWUP,
        followup_stream(result.employee_id, result.year),
        command,
        incoming,
        subject_id=result.employee_id,
        reason_code=result.reason_code if isinstance(result, AssessmentCorrectedV1) else None,
    )


async def result_received(incoming: Incoming[ResultMessage], facts: Facts, zone: ZoneInfo) -> ReceiveResult:
    """The command that a result makes, with last year's predicate as known here."""
    result = incoming.message
    last_year, _ = await facts.state(FOLLOWUP, followup_stream(result.employee_id, result.year - 1))
    return ReceiveResult(
        on=local_date(incoming.time, zone),
        evaluation_id=result.evaluation_id,
        result_event_id=incoming.event_id,
        result_version=result.result_version,
        predicate=Predicate(result.predicate),
        result_rating=result.result_rating,
        behavior_rating=result.behavior_rating,
        reports_on_time=result.reports_on_time,
        reports_due=result.reports_due,
        unit_id=result.unit_id,
        appraiser_id=result.appraiser_id,
        competences=tuple(
            CompetenceSeen(seen.code, seen.kind == "strength", seen.feedback_ids)
            for seen in result.competences
        ),
        feedback_ids=result.feedback_ids,
        year_before=last_year.predicate,
    )


async def when_training_completed_record(
    incoming: Incoming[TrainingCompletedV1], facts: Facts, *, zone: ZoneInfo
) -> list[Unit]:
    """Record hours and certificate where the course was assigned; what can't be so is refused."""
    answer = incoming.message
    on = local_date(incoming.time + CLOCKS_DIFFER, zone)
    command = RecordTrainingCompletion(
        on=on,
        assignment_id=answer.assignment_id,
        completed_on=answer.completed_on,
        hours=answer.hours,
        certificate_number=Encrypted.of(answer.certificate_number),
    )
    stream = await assigned_in(answer, facts, newest=min(on, answer.completed_on).year)
    return await facts.decide(FOLLOWUP, stream, command, incoming, subject_id=answer.employee_id)


async def assigned_in(answer: TrainingCompletedV1, facts: Facts, *, newest: int) -> Stream:
    """The follow-up of `newest` or a year before that assigned the course; that of `newest` if none did."""
    for year in range(newest, newest - YEARS_BACK, -1):
        stream = followup_stream(answer.employee_id, year)
        state, _ = await facts.state(FOLLOWUP, stream)
        if state.assigned(answer.assignment_id):
            return stream
    return followup_stream(answer.employee_id, newest)
