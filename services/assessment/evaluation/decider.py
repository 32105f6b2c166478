"""The rules of an evaluation: who may rate what when, and that a published result can't move."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from services.assessment.evaluation.assessing import assess, scheduled
from services.assessment.evaluation.commands import (
    AcknowledgeResult,
    CorrectResult,
    EvaluationCommand,
    NotePlanReturned,
    OpenEvaluation,
    PublishResult,
    RateBehavior,
    RateResults,
    RegisterEvaluation,
    RevisePlan,
)
from services.assessment.evaluation.events import (
    CATALOGUE,
    AssessmentCompleted,
    AssessmentCorrected,
    BehaviorRated,
    EvaluationEvent,
    EvaluationOpened,
    EvaluationPlanRevised,
    EvaluationRegistered,
    EvaluationReturned,
    PlanContent,
    PlanIdentity,
    ResultAcknowledged,
    ResultsRated,
)
from services.assessment.evaluation.refusals import (
    BehaviorIncomplete,
    CorrectionChangesNothing,
    CorrectionWithoutReason,
    DifferenceWithoutReason,
    FeedbackMissing,
    NotTheAppraiser,
    NotTheEmployee,
    NotTheSuperior,
    OwnRating,
    PlanNotAgreed,
    RatingIncomplete,
    RatingOutOfDate,
    ResultHasMoved,
    ResultIsPublished,
    ResultNotPublished,
)
from shared.decider import Decider
from shared.regulation.behavior import MOST, Value, suggested_behavior
from shared.regulation.rating import predicate_of
from shared.store.stream import Stream
from shared.store.unit import Aggregate


class Status(StrEnum):
    """Where an evaluation stands; what is rated but not published is still `OPEN`."""

    UNKNOWN = "unknown"
    AWAITING_AGREEMENT = "awaiting_agreement"
    RETURNED = "returned"
    OPEN = "open"
    PUBLISHED = "published"


Result = AssessmentCompleted | AssessmentCorrected


@dataclass(frozen=True)
class Evaluation:
    """`results` and `behavior` are the appraiser's draft until `result` is there; 0 = never acknowledged."""

    status: Status = Status.UNKNOWN
    plan: PlanIdentity | None = None
    content: PlanContent | None = None
    results: ResultsRated | None = None
    behavior: BehaviorRated | None = None
    result: Result | None = None
    acknowledged: int = 0

    @property
    def publisher_id(self) -> UUID | None:
        """Who rated and published: a correction keeps the plan as the first publication named it."""
        return self.result.plan.appraiser_id if self.result else None


def evaluation_stream(employee_id: UUID, year: int, segment: int = 1) -> Stream:
    """The stream of the evaluation of `employee_id`'s plan of that year and segment."""
    return Stream.of("evaluation", employee_id, segment, year=year)


def decide(evaluation: Evaluation, command: EvaluationCommand) -> list[EvaluationEvent]:
    match command:
        case RegisterEvaluation():
            return register(evaluation, command)
        case NotePlanReturned():
            return note_returned(evaluation, command)
        case OpenEvaluation():
            return open_evaluation(evaluation, command)
        case RevisePlan():
            return revise_plan(evaluation, command)
        case RateResults():
            return rate_results(evaluation, command)
        case RateBehavior():
            return rate_behavior(evaluation, command)
        case PublishResult():
            return publish(evaluation, command)
        case AcknowledgeResult():
            return acknowledge(evaluation, command)
        case CorrectResult():
            return correct(evaluation, command)
        case _:
            assert_never(command)


def evolve(evaluation: Evaluation, event: EvaluationEvent) -> Evaluation:
    match event:
        case EvaluationRegistered(plan=plan):
            return replace(evaluation, status=Status.AWAITING_AGREEMENT, plan=plan)
        case EvaluationReturned():
            return replace(evaluation, status=Status.RETURNED)
        case EvaluationOpened(plan=plan, content=content):
            return replace(evaluation, status=Status.OPEN, plan=plan, content=content)
        case EvaluationPlanRevised(plan=plan, content=content):
            return replace(evaluation, plan=plan, content=content, results=None)
        case ResultsRated():
            return replace(evaluation, results=event)
        case BehaviorRated():
            return replace(evaluation, behavior=event)
        case AssessmentCompleted() | AssessmentCorrected():
            return replace(evaluation, status=Status.PUBLISHED, result=event)
        case ResultAcknowledged(result_version=version):
            return replace(evaluation, acknowledged=version)
        case _:
            assert_never(event)


def register(evaluation: Evaluation, command: RegisterEvaluation) -> list[EvaluationEvent]:
    """Wait for the agreement of a submitted plan; a plan that is being assessed already stays so."""
    if evaluation.status not in (Status.UNKNOWN, Status.RETURNED):
        return []
    return [EvaluationRegistered(plan=command.plan)]


def note_returned(evaluation: Evaluation, command: NotePlanReturned) -> list[EvaluationEvent]:
    if evaluation.status is not Status.AWAITING_AGREEMENT:
        return []
    return [EvaluationReturned(revision=command.revision, plan_reason_code=command.plan_reason_code)]


def open_evaluation(evaluation: Evaluation, command: OpenEvaluation) -> list[EvaluationEvent]:
    """Open what was agreed; the message before it may have been missed, so any waiting state will do."""
    if evaluation.content is not None:
        return []
    return [EvaluationOpened(plan=command.plan, content=command.content)]


def revise_plan(evaluation: Evaluation, command: RevisePlan) -> list[EvaluationEvent]:
    """Replace the plan under assessment. Raises ResultIsPublished: a final result keeps the plan it rated."""
    if evaluation.status is Status.PUBLISHED:
        raise ResultIsPublished
    if evaluation.content is None:
        return [EvaluationOpened(plan=command.plan, content=command.content)]
    if (evaluation.plan, evaluation.content) == (command.plan, command.content):
        return []
    return [
        EvaluationPlanRevised(
            plan=command.plan, content=command.content, plan_reason_code=command.plan_reason_code
        )
    ]


def rate_results(evaluation: Evaluation, command: RateResults) -> list[EvaluationEvent]:
    """Draft the rating of results beside what the numbers suggest (PermenPANRB 6/2022 Ps 24)."""
    _, content = rateable(evaluation, command.rated_by, command.appraiser_id)
    assessed = assess(content, command.progress, on=command.on)
    differs = command.chosen is not assessed.suggested
    if differs and not command.has_reason:
        raise DifferenceWithoutReason(suggested=assessed.suggested, chosen=command.chosen)
    rated = ResultsRated(assessed=assessed, chosen=command.chosen, differs=differs)
    return [] if rated == evaluation.results and command.same_reason else [rated]


def rate_behavior(evaluation: Evaluation, command: RateBehavior) -> list[EvaluationEvent]:
    """Draft the rating of behavior: each of the seven values once, and the whole."""
    _, content = rateable(evaluation, command.rated_by, command.appraiser_id)
    if sorted(one.value for one in command.values) != sorted(Value):
        raise BehaviorIncomplete
    suggested = suggested_behavior([one.rating for one in command.values], on=content.period_to)
    differs = command.chosen is not suggested
    if differs and not command.has_reason:
        raise DifferenceWithoutReason(suggested=suggested, chosen=command.chosen)
    rated = BehaviorRated(
        values=command.values,
        suggested=suggested,
        suggestion_rule=MOST.rule_id,
        chosen=command.chosen,
        differs=differs,
    )
    return [] if rated == evaluation.behavior and command.same_reason else [rated]


def rateable(
    evaluation: Evaluation, rated_by: UUID, appraiser_id: UUID | None
) -> tuple[PlanIdentity, PlanContent]:
    """The agreed plan, when `rated_by` may rate it now. Raises the reason why not."""
    if evaluation.status is Status.PUBLISHED:
        raise ResultIsPublished
    if evaluation.plan is None or evaluation.content is None:
        raise PlanNotAgreed
    if rated_by == evaluation.plan.employee_id:
        raise OwnRating
    if rated_by != appraiser_id:
        raise NotTheAppraiser
    return evaluation.plan, evaluation.content


def publish(evaluation: Evaluation, command: PublishResult) -> list[EvaluationEvent]:
    """Make the drafted ratings the result of the year. No result without feedback on each planned result."""
    plan, content = rateable(evaluation, command.published_by, command.appraiser_id)
    if evaluation.results is None or evaluation.behavior is None:
        raise RatingIncomplete
    missing = sum(1 for one in content.results if one.result_id not in command.results_with_feedback)
    if missing:
        raise FeedbackMissing(missing=missing)
    now = assess(content, command.progress, on=command.on)
    if now != evaluation.results.assessed:
        raise RatingOutOfDate
    result, behavior = evaluation.results.chosen, evaluation.behavior.chosen
    on_that_day = replace(plan, appraiser_id=command.published_by, unit_id=command.unit_id or plan.unit_id)
    return [
        AssessmentCompleted(
            plan=on_that_day,
            result_rating=result,
            behavior_rating=behavior,
            predicate=predicate_of(result, behavior, on=content.period_to),
            reports_on_time=now.reports_on_time,
            reports_due=now.reports_due,
            competences=command.competences,
            feedback_ids=command.feedback_ids,
            indicators=scheduled(now),
            result_version=1,
            supersedes=None,
        )
    ]


def acknowledge(evaluation: Evaluation, command: AcknowledgeResult) -> list[EvaluationEvent]:
    if evaluation.result is None:
        raise ResultNotPublished
    if command.acknowledged_by != evaluation.result.plan.employee_id:
        raise NotTheEmployee
    if evaluation.acknowledged == evaluation.result.result_version:
        return []
    return [ResultAcknowledged(result_version=evaluation.result.result_version)]


def correct(evaluation: Evaluation, command: CorrectResult) -> list[EvaluationEvent]:
    """Replace a published result. Only the appraiser's superior on that date may, and says why."""
    current = evaluation.result
    if current is None or evaluation.content is None:
        raise ResultNotPublished
    if command.corrected_by == current.plan.employee_id:
        raise OwnRating
    raters = {command.appraiser_id, evaluation.publisher_id}  # they don't decide on it: PP 30/2019 Ps 59
    if command.corrected_by != command.superior_id or command.corrected_by in raters:
        raise NotTheSuperior
    if not command.has_reason:
        raise CorrectionWithoutReason
    has_moved = command.corrects != current.result_version
    if (current.result_rating, current.behavior_rating) == (command.result_rating, command.behavior_rating):
        if has_moved:
            return []
        raise CorrectionChangesNothing
    if has_moved:
        raise ResultHasMoved(version=current.result_version)
    return [
        AssessmentCorrected(
            plan=current.plan,
            result_rating=command.result_rating,
            behavior_rating=command.behavior_rating,
            predicate=predicate_of(
                command.result_rating, command.behavior_rating, on=evaluation.content.period_to
            ),
            reports_on_time=current.reports_on_time,
            reports_due=current.reports_due,
            competences=current.competences,
            feedback_ids=current.feedback_ids,
            indicators=current.indicators,
            result_version=current.result_version + 1,
            supersedes=command.supersedes,
        )
    ]


AGGREGATE = Aggregate("evaluation", Decider(Evaluation(), decide, evolve), CATALOGUE)
