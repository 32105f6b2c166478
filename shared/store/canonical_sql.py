"""The canonical envelope written by PostgreSQL: byte for byte what `canonical.envelope` writes.

For who reads millions of rows and would spend most of the time on taking them apart and putting them
together again.
"""

from collections.abc import Iterator, Sequence

from shared.store.statements import COLUMNS

# What the expression below relies on. The search path lets nobody else's function be taken for PostgreSQL's.
SETTINGS = {
    "search_path": "pg_catalog",
    "datestyle": "ISO",
    "timezone": "UTC",
    "standard_conforming_strings": "on",
}
CAN_BE_NULL = frozenset(
    (
        "subject_id",
        "on_behalf_of",
        "reason_code",
        "reason_text",
        "effective_on",
        "causation_id",
        "traceparent",
    )
)
# `to_char` says nothing of an era: without the condition a year before Christ is written as one of ours.
INSTANT = """CASE WHEN {0} >= '0001-01-01' THEN to_char({0}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') END"""


def envelope_sql(alias: str) -> str:
    """An expression of type text over a row of `event.events` that goes by `alias`.

    It holds on connections with `SETTINGS`. PostgreSQL escapes strings as RFC 8785 has it. A row that Python
    has no envelope for (an instant of infinity, a year of five digits or before Christ, nothing where
    something must be) is written as something that nobody hashed.
    """
    pieces = list(_pieces(alias))
    at = pieces.index(f"{alias}.data")
    before, behind = _joined(pieces[:at]), _joined(pieces[at + 1 :])
    # The longest piece is put in last: `||` copies both its sides, though `concat` copies all three times.
    return f"coalesce({before} || ({pieces[at]} || {behind}), '')"


def _pieces(alias: str) -> Iterator[str]:
    """Constants and values in turn, each a text."""
    before = "{"
    for name, kind in sorted(COLUMNS):
        value, quote = _value(f"{alias}.{name}", kind)
        key = f'{before}"{name}":'
        if name in CAN_BE_NULL:
            yield f"coalesce('{key}{quote}' || {value} || '{quote}', '{key}null')"
            quote = ""
        else:
            yield f"'{key}{quote}'"
            yield value
        before = f"{quote},"
    yield f"'{before[:-1]}}}'"


def _joined(pieces: Sequence[str]) -> str:
    """In halves of halves, so that each is copied as seldom as can be."""
    if len(pieces) == 1:
        return pieces[0]
    middle = len(pieces) // 2
    return f"({_joined(pieces[:middle])} || {_joined(pieces[middle:])})"


def _value(column: str, kind: str) -> tuple[str, str]:
    """How a column is written as text, and with which quotes around it."""
    if kind == "text":
        # Unlike to_json, it looks the type up once for a query, not for every value.
        return (column, "") if column.endswith(".data") else (f"JSON_SCALAR({column})::text", "")
    if kind == "timestamptz":
        return INSTANT.format(column), '"'
    return f"{column}::text", "" if kind in ("smallint", "integer") else '"'
