"""Why an evaluation says no."""

from shared.decider import Refusal


class PlanNotAgreed(Refusal):
    """The plan is not agreed yet, so there is nothing to rate."""

    code = "plan-not-agreed"


class ResultIsPublished(Refusal):
    """A published result changes only by correction."""

    code = "result-is-published"


class ResultNotPublished(Refusal):
    """There is no published result yet."""

    code = "result-not-published"


class OwnRating(Refusal):
    """Nobody rates or corrects the own result."""

    code = "own-rating"


class NotTheAppraiser(Refusal):
    """Somebody else is the appraiser on that date."""

    code = "not-the-appraiser"


class NotTheSuperior(Refusal):
    """Only the appraiser's superior on that date may correct."""

    code = "not-the-appraisers-superior"


class NotTheEmployee(Refusal):
    """Only the employee concerned may do this."""

    code = "not-the-employee"


class DifferenceWithoutReason(Refusal):
    """The chosen rating differs from the suggested one, and nothing says why."""

    code = "difference-without-reason"


class CorrectionWithoutReason(Refusal):
    """A correction must say why."""

    code = "correction-without-reason"


class CorrectionChangesNothing(Refusal):
    """The result has these ratings already."""

    code = "correction-changes-nothing"


class BehaviorIncomplete(Refusal):
    """Each of the seven values needs one rating."""

    code = "behavior-incomplete"


class RatingIncomplete(Refusal):
    """Both ratings must be drafted before the result is published."""

    code = "rating-incomplete"


class RatingOutOfDate(Refusal):
    """The numbers moved since the rating of results was drafted."""

    code = "rating-out-of-date"


class FeedbackMissing(Refusal):
    """Planned results without any feedback: `missing`."""

    code = "feedback-missing"


class ResultHasMoved(Refusal):
    """Another correction came first."""

    code = "result-has-moved"
