"""Every event ever written loads for ever."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.followup.recommendation.events import CATALOGUE as RECOMMENDATION
from shared.erasure.record import CATALOGUE as ERASURE
from shared.store.encrypted import CIPHER, Ciphertext, Encrypted
from shared.store.event import Catalogue

CATALOGUE = Catalogue.joined([RECOMMENDATION, ERASURE])
NOBODY = UUID(int=0)
GOLDEN = Path(__file__).parent / "golden"


def as_read(data: dict[str, Any]) -> Any:
    return Encrypted(Ciphertext(data[CIPHER], NOBODY, NOBODY, "text")) if CIPHER in data else data


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_a_golden_event_loads(path: Path) -> None:
    name, version = path.stem.rsplit(".v", 1)
    loaded = CATALOGUE.load(
        name, int(version), json.loads(path.read_text(encoding="utf-8"), object_hook=as_read)
    )
    assert loaded.stored_name == name


def test_every_event_has_its_golden_file() -> None:
    stored = {f"{cls.stored_name}.v{cls.stored_version}" for cls in CATALOGUE.classes.values()}
    assert stored <= {path.stem for path in GOLDEN.glob("*.json")}
