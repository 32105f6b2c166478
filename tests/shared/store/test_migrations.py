"""Migrations stand in one line: two that follow the same one would stop every database."""

from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

from shared.store import migrate


def test_there_is_one_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
    revisions = [one.revision for one in ScriptDirectory.from_config(config).walk_revisions()]
    assert revisions == [f"{number:04}" for number in range(len(revisions), 0, -1)]
