"""The rules of a person and the dated reporting line."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.planning.people.commands import (
    ChangeAssignment,
    ConfirmErasure,
    CorrectName,
    ErasePerson,
    HoldPerson,
    LiftHold,
    LookUpPerson,
    PersonCommand,
    RegisterPerson,
)
from services.planning.people.decider import (
    AGGREGATE,
    AssignmentIsIncomplete,
    GroundIsUnknown,
    HoldIsImpossible,
    NameIsMissing,
    OwnAppraiser,
    Person,
    PersonIsErased,
    PersonIsHeld,
    PersonIsNotHeld,
    PersonIsUnknown,
)
from services.planning.people.events import (
    Assignment,
    AssignmentChanged,
    ErasureConfirmed,
    HoldLifted,
    NameCorrected,
    PersonErased,
    PersonEvent,
    PersonHeld,
    PersonLookedUp,
    PersonRegistered,
)
from shared.decider import Refusal
from shared.store.encrypted import Encrypted
from tests.services.planning.plans import MUTATION_UNIT, RATNA, SARI
from tests.spec import Spec
from tests.told import told_truly

person = Spec(AGGREGATE.decider)

NIP = "199203142015032001"
NAME = "Sari Wulandari"
register = RegisterPerson(employee_id=SARI, nip=NIP, full_name=NAME)
registered = PersonRegistered(employee_id=SARI, nip=Encrypted.of(NIP), full_name=Encrypted.of(NAME))
in_mutation = Assignment(
    valid_from=date(2025, 1, 1),
    unit_id=MUTATION_UNIT,
    unit_name="Bidang Mutasi dan Promosi",
    position="Pengolah Data Kepegawaian",
    appraiser_id=RATNA,
)
assigned = AssignmentChanged(assignment=in_mutation)
by_budi = replace(in_mutation, valid_from=date(2026, 7, 1), appraiser_id=UUID(int=3))


TODAY = date(2026, 11, 23)
erase = ErasePerson(employee_id=SARI, ground="retention-ended", document="800/1/BKD/2026", today=TODAY)
erased = PersonErased(ground="retention-ended", document="800/1/BKD/2026")
hold = HoldPerson(
    employee_id=SARI, reason="court-case", until=date(2026, 12, 31), document="180/4/HK/2026", today=TODAY
)
held = PersonHeld(reason="court-case", until=date(2026, 12, 31), document="180/4/HK/2026")
lift = LiftHold(employee_id=SARI, document="180/9/HK/2026")


def test_a_person_is_erased_once_and_on_a_ground_of_the_list() -> None:
    person.given(registered).when(erase).then(erased)
    person.given(registered, erased).when(erase).then_nothing()
    person.given(registered).when(replace(erase, ground="because")).then_refused(GroundIsUnknown)
    person.given().when(erase).then_refused(PersonIsUnknown)


def test_a_hold_forbids_the_erasure_until_its_last_day_has_passed() -> None:
    person.given(registered).when(hold).then(held)
    person.given(registered, held).when(hold).then_nothing()
    person.given(registered, held).when(erase).then_refused(PersonIsHeld)
    person.given(registered, held).when(replace(erase, today=held.until)).then_refused(PersonIsHeld)
    person.given(registered, held).when(replace(erase, today=date(2027, 1, 1))).then(erased)
    person.given(registered, held).when(lift).then(HoldLifted(document="180/9/HK/2026"))
    person.given(registered, held, HoldLifted(document="1")).when(erase).then(erased)
    person.given(registered).when(lift).then_refused(PersonIsNotHeld)
    person.given(registered).when(replace(hold, until=TODAY)).then(replace(held, until=TODAY))
    person.given(registered).when(replace(hold, until=date(2026, 11, 22))).then_refused(HoldIsImpossible)
    person.given(registered).when(replace(hold, reason="because")).then_refused(HoldIsImpossible)


def test_an_erased_person_is_not_named_placed_or_registered_again() -> None:
    gone = person.given(registered, erased)
    for command in (register, CorrectName(full_name=NAME), ChangeAssignment(assignment=in_mutation), hold):
        gone.when(command).then_refused(PersonIsErased)


def test_each_service_is_noted_once_to_have_erased() -> None:
    done = ConfirmErasure(service="assessment")
    person.given(registered, erased).when(done).then(ErasureConfirmed(service="assessment"))
    person.given(registered, erased, ErasureConfirmed(service="assessment")).when(done).then_nothing()


def test_a_person_is_registered_once() -> None:
    person.given().when(register).then(registered)
    person.given(registered).when(register).then_nothing()


def test_a_person_has_a_name() -> None:
    person.given().when(replace(register, full_name=" ")).then_refused(NameIsMissing)
    person.given(registered).when(CorrectName(full_name="")).then_refused(NameIsMissing)


def test_a_name_is_corrected_when_it_differs() -> None:
    correct = CorrectName(full_name="Sari Wulandari, S.E.")
    person.given(registered).when(correct).then(NameCorrected(full_name=Encrypted.of("Sari Wulandari, S.E.")))
    person.given(registered).when(replace(correct, unchanged=True)).then_nothing()
    person.given(registered).when(CorrectName(full_name=NAME)).then_nothing()


def test_nothing_is_said_about_somebody_unknown() -> None:
    person.given().when(CorrectName(full_name=NAME)).then_refused(PersonIsUnknown)
    person.given().when(ChangeAssignment(assignment=in_mutation)).then_refused(PersonIsUnknown)
    person.given().when(LookUpPerson()).then_refused(PersonIsUnknown)


def test_an_assignment_starts_on_a_date() -> None:
    person.given(registered).when(ChangeAssignment(assignment=in_mutation)).then(assigned)
    person.given(registered, assigned).when(ChangeAssignment(assignment=in_mutation)).then_nothing()


def test_nobody_appraises_oneself() -> None:
    own = ChangeAssignment(assignment=replace(in_mutation, appraiser_id=SARI))
    person.given(registered).when(own).then_refused(OwnAppraiser)


def test_an_assignment_names_unit_and_position() -> None:
    nowhere = ChangeAssignment(assignment=replace(in_mutation, unit_name=" "))
    person.given(registered).when(nowhere).then_refused(AssignmentIsIncomplete)


def test_every_look_up_is_recorded() -> None:
    person.given(registered).when(LookUpPerson()).then(PersonLookedUp())
    person.given(registered, PersonLookedUp()).when(LookUpPerson()).then(PersonLookedUp())


def test_the_appraiser_is_that_of_the_day() -> None:
    state = AGGREGATE.decider.fold((registered, AssignmentChanged(assignment=by_budi), assigned))
    assert state.on(date(2024, 12, 31)) is None
    assert state.on(date(2026, 6, 30)) == in_mutation
    assert state.on(date(2026, 7, 1)) == by_budi


def test_an_assignment_of_the_same_date_takes_the_earlier_ones_place() -> None:
    mended = replace(in_mutation, appraiser_id=UUID(int=3))
    state = AGGREGATE.decider.fold((registered, assigned, AssignmentChanged(assignment=mended)))
    assert state.assignments == (mended,)


assignments = st.builds(
    replace,
    st.just(in_mutation),
    valid_from=st.dates(date(2025, 1, 1), date(2025, 1, 4)),
    appraiser_id=st.sampled_from([RATNA, SARI, None]),
)
changes: st.SearchStrategy[PersonCommand] = st.one_of(
    st.just(register),
    st.builds(CorrectName, full_name=st.sampled_from(["Sari", "Sari W.", ""])),
    st.builds(ChangeAssignment, assignment=assignments),
)


def asked(state: Person, command: PersonCommand) -> list[PersonEvent]:
    try:
        return AGGREGATE.decider.decide(state, command)
    except Refusal:
        return []


@given(st.lists(changes, max_size=15), changes)
def test_a_repeated_change_adds_nothing(before: list[PersonCommand], command: PersonCommand) -> None:
    state = Person()
    for earlier in before:
        state = AGGREGATE.decider.fold(asked(state, earlier), state)
    state = AGGREGATE.decider.fold(asked(state, command), state)
    assert asked(state, command) == []


of_a_life = st.sampled_from(
    [LookUpPerson(), hold, lift, erase, ConfirmErasure(service="assessment"), ConfirmErasure(service="door")]
)


@given(st.lists(st.one_of(changes, of_a_life), max_size=30))
def test_the_trail_tells_every_field_of_a_person_as_it_became(asks: list[PersonCommand]) -> None:
    state = Person()
    for command in asks:
        for event in asked(state, command):
            before, state = state, AGGREGATE.decider.evolve(state, event)
            told_truly(before, state)


@given(st.lists(st.one_of(changes, st.just(LookUpPerson())), max_size=30))
def test_every_stream_that_decide_writes_folds_with_assignments_in_order(asks: list[PersonCommand]) -> None:
    state = Person()
    for command in asks:
        state = AGGREGATE.decider.fold(asked(state, command), state)
    dates = [one.valid_from for one in state.assignments]
    assert dates == sorted(set(dates))
