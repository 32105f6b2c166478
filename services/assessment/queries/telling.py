"""What assessment's trail is told with: its words, and where each record is shown."""

from typing import Any
from uuid import UUID

from services.assessment import wording
from services.assessment.calendar.decider import AGGREGATE as CALENDAR
from services.assessment.context import Assessment
from services.assessment.evaluation.decider import AGGREGATE as EVALUATION
from services.assessment.evaluation.decider import Evaluation, evaluation_stream
from services.assessment.evaluation.events import PlanContent
from services.assessment.feedback.decider import AGGREGATE as FEEDBACK
from services.assessment.feedback.decider import feedback_stream
from services.assessment.progress.decider import AGGREGATE as PROGRESS
from services.assessment.progress.decider import Progress, progress_stream
from shared.contracts.planning import SEGMENTS
from shared.erasure.record import ERASURE
from shared.regulation.competences import COMPETENCES
from shared.store.stream import Stream
from shared.store.unit import Aggregate
from shared.web.formatting import bulan
from shared.web.trail_teller import Telling

AGGREGATES: tuple[Aggregate[Any, Any, Any], ...] = (EVALUATION, PROGRESS, FEEDBACK)
ROOT = "/penilaian/jejak"
PARTS = {"progress": "/realisasi", "feedback": "/umpan-balik"}
COMPETENCE_NAMES = {one.code: one.name for row in COMPETENCES.rows for one in row.value}


def telling(assessment: Assessment, content: PlanContent | None = None) -> Telling:
    """The trail's words; with `content`, reports name their indicators."""
    titles = titles_of(content) if content else {}

    def names_in(state: Any) -> dict[str, str]:
        match state:
            case Evaluation(content=PlanContent() as held):
                return titles_of(held)
            case Progress():
                return report_names(state, titles)
            case _:
                return titles

    return Telling(
        store=assessment.store,
        engine=assessment.engine,
        people=assessment.people,
        timezone=assessment.settings.timezone,
        aggregates=(*AGGREGATES, CALENDAR, ERASURE),
        events=wording.EVENT_LABELS,
        fields=wording.FIELD_LABELS,
        codes=wording.CODES,
        texts=COMPETENCE_NAMES,
        answers=wording.ANSWERS,
        records=wording.RECORDS,
        record_path=record_path,
        names_in=names_in,
        hidden=wording.HIDDEN_FIELDS,
    )


def titles_of(content: PlanContent) -> dict[str, str]:
    """What each planned result and indicator is called."""
    found = {str(one.result_id): one.title for one in content.results}
    return found | {
        str(one.indicator_id): one.title for result in content.results for one in result.indicators
    }


def report_names(progress: Progress, titles: dict[str, str]) -> dict[str, str]:
    """Each report by its month, and its indicator where that is known."""
    found = dict(titles)
    for one in progress.reports:
        title = titles.get(str(one.indicator_id))
        found[str(one.report_id)] = f"{bulan(one.month)}, {title}" if title else bulan(one.month)
    return found


def record_path(stream: Stream, subject_id: UUID | None) -> str:
    """The Jejak page of a stream: its evaluation's, in the part that shows it, or the calendar's."""
    if stream.kind == CALENDAR.kind:
        return f"{ROOT}/kalender/{stream.plan_year}"
    if subject_id is None:
        return ROOT
    maker = {"progress": progress_stream, "feedback": feedback_stream}.get(stream.kind, evaluation_stream)
    for segment in SEGMENTS:
        if maker(subject_id, stream.plan_year, segment) == stream:
            evaluation = evaluation_stream(subject_id, stream.plan_year, segment)
            return f"{ROOT}/{evaluation.stream_id}{PARTS.get(stream.kind, '')}"
    return ROOT
