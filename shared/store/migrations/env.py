"""Runs migrations on the connection that `shared.store.migrate` hands over."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, version_table_schema="work")
with context.begin_transaction():
    context.run_migrations()
