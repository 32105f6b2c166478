"""How parked messages are shown: a table, one of them whole, or the same as JSON."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from typing import Any

from rich.table import Table

from services.cli.language import words
from shared.messaging.letters import Act, Letter

NUMBERS = ("tries", "behind")


def table(waiting: Sequence[Letter]) -> Table:
    """One line each."""
    made = Table(box=None, pad_edge=False)
    for column in ("name", "type", "state", "cause", "tries", "behind", "since"):
        made.add_column(
            words(f"letters-{column}"), justify="right" if column in NUMBERS else "left", no_wrap=True
        )
    for one in waiting:
        state, since = words(f"letters-state-{one.state}"), shown(one.parked_at)
        kind = one.raw.header("ce_type") or ""
        made.add_row(one.name, kind, state, one.cause, str(one.tries), str(one.behind), since)
    return made


def table_of(name: str, one: Letter | None, acts: Sequence[Act], *, body: bool) -> str:
    """Everything about one message, a line each; of one that is gone, what was decided about it."""
    said = [(words("letters-name"), name), (words("letters-state"), words("letters-state-gone"))]
    if one is not None:
        said[1] = (said[1][0], words(f"letters-state-{one.state}"))
        said += [
            (words("letters-cause"), one.cause),
            (words("letters-type"), one.raw.header("ce_type") or ""),
            (words("letters-key"), text(one.raw.key)),
            (words("letters-since"), shown(one.parked_at)),
            (words("letters-tries"), str(one.tries)),
            (words("letters-behind"), str(one.behind)),
            (words("letters-again"), shown(one.try_after)),
            (words("letters-copied"), shown(one.copied_at)),
            *((header, text(value)) for header, value in one.raw.headers),
        ]
    width = max(len(label) for label, _ in said)
    lines = [f"{label:<{width}}  {value}".rstrip() for label, value in said]
    for act in acts:
        at = shown(act.acted_at)
        decided = words(f"letters-act-{act.act}", at=at, by=act.acted_by, reason=act.reason, cause=act.cause)
        lines.append(decided)
    if body and one is not None:
        lines.append(json.dumps(content(one), ensure_ascii=False, indent=1))
    return "\n".join(lines)


def whole(name: str, one: Letter | None, acts: Sequence[Act], *, body: bool) -> dict[str, Any]:
    """The same for a program to read."""
    said: dict[str, Any] = as_json(one) if one else {"name": name, "state": "gone"}
    if one is not None:
        said["headers"] = {header: text(value) for header, value in one.raw.headers}
        said |= {"body": content(one)} if body else {}
    return said | {"acts": [asdict(act) | {"acted_at": act.acted_at.isoformat()} for act in acts]}


def as_json(one: Letter) -> dict[str, Any]:
    """A parked message without its headers and its body."""
    return {
        "name": one.name,
        "consumer": one.consumer,
        "topic": one.raw.topic,
        "partition": one.raw.partition,
        "offset": one.raw.offset,
        "key": text(one.raw.key),
        "type": one.raw.header("ce_type"),
        "state": one.state,
        "cause": one.cause,
        "tries": one.tries,
        "behind": one.behind,
        "parked_at": one.parked_at.isoformat(),
        "try_after": one.try_after and one.try_after.isoformat(),
        "dead_at": one.dead_at and one.dead_at.isoformat(),
        "copied_at": one.copied_at and one.copied_at.isoformat(),
    }


def content(one: Letter) -> Any:
    """The body as JSON; as text where it is none."""
    with suppress(ValueError):
        return json.loads(one.raw.value or b"")
    return text(one.raw.value)


def text(value: bytes | None) -> str:
    return (value or b"").decode(errors="replace")


def shown(at: datetime | None) -> str:
    """A moment, in UTC, to the second."""
    return f"{at:%Y-%m-%d %H:%M:%SZ}" if at else ""
