"""The facts for which a follow-up is refused."""

from shared.decider import Refusal


class RecommendationIsUnknown(Refusal):
    """No such recommendation in this follow-up."""

    code = "recommendation-is-unknown"


class RecommendationIsNotOpen(Refusal):
    """It was decided otherwise, or withdrawn."""

    code = "recommendation-is-not-open"


class ReasonIsUnknown(Refusal):
    """The reason's code is not of that day's list."""

    code = "decision-reason-is-unknown"


class ReasonIsMissing(Refusal):
    """This must be explained in words."""

    code = "decision-reason-is-missing"


class SessionDateIsMissing(Refusal):
    """Guidance is accepted with the date of its first session."""

    code = "session-date-is-missing"


class DateIsInThePast(Refusal):
    """What is to come cannot lie before today."""

    code = "date-is-in-the-past"


class DateIsInTheFuture(Refusal):
    """What has taken place cannot lie after today."""

    code = "date-is-in-the-future"


class ReviewIsNotNeeded(Refusal):
    """Only what rests on a corrected result can be taken back."""

    code = "review-is-not-needed"


class TrainingIsNotAssigned(Refusal):
    """No training of that id was assigned to this employee."""

    code = "training-is-not-assigned"


class HoursAreImpossible(Refusal):
    """A course has more than no hours, and fewer than a year of working time."""

    code = "training-hours-are-impossible"


class GuidanceIsNotUnderWay(Refusal):
    """No guidance was accepted under that recommendation, or it was taken back."""

    code = "guidance-is-not-under-way"


class NotesAreMissing(Refusal):
    """A session held without a word of what was agreed helps nobody."""

    code = "guidance-notes-are-missing"


class ImprovementIsRunning(Refusal):
    """One improvement period at a time."""

    code = "improvement-is-running"


class ImprovementIsNotRunning(Refusal):
    """The period was not started, its first day is to come, or it has ended otherwise."""

    code = "improvement-is-not-running"


class ImprovementIsNotOver(Refusal):
    """The employee has the whole period to improve; only success may end it earlier."""

    code = "improvement-is-not-over"
