"""Every event ever stored loads for ever: one golden file per stored name and version."""

import json
from pathlib import Path
from uuid import UUID

import pytest

from services.planning.calendar.events import CATALOGUE as CALENDAR
from services.planning.lookups.events import CATALOGUE as LOOKUPS
from services.planning.people.events import CATALOGUE as PEOPLE
from services.planning.plan.events import CATALOGUE as PLAN
from shared.erasure.record import CATALOGUE as ERASURE
from shared.store.codec import Place, _bound
from shared.store.event import Catalogue

GOLDEN = Path(__file__).parent / "golden"
EVENTS = Catalogue.joined([PEOPLE, CALENDAR, LOOKUPS, PLAN, ERASURE])
FILES = sorted(GOLDEN.glob("*.json"))


def test_every_event_has_its_golden_file() -> None:
    current = {f"{name}.v{cls.stored_version}.json" for name, cls in EVENTS.classes.items()}
    assert current <= {file.name for file in FILES}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_was_stored_loads_and_is_written_the_same(file: Path) -> None:
    name, version = file.stem.split(".v")
    stored = json.loads(file.read_text(encoding="utf-8"))
    place = Place(UUID(int=1), UUID(int=2))
    occurred = EVENTS.load(name, int(version), _bound(stored, "", place))
    assert type(occurred) is EVENTS.classes[name]
    if int(version) == occurred.stored_version:
        assert EVENTS.dump(occurred) == stored
