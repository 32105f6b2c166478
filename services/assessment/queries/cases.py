"""One evaluation with what belongs to it, folded from its streams: always current."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.assessment.context import Assessment
from services.assessment.evaluation.assessing import assess
from services.assessment.evaluation.commands import IndicatorProgress, MonthReport
from services.assessment.evaluation.decider import AGGREGATE as EVALUATION
from services.assessment.evaluation.decider import Evaluation, Status, evaluation_stream
from services.assessment.evaluation.events import Assessed, NotedCompetence
from services.assessment.feedback.decider import AGGREGATE as FEEDBACK
from services.assessment.feedback.decider import Feedback, feedback_stream
from services.assessment.progress.commands import AssessedPlan
from services.assessment.progress.decider import AGGREGATE as PROGRESS
from services.assessment.progress.decider import Progress, progress_stream
from shared.identity.actor import Actor
from shared.identity.policy import ONESELF, Relation
from shared.projection.past import load_past
from shared.store.act import Loaded, load
from shared.store.errors import NotFound
from shared.store.stream import Stream


@dataclass(frozen=True, slots=True)
class Case:
    """Whose evaluation of which year and segment, as it is now."""

    evaluation_id: UUID
    employee_id: UUID
    year: int
    segment: int
    loaded: Loaded[Evaluation]

    @property
    def evaluation(self) -> Evaluation:
        """The folded state."""
        return self.loaded.state

    @property
    def stream(self) -> Stream:
        """The evaluation's own stream."""
        return evaluation_stream(self.employee_id, self.year, self.segment)

    @property
    def progress_stream(self) -> Stream:
        """The stream of its reports."""
        return progress_stream(self.employee_id, self.year, self.segment)

    @property
    def feedback_stream(self) -> Stream:
        """The stream of its feedback."""
        return feedback_stream(self.employee_id, self.year, self.segment)

    @property
    def plan(self) -> AssessedPlan | None:
        """The agreed plan, None before agreement."""
        state = self.evaluation
        if state.plan is None or state.content is None:
            return None
        return AssessedPlan(
            identity=state.plan,
            content=state.content,
            is_published=state.status is Status.PUBLISHED,
        )


async def find_case(assessment: Assessment, evaluation_id: UUID, *, as_far_as_read: bool = False) -> Case:
    """The evaluation with that id; for its trail also one of which not every event can be read.

    Raises NotFound, UnreadableEvent.
    """
    place = await assessment.store.places.of(EVALUATION.kind, evaluation_id)
    if place is None or place.subject_id is None:
        raise NotFound
    if as_far_as_read:
        loaded = await load_past(assessment.store, EVALUATION, place.stream)
    else:
        loaded = await load(assessment.store, EVALUATION, place.stream)
    if loaded.state.plan is None:
        raise NotFound
    return Case(evaluation_id, place.subject_id, place.stream.plan_year, loaded.state.plan.segment, loaded)


async def case_of(assessment: Assessment, employee_id: UUID, year: int, segment: int = 1) -> Case:
    """The evaluation of that employee and year. Raises NotFound."""
    stream = evaluation_stream(employee_id, year, segment)
    loaded = await load(assessment.store, EVALUATION, stream)
    if not loaded.version:
        raise NotFound
    return Case(stream.stream_id, employee_id, year, segment, loaded)


async def reports(assessment: Assessment, case: Case) -> Loaded[Progress]:
    """All reports on the plan."""
    return await load(assessment.store, PROGRESS, case.progress_stream)


async def feedback(assessment: Assessment, case: Case) -> Loaded[Feedback]:
    """All feedback on the plan."""
    return await load(assessment.store, FEEDBACK, case.feedback_stream)


def numbers(case: Case, progress: Progress, today: date) -> Assessed | None:
    """The plan in numbers as of `today`, for good those of the published result; None before agreement."""
    state = case.evaluation
    if state.content is None:
        return None
    if state.status is Status.PUBLISHED and state.results:
        return state.results.assessed
    return assess(state.content, progress_facts(progress), on=today)


def progress_facts(progress: Progress) -> tuple[IndicatorProgress, ...]:
    """The reports as the rules of rating take them: by indicator and month."""
    by_indicator: dict[UUID, list[MonthReport]] = {}
    for report in sorted(progress.reports, key=lambda one: (one.indicator_id, one.month)):
        by_indicator.setdefault(report.indicator_id, []).append(
            MonthReport(
                month=report.month,
                realised=report.realised,
                days_late=report.days_late,
                has_evidence=bool(report.evidence),
            )
        )
    return tuple(
        IndicatorProgress(indicator_id=indicator_id, reports=tuple(reports))
        for indicator_id, reports in by_indicator.items()
    )


def noted_competences(said: Feedback) -> tuple[NotedCompetence, ...]:
    """Each competence that feedback names, as what, and by which feedback."""
    found: dict[tuple[str, str], NotedCompetence] = {}
    for one in said.said:
        for seen in one.given.competences:
            before = found.get((seen.code, seen.kind))
            cited = (*(before.feedback_ids if before else ()), one.given.feedback_id)
            found[seen.code, seen.kind] = NotedCompetence(code=seen.code, kind=seen.kind, feedback_ids=cited)
    return tuple(found[key] for key in sorted(found))


@dataclass(frozen=True, slots=True)
class Standing:
    """Who appraises whom on a day, and what the actor is in it."""

    appraiser_id: UUID | None
    superior_id: UUID | None
    relation: Relation


async def standing(assessment: Assessment, actor: Actor, employee_id: UUID, day: date) -> Standing:
    """What `actor` is to the employee on `day`: by the dated reporting line, never by a role.

    To oneself one is nothing else, so nobody else is looked up.
    """
    if not actor.is_system and actor.actor_id == employee_id:
        return Standing(None, None, ONESELF)
    line = await assessment.people.line(employee_id, day)
    me = None if actor.is_system else actor.actor_id
    return Standing(line.appraiser_id, line.superior_id, line.relation(me))
