"""Judges a run by what was asked, stored and sent; shares no code with the engine that it judges.

Each function answers with its violations, a sentence each; an empty list is a run without fault.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TypeVar
from uuid import UUID

from tests.torture.seen import Answer, Database, Entry, Event, Message, Request

T = TypeVar("T")
K = TypeVar("K")


def check_commands(requests: Sequence[Request], events: Sequence[Event]) -> list[str]:
    """Nothing acknowledged is lost, nothing is invented, no conflict is hidden, every asker is answered."""
    stored = grouped(events, lambda one: one.command_id)
    asked = grouped(requests, lambda one: one.command_id)
    found = [said for request in requests for said in _check_request(request, stored[request.command_id])]
    found += [said for command_id, of_one in asked.items() for said in _check_id(command_id, of_one, stored)]
    known = {(one.command_id, token) for one in requests for token in one.tokens}
    return found + [
        f"{_name(event)} was sent by nobody"
        for event in events
        if (event.command_id, event.token) not in known
    ]


def _check_request(request: Request, of_command: Iterable[Event]) -> Iterator[str]:
    mine = sorted((one for one in of_command if one.token in request.tokens), key=lambda one: one.version)
    is_whole = [_fact(one) for one in mine] == _facts(request)
    name = f"command {request.command_id}"
    if request.acknowledged and not is_whole:
        yield f"{name} was acknowledged, but is not stored so: {len(mine)} of {len(request.tokens)} events"
    if not request.acknowledged and mine and not is_whole:
        yield f"{name} is stored in part, or in another place than it was sent to"
    if not request.acknowledged and mine and not request.open:
        yield f"{name} was told {' and '.join(request.answers)}, but is stored"
    if request.acknowledged and request.version not in (None, request.expected + len(request.tokens)):
        yield f"{name} was told version {request.version} after {request.expected}"
    if request.answers and request.answers[-1] is Answer.SILENCE:
        yield f"{name} was never answered"


def _check_id(
    command_id: UUID, requests: Sequence[Request], stored: dict[UUID, list[Event]]
) -> Iterator[str]:
    answers = Counter(answer for one in requests for answer in one.answers)
    if answers[Answer.APPENDED] > 1:
        yield f"command {command_id} was accepted {answers[Answer.APPENDED]} times"
    if answers[Answer.MISMATCH] and not stored[command_id]:
        yield f"command {command_id} was called a reuse of an id that nothing is stored under"
    if sum(one.acknowledged for one in requests) > 1:
        yield f"command {command_id} was acknowledged for different contents"


def _facts(request: Request) -> list[tuple[UUID, int, int, int]]:
    first = request.expected + 1
    return [
        (request.stream_id, request.plan_year, version, token)
        for version, token in enumerate(request.tokens, start=first)
    ]


def _fact(event: Event) -> tuple[UUID, int, int, int]:
    return event.stream_id, event.plan_year, event.version, event.token


def check_streams(events: Sequence[Event]) -> list[str]:
    """Each stream has the versions 1 to n, once each, in one plan year."""
    found = []
    for stream_id, of_stream in grouped(events, lambda one: one.stream_id).items():
        years = sorted({one.plan_year for one in of_stream})
        if len(years) > 1:
            found.append(f"stream {stream_id} stands in the plan years {years}")
        versions = sorted(one.version for one in of_stream)
        if versions != list(range(1, len(versions) + 1)):
            found.append(f"stream {stream_id} has the versions {_gaps(versions)}")
    return found


def check_log(events: Sequence[Event], log: Sequence[Entry]) -> list[str]:
    """The log counts from 0 without a gap, holds each event once, and each stream in its order."""
    entries = sorted(log, key=lambda one: one.log_index)
    indexes = [one.log_index for one in entries]
    found = [] if indexes == list(range(len(indexes))) else [f"the log has the indexes {_gaps(indexes, 0)}"]
    places = Counter(one.event_id for one in entries)
    found += [
        f"{_name(one)} has {places[one.event_id]} places in the log"
        for one in events
        if places[one.event_id] != 1
    ]
    where = {one.event_id: (one.stream_id, one.plan_year, one.version) for one in events}
    found += [
        f"log index {one.log_index} holds no stored event, or another's place"
        for one in entries
        if where.get(one.event_id) != (one.stream_id, one.plan_year, one.version)
    ]
    for stream_id, of_stream in grouped(entries, lambda one: one.stream_id).items():
        found += [
            f"stream {stream_id}: version {later.version} stands at log index {later.log_index},"
            f" behind version {earlier.version} at {earlier.log_index}"
            for earlier, later in pairwise(of_stream)
            if later.version <= earlier.version
        ]
    return found


def check_topic(database: Database, messages: Sequence[Message]) -> list[str]:
    """All of the log is on the topic, nothing else is, and what comes first comes in the log's order."""
    index = {one.event_id: one.log_index for one in database.log}
    token = {one.event_id: one.token for one in database.events}
    sent = {one.event_id for one in messages}
    found = [f"log index {at} is not on the topic" for event_id, at in index.items() if event_id not in sent]
    found += [
        f"the message at {_at(one)} says event {one.event_id}, index {one.log_index}: not what is stored"
        for one in messages
        if (index.get(one.event_id), token.get(one.event_id)) != (one.log_index, one.token)
    ]
    return found + _check_order(messages)


def _check_order(messages: Sequence[Message]) -> list[str]:
    found = [
        f"the messages of {key} are spread over {len(partitions)} partitions"
        for key, of_key in grouped(messages, lambda one: one.key).items()
        if len(partitions := {one.partition for one in of_key}) > 1
    ]
    for of_partition in grouped(messages, lambda one: one.partition).values():
        highest, seen = -1, set[UUID]()
        for one in sorted(of_partition, key=lambda message: message.offset):
            if one.event_id not in seen and one.log_index < highest:
                found.append(f"log index {one.log_index} comes first at {_at(one)}, behind {highest}")
            seen.add(one.event_id)
            highest = max(highest, one.log_index)
    return found


def check_newest_stays(messages: Sequence[Message]) -> list[str]:
    """On a compacted topic the last message of each key is its newest: an older one would stay for ever."""
    found = []
    for key, of_key in grouped(messages, lambda one: one.key).items():
        last = max(of_key, key=lambda one: one.offset)
        newest = max(one.log_index for one in of_key)
        if last.log_index < newest:
            found.append(f"the topic keeps log index {last.log_index} of {key}, though {newest} was sent")
    return found


def check_effects(cause: Database, effect: Database) -> list[str]:
    """Each event of the sender has one effect at the receiver, in its stream's order; nothing waits."""
    effects = grouped(effect.events, lambda one: one.causation_id)
    tokens = {one.event_id: one.token for one in cause.events}
    found = [
        f"{_name(one)} had {len(effects[one.event_id])} effects"
        for one in cause.events
        if len(effects[one.event_id]) != 1
    ]
    found += [
        f"the effect {_name(one)} comes of nothing that was stored, or says something else"
        for one in effect.events
        if one.causation_id is None or tokens.get(one.causation_id) != one.token
    ]
    order = {one.event_id: one.log_index for one in cause.log}
    for stream_id, of_stream in grouped(effect.events, lambda one: one.stream_id).items():
        causes = [order.get(one.causation_id or UUID(int=0), -1) for one in sorted(of_stream, key=_version)]
        found += [] if causes == sorted(causes) else [f"the effects on stream {stream_id} are out of order"]
    return found + ([f"{effect.parked} messages are parked"] if effect.parked else [])


def check_projection(database: Database) -> list[str]:
    """The read table is what the log folds to from scratch."""
    token = {one.event_id: one.token for one in database.events}
    folded = {(one.stream_id, one.version): token.get(one.event_id) for one in database.log}
    return [
        f"version {key[1]} of {key[0]} is {database.projected.get(key)} to read, {folded.get(key)} in the log"
        for key in folded.keys() | database.projected.keys()
        if folded.get(key) != database.projected.get(key)
    ]


def check_deadlocks(deadlocks: int) -> list[str]:
    """Rows are locked in one order by everybody."""
    return [f"{deadlocks} deadlock{'s' * (deadlocks > 1)}"] if deadlocks else []


def check_database(database: Database) -> list[str]:
    """What holds in any service: its streams, its log and its read table."""
    return (
        check_streams(database.events) + check_log(database.events, database.log) + check_projection(database)
    )


def grouped(items: Iterable[T], key: Callable[[T], K]) -> defaultdict[K, list[T]]:
    groups: defaultdict[K, list[T]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return groups


def _gaps(numbers: Sequence[int], first: int = 1) -> str:
    wanted = Counter(range(first, first + len(numbers)))
    there = Counter(numbers)
    return f"without {sorted(wanted - there)[:5]}, with {sorted(there - wanted)[:5]} too many"


def _version(event: Event) -> int:
    return event.version


def _name(event: Event) -> str:
    return f"event {event.token} (version {event.version} of {event.stream_id})"


def _at(message: Message) -> str:
    return f"{message.partition}/{message.offset}"
