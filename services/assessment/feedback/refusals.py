"""Why feedback says no."""

from shared.decider import Refusal


class OwnFeedback(Refusal):
    """Nobody gives feedback to himself or herself."""

    code = "own-feedback"


class NotALeader(Refusal):
    """Feedback comes from the appraiser or the appraiser's superior on that date."""

    code = "not-a-leader"


class FeedbackSubjectUnclear(Refusal):
    """Feedback is about one planned result or one value, not both and not neither."""

    code = "feedback-subject-unclear"


class PlannedResultUnknown(Refusal):
    """The plan in force has no such planned result."""

    code = "planned-result-unknown"


class FeedbackWithoutText(Refusal):
    """What was seen must be said, and for an improvement also what to do next."""

    code = "feedback-without-text"


class TooManyCompetences(Refusal):
    """At most three competences, each once."""

    code = "too-many-competences"


class CompetenceUnknown(Refusal):
    """The catalogue of that date has no such competence."""

    code = "competence-unknown"


class FeedbackUnknown(Refusal):
    """There is no such feedback."""

    code = "feedback-unknown"


class FeedbackAlreadyAnswered(Refusal):
    """An answer stands as it was given."""

    code = "feedback-already-answered"


class AnswerWithoutText(Refusal):
    """An answer says something."""

    code = "answer-without-text"
