"""What planning says in public about its own events."""

from typing import Any

import structlog

from services.planning.calendar.events import CalendarSet
from services.planning.people.decider import AGGREGATE as PERSON
from services.planning.people.decider import Person
from services.planning.people.events import AssignmentChanged, NameCorrected, PersonErased, PersonRegistered
from services.planning.plan.decider import AGGREGATE as PLAN
from services.planning.plan.decider import Plan
from services.planning.plan.events import PlanAgreed, PlanReturned, PlanRevised, PlanSubmitted
from shared.contracts import planning as say
from shared.erasure.record import ErasureDone
from shared.messaging.outgoing import Outgoing, Streams
from shared.store.event import TextUnreadable
from shared.store.keyring import KEY_MISSING
from shared.store.unit import Recorded

log = structlog.get_logger()


async def public_events(recorded: Recorded, streams: Streams) -> list[Outgoing]:
    """The messages of one event; most events have none."""
    match recorded.event:
        case PersonRegistered() | NameCorrected() | AssignmentChanged():
            person = await streams.state_at(PERSON, recorded.stream, recorded.stream_version)
            return person_as_known(person, recorded, streams)
        case PersonErased(ground=ground):
            return to_be_erased(recorded, ground)
        case ErasureDone():
            return [
                Outgoing.of(who, say.ErasureDoneV1(employee_id=who)) for who in (recorded.subject_id,) if who
            ]
        case CalendarSet() as dates:
            message = say.CalendarSetV1(
                year=dates.year,
                plans_due=dates.plans_due,
                assessment_opens=dates.assessment_opens,
                assessment_due=dates.assessment_due,
            )
            return [Outgoing.of(recorded.agency, message)]
        case PlanSubmitted() | PlanReturned() | PlanAgreed() | PlanRevised():
            plan = await streams.state_at(PLAN, recorded.stream, recorded.stream_version)
            message_of_plan = plan_message(plan, recorded)
            return [Outgoing.of(message_of_plan.employee_id, message_of_plan)]
        case _:
            return []


def to_be_erased(recorded: Recorded, ground: str) -> list[Outgoing]:
    """To everybody, to the services, and to the people topic the end of what it knows."""
    who = recorded.subject_id
    if who is None:
        return []
    message = say.PersonErasedV1(employee_id=who, ground=ground)
    return [Outgoing.of(who, message), Outgoing(who, message, say.ERASURES), Outgoing(who, None, say.PEOPLE)]


def person_as_known(person: Person, recorded: Recorded, streams: Streams) -> list[Outgoing]:
    """The person with a clear name, for the people topic alone; a tombstone where the key was erased.

    Of somebody whose name or NIP is damaged nothing is said, so that others keep the last they heard and all
    other messages go on: an import writes a damaged name anew, and says all again. A lost key is waited for,
    since it can come back: what was left out, such as another appraiser, would not be said again.
    """
    employee_id = recorded.event.employee_id if person.employee_id is None else person.employee_id
    try:
        nip = person.nip and streams.keyring.open(person.nip)
        full_name = person.full_name and streams.keyring.open(person.full_name)
    except TextUnreadable as error:
        if error.facts["cause"] == KEY_MISSING:
            raise
        log.error("text_unreadable", **error.facts)  # noqa: TRY400 - a traceback says no more
        return []
    if not nip or not full_name:
        return [Outgoing(employee_id, None, say.PEOPLE)]
    message = say.PersonV1(
        employee_id=employee_id,
        person_version=recorded.stream_version,
        nip=nip,
        full_name=full_name,
        assignments=tuple(
            say.Assignment(
                valid_from=one.valid_from,
                unit_id=one.unit_id,
                unit_name=one.unit_name,
                position=one.position,
                appraiser_id=one.appraiser_id,
            )
            for one in person.assignments
        ),
    )
    return [Outgoing.of(employee_id, message)]


def plan_message(plan: Plan, recorded: Recorded) -> say.PlanMessage:
    """A step of a plan; what binds goes along when it is agreed."""
    happened = recorded.event
    facts: dict[str, Any] = {
        "plan_id": recorded.stream.stream_id,
        "employee_id": plan.employee_id,
        "year": plan.year,
        "segment": plan.segment,
        "revision": plan.revision,
        "unit_id": happened.unit_id,
        "appraiser_id": happened.appraiser_id,
    }
    match happened:
        case PlanSubmitted():
            return say.PlanSubmittedV1(**facts)
        case PlanReturned():
            return say.PlanReturnedV1(**facts, reason_code=recorded.reason_code or "")
        case PlanRevised():
            return say.PlanRevisedV1(**facts, **content(plan), reason_code=happened.reason_code)
        case _:
            return say.PlanAgreedV1(**facts, **content(plan))


def content(plan: Plan) -> dict[str, Any]:
    """The period and all planned results with their indicators."""
    return {
        "period_from": plan.period_from,
        "period_to": plan.period_to,
        "results": tuple(
            say.ResultPart(
                result_id=result.result_id,
                title=result.title,
                kind=result.kind.value,
                indicators=tuple(
                    say.IndicatorPart(
                        indicator_id=one.indicator_id,
                        title=one.title,
                        aspect=one.aspect.value,
                        target=one.target or 0,
                        unit=one.unit,
                        direction=one.direction.value,
                        due_day=one.due_day,
                    )
                    for one in result.indicators
                ),
            )
            for result in plan.results
        ),
    }
