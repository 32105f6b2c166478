"""The use cases of an evaluation: facts looked up, the rules asked, the events appended."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.assessment.context import Assessment
from services.assessment.evaluation.assessing import assess
from services.assessment.evaluation.commands import (
    AcknowledgeResult,
    CorrectResult,
    EvaluationCommand,
    PublishResult,
    RateBehavior,
    RateResults,
)
from services.assessment.evaluation.decider import AGGREGATE, Evaluation
from services.assessment.evaluation.events import ValueRating
from services.assessment.queries.cases import (
    Case,
    Standing,
    feedback,
    noted_competences,
    progress_facts,
    reports,
)
from services.assessment.queries.results import latest
from shared.regulation.assessment_reasons import CORRECTION_REASONS
from shared.regulation.behavior import suggested_behavior
from shared.regulation.rating import Rating
from shared.store.act import Done, act
from shared.store.errors import NotFound
from shared.store.unit import Intent

DIFFERS_FROM_SUGGESTION = "differs-from-suggestion"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request about a case: what the asker is to the employee, the intent, and the version last seen."""

    case: Case
    standing: Standing
    intent: Intent
    expected: int | None = None


async def rate_results(assessment: Assessment, asked: Asked, chosen: Rating) -> Done[Evaluation]:
    """Draft the rating of results from all reports so far."""
    content, on = asked.case.evaluation.content, assessment.local_day(asked.intent.at)
    progress = progress_facts((await reports(assessment, asked.case)).state)
    suggested = assess(content, progress, on=on).suggested if content else None
    return await ask(
        assessment,
        with_code(asked, differs=chosen is not suggested),
        RateResults(
            rated_by=asked.intent.actor_id,
            appraiser_id=asked.standing.appraiser_id,
            on=on,
            progress=progress,
            chosen=chosen,
            has_reason=has_reason(asked.intent),
            same_reason=await same_reason(assessment, asked, "ResultsRated"),
        ),
    )


async def rate_behavior(
    assessment: Assessment, asked: Asked, values: tuple[ValueRating, ...], chosen: Rating
) -> Done[Evaluation]:
    """Draft the rating of behavior."""
    content = asked.case.evaluation.content
    suggested = suggested_behavior([one.rating for one in values], on=content.period_to) if content else None
    return await ask(
        assessment,
        with_code(asked, differs=chosen is not suggested),
        RateBehavior(
            rated_by=asked.intent.actor_id,
            appraiser_id=asked.standing.appraiser_id,
            on=assessment.local_day(asked.intent.at),
            values=values,
            chosen=chosen,
            has_reason=has_reason(asked.intent),
            same_reason=await same_reason(assessment, asked, "BehaviorRated"),
        ),
    )


def with_code(asked: Asked, *, differs: bool) -> Asked:
    """A reason is one for differing only where the rating differs; elsewhere it stays a remark."""
    reason_code = DIFFERS_FROM_SUGGESTION if differs and has_reason(asked.intent) else None
    return replace(asked, intent=replace(asked.intent, reason_code=reason_code))


async def same_reason(assessment: Assessment, asked: Asked, rated: str) -> bool:
    """Whether the last event `rated` has the reason given now, or both have none."""
    await assessment.keyring.load([asked.case.employee_id])
    before = latest(asked.case, rated)
    stands = before.reason_text if before else None
    given = (asked.intent.reason_text or "").strip()
    return assessment.keyring.says(stands, given) if given else stands is None


async def publish(assessment: Assessment, asked: Asked) -> Done[Evaluation]:
    """Make the draft the result of the year."""
    progress = await reports(assessment, asked.case)
    said = (await feedback(assessment, asked.case)).state
    return await ask(
        assessment,
        asked,
        PublishResult(
            published_by=asked.intent.actor_id,
            appraiser_id=asked.standing.appraiser_id,
            unit_id=await unit_on(assessment, asked.case.employee_id, assessment.local_day(asked.intent.at)),
            on=assessment.local_day(asked.intent.at),
            progress=progress_facts(progress.state),
            results_with_feedback=frozenset(
                one.given.result_id for one in said.said if one.given.result_id is not None
            ),
            competences=noted_competences(said),
            feedback_ids=tuple(one.given.feedback_id for one in said.said),
        ),
    )


async def unit_on(assessment: Assessment, employee_id: UUID, day: date) -> UUID | None:
    """Where the employee works on `day`, as far as is known here."""
    person = await assessment.people.get(employee_id)
    placement = person.on(day) if person else None
    return placement.unit_id if placement else None


async def acknowledge(assessment: Assessment, asked: Asked) -> Done[Evaluation]:
    """Note that the employee has read the result."""
    return await ask(assessment, asked, AcknowledgeResult(acknowledged_by=asked.intent.actor_id))


async def correct(
    assessment: Assessment, asked: Asked, *, result_rating: Rating, behavior_rating: Rating, corrects: int
) -> Done[Evaluation]:
    """Replace result version `corrects`, with a reason of the list and in words. Raises NotFound."""
    on = assessment.local_day(asked.intent.at)
    return await ask(
        assessment,
        asked,
        CorrectResult(
            corrected_by=asked.intent.actor_id,
            appraiser_id=asked.standing.appraiser_id,
            superior_id=asked.standing.superior_id,
            on=on,
            corrects=corrects,
            supersedes=event_of_version(asked.case, corrects),
            result_rating=result_rating,
            behavior_rating=behavior_rating,
            has_reason=has_reason(asked.intent)
            and asked.intent.reason_code in CORRECTION_REASONS.on(on).value,
        ),
    )


def event_of_version(case: Case, result_version: int) -> UUID:
    """The id of the event that published `result_version`. Raises NotFound."""
    for one in case.loaded.recorded:
        if (
            one.type in ("AssessmentCompleted", "AssessmentCorrected")
            and one.event.result_version == result_version
        ):
            return one.event_id
    raise NotFound


def has_reason(intent: Intent) -> bool:
    """Whether a reason came in words."""
    return bool((intent.reason_text or "").strip())


async def ask(assessment: Assessment, asked: Asked, command: EvaluationCommand) -> Done[Evaluation]:
    return await act(
        assessment.store,
        AGGREGATE,
        asked.case.stream,
        command,
        asked.intent,
        subject_id=asked.case.employee_id,
        expected=asked.expected,
    )
