"""Whatever planning refuses, records or asks for has its Indonesian words."""

from services.planning import wording
from services.planning.calendar.events import CATALOGUE as CALENDAR
from services.planning.lookups.events import CATALOGUE as LOOKUPS
from services.planning.people.events import CATALOGUE as PEOPLE
from services.planning.people.handlers import file
from services.planning.plan.decider import Status
from services.planning.plan.events import CATALOGUE as PLAN
from shared.decider import Refusal
from shared.erasure.record import CATALOGUE as ERASURE
from shared.regulation.erasure_grounds import ERASURE_GROUNDS, HOLD_REASONS
from shared.regulation.planning_reasons import CALENDAR_REASONS, RETURN_REASONS, REVISION_REASONS
from shared.store.event import Catalogue


def test_every_refusal_has_a_title() -> None:
    ours = {one.code for one in Refusal.__subclasses__() if one.__module__.startswith("services.planning")}
    assert ours
    assert ours <= wording.PROBLEMS.keys()


def test_every_event_and_status_has_its_words() -> None:
    all_of_them = Catalogue.joined([PEOPLE, CALENDAR, LOOKUPS, PLAN, ERASURE])
    assert wording.EVENT_LABELS.keys() == all_of_them.classes.keys()
    assert wording.STATUSES.keys() == {one.value for one in Status} == wording.STATUS_TONES.keys()


def test_every_reason_that_may_be_given_has_its_words() -> None:
    codes = {
        code
        for table in (RETURN_REASONS, REVISION_REASONS, CALENDAR_REASONS, ERASURE_GROUNDS, HOLD_REASONS)
        for row in table.rows
        for code in row.value
    }
    assert codes <= wording.REASONS.keys()


def test_every_column_of_the_file_has_its_title() -> None:
    assert {*file.COLUMNS, file.SIGN_IN_COLUMN} == wording.COLUMN_TITLES.keys()
