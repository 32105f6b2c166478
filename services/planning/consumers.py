"""What planning learns from the others: that they have erased whom it ordered to erase."""

from functools import partial

from services.planning.people.commands import ConfirmErasure
from services.planning.people.decider import AGGREGATE, person_stream
from shared.contracts import assessment, followup
from shared.messaging.incoming import Incoming
from shared.messaging.reaction import Facts, Reaction
from shared.store.unit import Unit

Said = assessment.AssessmentErasureDoneV1 | followup.FollowupErasureDoneV1


async def when_erasure_done_confirm(service: str, incoming: Incoming[Said], facts: Facts) -> list[Unit]:
    """Put it on the person's record."""
    employee_id = incoming.message.employee_id
    command = ConfirmErasure(service=service)
    return await facts.decide(
        AGGREGATE, person_stream(employee_id), command, incoming, subject_id=employee_id
    )


REACTIONS = [
    Reaction(
        assessment.EVENTS,
        (assessment.AssessmentErasureDoneV1,),
        partial(when_erasure_done_confirm, "assessment"),
    ),
    Reaction(
        followup.EVENTS, (followup.FollowupErasureDoneV1,), partial(when_erasure_done_confirm, "followup")
    ),
]
