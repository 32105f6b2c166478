"""Whom the trail names, and which word it chooses for a code that means two things."""

from typing import Any
from uuid import UUID, uuid4

from services.assessment.queries.telling import COMPETENCE_NAMES
from services.assessment.wording import ANSWERS, CODES, EVENT_LABELS
from services.followup import wording as followup
from shared.identity.actor import client_actor_id
from shared.people import Person
from shared.projection.trail import Flag
from shared.regulation.behavior import Value
from shared.store.keyring import NOBODY
from shared.web.trail_teller import Teller, Telling
from shared.web.trail_wording import FLAGS

nothing: Any = None
TELLING = Telling(
    store=nothing,
    engine=nothing,
    people=nothing,
    timezone=nothing,
    aggregates=(),
    events=EVENT_LABELS,
    fields={},
    codes=CODES,
    records={},
    record_path=lambda _stream, _subject: "",
    answers=ANSWERS,
    texts=COMPETENCE_NAMES,
)
RATNA = uuid4()


def teller() -> Teller:
    person = Person(employee_id=RATNA, nip="", full_name="Ratna Dewanti")
    return Teller(TELLING, {RATNA: person})


def test_a_reaction_says_what_it_answers_to() -> None:
    assert teller().actor(NOBODY, "system", "EvaluationOpened") == "Sistem, menanggapi penetapan SKP"
    assert teller().actor(NOBODY, "system", "AnythingElse") == "Sistem"


def test_another_system_is_no_employee_whose_data_are_on_their_way() -> None:
    client = client_actor_id("training-system")
    assert teller().actor(client, "people:map", "PersonLookedUp") == f"Sistem lain ({str(client)[:8]})"


def test_people_go_by_their_names() -> None:
    assert teller().actor(RATNA, "appraiser", "ResultsRated") == "Ratna Dewanti"
    assert teller().actor(UUID(int=7), "employee", "ResultsRated") == "Pegawai (data menyusul)"


def test_service_is_a_value_where_it_is_one_and_else_a_competence() -> None:
    assert teller().value(Value.SERVICE, {}) == "Berorientasi Pelayanan"
    assert teller().value("service", {}) == "Pelayanan"


def test_every_flag_of_every_service_has_its_words() -> None:
    assert FLAGS.keys() == {flag.value for flag in Flag}


def test_what_reactions_make_is_known_to_the_wording() -> None:
    assert ANSWERS.keys() <= EVENT_LABELS.keys()
    assert followup.ANSWERS.keys() <= followup.EVENT_LABELS.keys()
