"""What no planted bug shows: each kind of violation, made by changing one thing of a run without fault."""

from dataclasses import replace
from uuid import uuid4

import pytest

from shared.sealed_log.audit.finding import ALTERED, Finding
from shared.sealed_log.audit.run import Report
from tests.torture.run import Outcome, judged
from tests.torture.seen import Answer, Database, Entry, Event, Message, Request

STREAM, COMMAND = uuid4(), uuid4()


def database(*, causes: list[Event] | None = None) -> Database:
    """Three events of one stream, in the log and in the read table."""
    events = [
        Event(uuid4(), STREAM, 2026, token, token, COMMAND, causes[token - 1].event_id if causes else None)
        for token in (1, 2, 3)
    ]
    log = [Entry(at, 2026, STREAM, one.version, one.event_id) for at, one in enumerate(events)]
    return Database(events, log, {(STREAM, one.version): one.token for one in events})


def message(at: int, event: Event, offset: int | None = None) -> Message:
    return Message(0, at if offset is None else offset, "key", event.event_id, at, event.token)


def a_run() -> Outcome:
    sender = database()
    return Outcome(
        seed="none",
        faults=[],
        requests=[Request(COMMAND, STREAM, 2026, 0, (1, 2, 3), (Answer.UNKNOWN, Answer.REPEATED), 3)],
        sender=sender,
        receiver=database(causes=sender.events),
        messages=[message(at, event) for at, event in enumerate(sender.events)],
    )


def with_request(**changes: object) -> Outcome:
    run = a_run()
    return replace(run, requests=[replace(run.requests[0], **changes)])  # type: ignore[arg-type]


def test_a_run_without_fault_is_not_accused() -> None:
    assert judged(a_run()) == []


def test_an_acknowledged_event_is_lost() -> None:
    run = a_run()
    del run.sender.events[2]
    assert any("was acknowledged, but is not stored so: 2 of 3" in said for said in judged(run))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"command_id": uuid4()}, "was sent by nobody"),
        ({"answers": (Answer.CONFLICT,)}, "was told conflict, but is stored"),
        ({"answers": (Answer.APPENDED, Answer.APPENDED)}, "was accepted 2 times"),
        ({"answers": (Answer.UNKNOWN, Answer.SILENCE)}, "was never answered"),
        ({"version": 7}, "was told version 7"),
        ({"expected": 1}, "is not stored so"),
    ],
    ids=["invented", "a conflict that was none", "twice", "unanswered", "a wrong version", "another place"],
)
def test_an_answer_that_is_not_true(changes: dict[str, object], said: str) -> None:
    assert any(said in one for one in judged(with_request(**changes)))


def test_an_index_is_missing_in_the_log() -> None:
    run = a_run()
    run.sender.log[2] = replace(run.sender.log[2], log_index=3)
    assert any("the log has the indexes without [2]" in said for said in judged(run))


def test_a_message_is_missing_on_the_topic() -> None:
    run = a_run()
    del run.messages[1]
    assert "log index 1 is not on the topic" in judged(run)


def test_copies_are_no_violation_but_first_copies_out_of_order_are() -> None:
    run = a_run()
    events = run.sender.events
    run.messages.append(message(0, events[0], offset=3))
    assert judged(run) == []
    run.messages[:] = [message(1, events[1], 0), message(0, events[0], 1), message(2, events[2], 2)]
    assert any("log index 0 comes first at 0/1, behind 1" in said for said in judged(run))


def test_an_effect_comes_twice() -> None:
    run = a_run()
    run.receiver.events.append(replace(run.receiver.events[2], event_id=uuid4(), version=4))
    assert any("had 2 effects" in said for said in judged(run))


def test_a_read_table_has_left_its_log() -> None:
    run = a_run()
    run.sender.projected[STREAM, 2] = 7
    assert any("is 7 to read, 2 in the log" in said for said in judged(run))


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (Report(events=3, proven=2, key=None), "2 of 3 events are proven"),
        (
            Report(events=3, proven=3, key=None, findings=[Finding(kind=ALTERED, index=1)]),
            "the sealed log of sender: altered at 1",
        ),
    ],
)
def test_a_sealed_log_is_not_as_it_was_signed(report: Report, said: str) -> None:
    run = replace(a_run(), audited={"sender": report})
    assert any(said in one for one in judged(run))
