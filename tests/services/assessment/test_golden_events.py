"""Every event ever written must load for ever."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.assessment.evaluation import events as evaluation
from shared.store.event import Catalogue

GOLDEN = Path(__file__).parent / "golden"
CATALOGUE = Catalogue.joined([evaluation.CATALOGUE])


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_a_stored_event_loads(path: Path) -> None:
    name, version = path.stem.split(".v")
    loaded = CATALOGUE.load(name, int(version), json.loads(path.read_text(encoding="utf-8")))
    assert loaded.stored_name == name


@pytest.mark.parametrize("cls", CATALOGUE.classes.values(), ids=lambda cls: cls.__name__)
def test_every_event_has_its_golden_file(cls: Any) -> None:
    path = GOLDEN / f"{cls.stored_name}.v{cls.stored_version}.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    assert CATALOGUE.dump(CATALOGUE.load(cls.stored_name, cls.stored_version, data)) == data
