"""No event loses its past: each version ever stored has its golden file and is read in today's shape."""

import json
from pathlib import Path
from uuid import UUID

import pytest

from services.cli.programs import SERVICES, composed
from shared.store.codec import Place, _bound
from shared.store.event import Catalogue

HERE = Path(__file__).parent


def versions() -> list[tuple[str, str, int]]:
    return [
        (service, name, version)
        for service in SERVICES
        for name, cls in catalogue_of(service).classes.items()
        for version in range(1, cls.stored_version + 1)
    ]


def catalogue_of(service: str) -> Catalogue:
    return Catalogue.joined([one.catalogue for one in composed(service).SERVICE.aggregates])


@pytest.mark.parametrize(("service", "name", "version"), versions())
def test_it_is_read_in_today_s_shape(service: str, name: str, version: int) -> None:
    file = HERE / service / "golden" / f"{name}.v{version}.json"
    stored = json.loads(file.read_text(encoding="utf-8"))
    catalogue = catalogue_of(service)
    bound = _bound(stored, "", Place(UUID(int=1), UUID(int=2)))
    assert type(catalogue.load(name, version, bound)) is catalogue.classes[name]
