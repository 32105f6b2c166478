"""Events as Python can read them, whatever somebody made of them: of which rows an envelope can be made."""

from shared.store.statements import COLUMNS

# PostgreSQL knows days that no calendar of Python's has; as infinity the driver stores Python's first
# and last day.
READABLE = {
    "recorded_at": "e.recorded_at BETWEEN '0001-01-02' AND '9999-12-30'",
    "effective_on": """
        (e.effective_on BETWEEN '0001-01-02' AND '9999-12-30' OR e.effective_on IN ('-infinity', 'infinity'))
    """,
}
# Of `hashable` rows alone an envelope can be made; what else a row holds was never hashed.
HASHABLE = f"""
{READABLE["recorded_at"]} AND e.data IS NOT NULL AND (e.effective_on IS NULL OR {READABLE["effective_on"]})
"""


def _read(column: str) -> str:
    if column not in READABLE:
        return f"e.{column}"
    return f"CASE WHEN {READABLE[column]} THEN e.{column} END AS {column}"


# The columns of an event `e`: nothing where Python has no value for what one holds.
NAMED = ", ".join(_read(name) for name, _ in COLUMNS)
