"""Columns that PostgreSQL keeps no samples of: its statistics would go on telling what was erased."""

from sqlalchemy import Table

ERASABLE = {"erasable": True}  # the `info` of a column whose values must be able to go


def unsampled(table: Table) -> list[str]:
    """The statements after which no ANALYZE takes samples of the erasable columns, and none are left."""
    return [
        statement
        for column in table.columns
        if column.info.get("erasable")
        for statement in (
            f"ALTER TABLE {table.fullname} ALTER {column.name} SET STATISTICS 0",
            f"SELECT pg_clear_attribute_stats('{table.schema}', '{table.name}', '{column.name}', false)",
        )
    ]
