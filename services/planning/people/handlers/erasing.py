"""Order a person's erasure, or keep the data for as long as the law asks for them."""

from services.planning.context import Planning
from services.planning.people.commands import ErasePerson, HoldPerson, LiftHold
from services.planning.people.decider import AGGREGATE, Person, PersonIsHeld, person_stream
from services.planning.wording import REASONS
from shared.erasure.eraser import Order
from shared.store.act import Done, act
from shared.store.unit import Intent


async def erase_person(planning: Planning, command: ErasePerson, intent: Intent) -> Done[Person]:
    """Durable when it returns, and done here; the other services follow when they hear of it."""
    try:
        done = await _done(planning, command, intent)
    except PersonIsHeld as held:
        reason = REASONS[str(held.facts["reason"])]
        raise PersonIsHeld(reason=reason, until=held.facts["until"]) from None
    stream = person_stream(command.employee_id)
    erased = next(one for one in await planning.store.read(stream) if one.type == "PersonErased")
    order = Order(
        employee_id=command.employee_id,
        event_id=erased.event_id,
        at=erased.recorded_at,
        correlation_id=erased.correlation_id,
        traceparent=erased.traceparent,
    )
    await planning.eraser.erase([order])
    return done


async def hold_person(planning: Planning, command: HoldPerson | LiftHold, intent: Intent) -> Done[Person]:
    """Begin, change or end a hold."""
    return await _done(planning, command, intent)


async def _done(
    planning: Planning, command: ErasePerson | HoldPerson | LiftHold, intent: Intent
) -> Done[Person]:
    employee_id = command.employee_id
    return await act(
        planning.store, AGGREGATE, person_stream(employee_id), command, intent, subject_id=employee_id
    )
