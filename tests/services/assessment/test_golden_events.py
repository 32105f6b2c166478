"""Every event ever written must load for ever."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.assessment.calendar import events as calendar
from services.assessment.evaluation import events as evaluation
from services.assessment.feedback import events as feedback
from services.assessment.progress import events as progress
from shared.erasure.record import CATALOGUE as ERASURE
from shared.store.encrypted import CIPHER, Ciphertext, Encrypted
from shared.store.event import Catalogue

GOLDEN = Path(__file__).parent / "golden"
CATALOGUES = (evaluation.CATALOGUE, progress.CATALOGUE, feedback.CATALOGUE, calendar.CATALOGUE, ERASURE)
CATALOGUE = Catalogue.joined(CATALOGUES)
SOMEWHERE = UUID(int=0)


def bound(value: Any) -> Any:
    """Stored data with its ciphertexts as the store hands them out."""
    match value:
        case {"$encrypted": str(cipher)}:
            return Encrypted(Ciphertext(cipher, SOMEWHERE, SOMEWHERE, ""))
        case dict():
            return {key: bound(inner) for key, inner in value.items()}
        case list():
            return [bound(inner) for inner in value]
        case _:
            return value


def stored(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_a_stored_event_loads(path: Path) -> None:
    name, version = path.stem.split(".v")
    assert CATALOGUE.load(name, int(version), bound(stored(path))).stored_name == name


@pytest.mark.parametrize("cls", CATALOGUE.classes.values(), ids=lambda cls: cls.__name__)
def test_every_event_has_its_golden_file(cls: Any) -> None:
    data = stored(GOLDEN / f"{cls.stored_name}.v{cls.stored_version}.json")
    loaded = CATALOGUE.load(cls.stored_name, cls.stored_version, bound(data))
    assert CATALOGUE.dump(loaded) == data


@pytest.mark.parametrize("name", ["AssessmentCompleted", "AssessmentCorrected"])
def test_a_result_from_before_results_named_all_feedback_and_each_indicator_loads(name: str) -> None:
    data = stored(GOLDEN / f"{name}.v1.json")
    del data["feedback_ids"], data["indicators"]
    loaded = CATALOGUE.load(name, 1, data)
    assert (loaded.feedback_ids, loaded.indicators) == ((), ())


def test_free_text_about_a_person_is_stored_encrypted() -> None:
    for name in ("FeedbackGiven", "FeedbackAnswered", "ProgressReported"):
        assert CIPHER in (GOLDEN / f"{name}.v1.json").read_text(encoding="utf-8")
