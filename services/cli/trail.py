"""The trail of one employee's year in all three services: as their pages word it, or as their API has it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from services.assessment import wording as assessment
from services.assessment.queries.telling import COMPETENCE_NAMES
from services.planning import wording as planning
from shared.store.keyring import NOBODY
from shared.web import trail_wording as words
from shared.web.formatting import waktu

Names = Mapping[str, str]
ZONE = ZoneInfo("Asia/Jakarta")
LONG_ID, SHORT_ID = re.compile(r"\[([0-9a-f]{8})-[0-9a-f-]{27}\]"), r"[\1]"
TRUTH = {"True": words.YES, "False": words.NO}


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """A service's words for the codes that its API gives."""

    events: Names
    fields: Names
    codes: Names
    hidden: frozenset[str] = field(default=frozenset())


PLANNING = Vocabulary(
    events=planning.EVENT_LABELS,
    fields=planning.FIELD_LABELS,
    codes=planning.STATUSES | planning.KINDS | planning.ASPECTS | planning.DIRECTIONS | planning.REASONS,
    hidden=frozenset({"agreed"}),
)
ASSESSMENT = Vocabulary(
    events=assessment.EVENT_LABELS,
    fields=assessment.FIELD_LABELS,
    codes=assessment.CODES | COMPETENCE_NAMES,
    hidden=assessment.HIDDEN_FIELDS,
)


def coded(steps: Sequence[Any], vocabulary: Vocabulary, names: Names) -> Iterator[str]:
    """Lines for steps whose API gives codes and ids; `names` are those of people, by id."""
    for step in steps:
        actor = step["actor_id"]
        who = words.SYSTEM if UUID(actor) == NOBODY else names.get(actor, actor[:8])
        reason = (vocabulary.codes.get(step["reason_code"], step["reason_code"]), step["reason"])
        changes = [
            (label, value(one["before"], vocabulary, names), value(one["after"], vocabulary, names))
            for one in step["changes"]
            if (label := label_of(one["path"], vocabulary)) and not unnamed(one, names)
        ]
        yield from lines(
            changes,
            at=step["recorded_at"],
            by=who if who == words.SYSTEM else f"{who} ({words.ROLES[step['acting_role']]})",
            what=vocabulary.events.get(step["type"], step["type"]),
            why=". ".join(part for part in reason if part),
        )


def worded(entries: Sequence[Any]) -> Iterator[str]:
    """Lines for entries whose API gives words."""
    for entry in entries:
        changes = [(one["label"], one["before"], one["after"]) for one in entry["fields"]]
        who, role = entry["who"] or words.ERASED, entry["acting_role"]
        by = f"{who} ({role})" if role else who
        yield from lines(changes, at=entry["at"], by=by, what=entry["what"], why=entry["why"])


def english(steps: Sequence[Any], names: Names) -> Iterator[str]:
    """Lines for steps under the names that events, fields and codes have in the API."""
    for step in steps:
        actor = step["actor_id"]
        who = f"{names.get(actor, actor[:8])} ({step['acting_role']})"
        by = "the system" if UUID(actor) == NOBODY else who
        at = datetime.fromisoformat(step["recorded_at"]).astimezone(ZONE)
        yield f"  {at:%Y-%m-%d %H:%M} WIB  {step['type']} by {by}"
        if reason := ". ".join(part for part in (step["reason_code"], step["reason"]) if part):
            yield f"      reason: {reason}"
        for one in step["changes"]:
            if (one["before"] or one["after"]) and not unnamed(one, names):
                before, after = (names.get(text, text) or "-" for text in (one["before"], one["after"]))
                yield f"      {LONG_ID.sub(SHORT_ID, one['path'])}: {before} -> {after}"


def lines(
    changes: Sequence[tuple[str, str | None, str | None]], *, at: str, by: str, what: str, why: str
) -> Iterator[str]:
    """One event: when, what and by whom, why, and each field that has a value before or after."""
    yield f"  {waktu(datetime.fromisoformat(at), ZONE)}  {what}, oleh {by}"
    if why:
        yield f"      Alasan: {why}"
    for label, before, after in changes:
        if before or after:
            yield f"      {label}: {before or '-'} -> {after or '-'}"


def label_of(path: str, vocabulary: Vocabulary) -> str | None:
    """What the pages call a field; None for one that says nothing to people."""
    parts = re.split(r"[.\[\]]+", path)
    if not vocabulary.hidden.isdisjoint(parts):
        return None
    return next((vocabulary.fields[part] for part in reversed(parts) if part in vocabulary.fields), None)


def unnamed(change: Any, names: Names) -> bool:
    """Whether a field holds an id that stands for nobody here."""
    return any(is_id(text) and text not in names for text in (change["before"], change["after"]) if text)


def is_id(text: str) -> bool:
    """Whether a value is an id."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def value(text: str | None, vocabulary: Vocabulary, names: Names) -> str | None:
    """A value as the pages word it."""
    if text is None:
        return None
    return names.get(text) or TRUTH.get(text) or vocabulary.codes.get(text, text)
