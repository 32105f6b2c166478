"""What is sent is what the contract's own JSON would be."""

from datetime import date
from uuid import uuid4

from shared.contracts.planning import Assignment, PersonV1


def test_a_message_is_encoded_as_pydantic_dumps_it() -> None:
    placed = Assignment(
        valid_from=date(2026, 1, 1),
        unit_id=uuid4(),
        unit_name="Subbagian",
        position="Analis",
        appraiser_id=None,
    )
    message = PersonV1(
        employee_id=uuid4(),
        person_version=3,
        nip="1" * 18,
        full_name="Ayu \u00e9 \U0001f600",
        assignments=(placed,),
    )
    assert message.encoded() == message.model_dump_json().encode()
