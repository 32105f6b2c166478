"""What planning says in public: codes and ids to everybody, names to the people topic alone."""

from dataclasses import replace
from datetime import date

import pytest

from services.planning.people.decider import person_stream
from services.planning.people.events import AssignmentChanged
from services.planning.people.handlers import FileRefused, preview, read_file
from services.planning.plan.decider import plan_stream
from services.planning.public_events import public_events
from shared.contracts.contract import Contract
from shared.contracts.planning import (
    PEOPLE,
    CalendarSetV1,
    PersonV1,
    PlanAgreedV1,
    PlanReturnedV1,
    PlanRevisedV1,
    PlanSubmittedV1,
)
from shared.messaging import outgoing
from shared.messaging.outgoing import Outgoing, Streams
from shared.store.keyring import Keyring
from shared.store.stream import Stream
from tests.services.planning.office import EVERYBODY, HR, NAMES, NIPS, ON_TIME, RATNA, SARI, Office


async def said(office: Office, stream: Stream) -> list[Outgoing]:
    """Everything said about a record."""
    streams = Streams(office.context.store)
    await office.context.keyring.load(NIPS)
    recorded = await office.context.store.read(stream)
    return [one for spoken in await outgoing.said(recorded, public_events, streams) for one in spoken]


async def messages(office: Office, stream: Stream) -> list[Contract]:
    return [one.message for one in await said(office, stream) if one.message]


async def test_a_person_is_told_with_name_and_the_whole_reporting_line(office: Office) -> None:
    last = (await messages(office, person_stream(SARI)))[-1]
    assert isinstance(last, PersonV1)
    assert (last.nip, last.full_name) == (NIPS[SARI], NAMES[SARI])
    assert [one.appraiser_id for one in last.assignments] == [RATNA]


async def test_a_person_keeps_the_name_where_the_event_has_none_and_no_key_is_at_hand_yet(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = office.context.store
    monkeypatch.setattr(store, "keyring", Keyring(store.pool, store.keyring._master_keys))
    last = (await store.read(person_stream(SARI)))[-1]
    assert isinstance(last.event, AssignmentChanged)
    ((told,),) = await outgoing.said([last], public_events, Streams(store))
    assert isinstance(told.message, PersonV1)
    assert told.message.full_name == NAMES[SARI]


async def test_a_person_whose_key_is_gone_becomes_a_tombstone(office: Office) -> None:
    streams = Streams(office.context.store)
    await office.context.store.pool.execute("DELETE FROM work.keys WHERE subject_id = $1", SARI)
    office.context.keyring.forget(SARI)
    recorded = await office.context.store.read(person_stream(SARI))
    ((told,),) = await outgoing.said(recorded[-1:], public_events, streams)
    assert told == Outgoing(SARI, None, PEOPLE)


async def test_every_step_of_a_plan_is_said_with_the_line_of_that_day_and_no_name(office: Office) -> None:
    plan_id = await office.submits()
    why = {"reason_code": "target-too-low", "reason": "Naikkan"}
    await office.does(RATNA, "POST", f"/plans/{plan_id}/return", json=why)
    await office.does(SARI, "POST", f"/plans/{plan_id}/submission")
    await office.does(RATNA, "POST", f"/plans/{plan_id}/agreement")
    change = {"reason_code": "assignment-changed", "reason": "Tugas baru"}
    await office.does(SARI, "POST", f"/plans/{plan_id}/revision", json=change)
    await office.does(SARI, "POST", f"/plans/{plan_id}/submission")
    await office.does(RATNA, "POST", f"/plans/{plan_id}/agreement")
    told = await messages(office, plan_stream(SARI, 2026))
    assert [type(one) for one in told] == [
        PlanSubmittedV1,
        PlanReturnedV1,
        PlanSubmittedV1,
        PlanAgreedV1,
        PlanSubmittedV1,
        PlanRevisedV1,
    ]
    agreed, revised = told[3], told[5]
    assert isinstance(agreed, PlanAgreedV1)
    assert isinstance(revised, PlanRevisedV1)
    assert (str(agreed.plan_id), agreed.appraiser_id, agreed.revision) == (plan_id, RATNA, 1)
    assert agreed.results[0].indicators[0].due_day == ON_TIME["due_day"]
    assert (revised.revision, revised.reason_code) == (2, "assignment-changed")
    assert all("Sari" not in one.model_dump_json() and "Naikkan" not in one.model_dump_json() for one in told)


async def test_a_calendar_is_said_under_the_agencys_code(office: Office) -> None:
    dates = {"plans_due": "2026-01-31", "assessment_opens": "2026-12-01", "assessment_due": "2027-01-31"}
    await office.does(HR, "PUT", "/calendar/2026", json=dates)
    (told,) = await said(office, Stream.of("calendar", year=2026))
    assert told.key == "CONTOH"
    assert isinstance(told.message, CalendarSetV1)


async def test_the_samples_numbers_are_refused_where_they_are_named(office: Office) -> None:
    production = replace(office.context, refused_nips=frozenset({NIPS[SARI]}))
    people = read_file(EVERYBODY.encode(), today=date(2026, 1, 12), refused_nips=production.refused_nips)
    with pytest.raises(FileRefused) as caught:
        await preview(production, people)
    assert {(one.line, one.code) for one in caught.value.faults} == {(4, "nip-of-sample")}
