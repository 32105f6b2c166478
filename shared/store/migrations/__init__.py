"""The schema that every service's database shares, as Alembic migrations."""
