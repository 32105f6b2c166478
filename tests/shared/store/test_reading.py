"""A text that should be encrypted and is not is never taken for one that is."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from shared.store.encrypted import Encrypted
from shared.store.event import Catalogue, event


@event("Whispered")
class Whispered:
    note: Encrypted[str]
    more: Encrypted[str] | None = None


CATALOGUE = Catalogue(Whispered)


@pytest.mark.parametrize("text", ['{"note":"Budi"}', '{"note":null}', '{"note":{"$clear":"Budi"}}', "{"])
def test_an_event_that_lacks_its_ciphertext_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        CATALOGUE.load_text("Whispered", 1, text)


def test_what_is_read_at_once_is_what_is_read_through_a_dict() -> None:
    @event("Said")
    class Said:
        amount: int
        more: Encrypted[str] | None = None

    data: dict[str, Any] = {"amount": 3, "more": None}
    catalogue = Catalogue(Said)
    text = TypeAdapter(dict[str, Any]).dump_json(data).decode()
    assert catalogue.load_text("Said", 1, text) == catalogue.load("Said", 1, data)
