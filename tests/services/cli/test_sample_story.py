"""What the sample tells: everybody's two years, the same however often they are told."""

import asyncio
import json
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from services.cli.client import Refused
from services.cli.sample.acts import Act
from services.cli.sample.agency import by_part, moves, parts, people, sign_in_file
from services.cli.sample.assessing import Assessing, Evaluations
from services.cli.sample.client import NOT_YET, Ask
from services.cli.sample.moments import NOW, ZONE
from services.cli.sample.named import year_of_anybody
from services.cli.sample.ordinary import PAST, RUNNING
from services.cli.sample.planning import Planning
from services.cli.sample.play import Player
from services.cli.sample.reporting_line import ReportingLine
from services.cli.sample.story import End
from services.planning.plan.decider import PlanHasNoAppraiser
from services.planning.wording import PROBLEMS
from shared.regulation.nip import parse_nip
from shared.regulation.timeliness import due_date


class Listening:
    """Answers every request with new ids, and remembers what was asked."""

    def __init__(self) -> None:
        self.asked: list[Ask] = []

    async def do(self, ask: Ask) -> dict[str, Any]:
        self.asked.append(ask)
        made = f"id-{len(self.asked)}"
        named = ("plan_id", "result_id", "indicator_id", "feedback_id")
        return dict.fromkeys(named, made) | {"assessed": {"suggested": "met"}}

    async def everything(self, ask: Ask) -> list[dict[str, Any]]:
        del ask
        return [
            {"status": "open", "employee_id": str(one.employee_id), "year": year, "evaluation_id": one.nip}
            for one in people()
            for year in (PAST, RUNNING)
        ]


async def told(part: str) -> list[Ask]:
    client: Any = Listening()
    line = ReportingLine(people(), moves())
    evaluations = Evaluations(client, by_part("officer").employee_id, NOW)
    for year in (PAST, RUNNING):
        planning = Planning(client, line, year_of_anybody(by_part(part), year))
        assessing = Assessing(client, line, evaluations, planning.year, planning.plan)
        for act in sorted([*planning.acts(), *assessing.acts()], key=lambda one: one.at):
            await act.run()
    asked: list[Ask] = client.asked
    return asked


@pytest.mark.parametrize("part", ["sari", "budi", "dewi", "fitri", "corrected", "waiting"])
def test_told_again_a_story_asks_for_the_same_under_the_same_keys(part: str) -> None:
    once, again = asyncio.run(told(part)), asyncio.run(told(part))
    assert [one.key for one in once] == [one.key for one in again]
    changes = [one.key for one in once if one.method != "GET"]
    assert len(set(changes)) == len(changes)


def test_the_sample_is_an_agency_of_200_in_12_units_with_possible_numbers() -> None:
    assert len({parse_nip(one.nip).digits for one in people()}) == 200
    assert len({one.employee_id for one in people()}) == 200
    assert len({one.unit for one in people()}) == 12


def test_the_running_year_is_in_every_state_and_the_past_one_is_rated() -> None:
    with_plans = [one for one in people() if one.appraiser_nip]
    assert set(Counter(year_of_anybody(one, RUNNING).end for one in with_plans)) == set(End)
    assert all(year_of_anybody(one, PAST).rating for one in with_plans)


def test_eleven_of_the_twelve_reports_of_sari_were_on_time() -> None:
    year = year_of_anybody(by_part("sari"), PAST)
    days = {
        one.month: one.at.astimezone(ZONE).date()
        for one in year.reports
        if (one.result, one.indicator) == (0, 0)
    }
    late = {month: day for month, day in days.items() if day > due_date(PAST, month, 5)}
    assert len(days) == 12
    assert late == {8: date(2025, 9, 11)}


def test_saris_reports_that_are_praised_in_may_are_those_recorded_by_then() -> None:
    year = year_of_anybody(by_part("sari"), RUNNING)
    praise = next(one for one in year.feedback if one.at.astimezone(ZONE).date() == date(2026, 5, 12))
    before = {
        one.month for one in year.reports if (one.result, one.indicator) == (0, 0) and one.at < praise.at
    }
    assert before == {1, 2, 3, 4}
    assert praise.seen.startswith("Empat laporan pertama tahun ini tepat waktu")


def test_monthly_reports_name_their_month() -> None:
    actions = {
        one.action
        for person in people()
        if person.appraiser_nip
        for one in year_of_anybody(person, PAST).reports
        if one.month == 7
    }
    assert "Menyusun dan menyampaikan laporan Juli." in actions
    assert not [one for one in actions if one and "ke-" in one]


def test_fitri_has_two_appraisers_in_the_running_year() -> None:
    line, fitri = ReportingLine(people(), moves()), by_part("fitri")
    said = [one.at for one in year_of_anybody(fitri, RUNNING).feedback]
    assert [line.appraiser(fitri, at) for at in said] == [
        by_part("team").employee_id,
        by_part("newteam").employee_id,
    ]


def test_whoever_has_something_to_look_at_is_offered_first_at_the_sign_in() -> None:
    listed = json.loads(sign_in_file())
    assert [bool(one["hint"]) for one in listed[: len(parts())]] == [True] * len(parts())
    assert len({one["employee_id"] for one in listed}) == len(listed) == 201


def test_whom_planning_has_just_imported_is_waited_for() -> None:
    not_there_yet = {"person-is-unknown", PlanHasNoAppraiser.code}
    assert not_there_yet <= PROBLEMS.keys()
    assert not_there_yet <= NOT_YET


async def test_an_act_that_is_refused_ends_the_sample_with_that_refusal() -> None:
    anybody: Any = None
    began: list[str] = []

    async def refused() -> None:
        raise Refused(409, {"title": "The plan is locked"})

    async def after() -> None:
        began.append("after")

    sari = by_part("sari").employee_id
    acts = [Act(NOW, sari, 1, refused), Act(NOW + timedelta(days=1), sari, 1, after)]
    with pytest.raises(Refused, match="409 The plan is locked"):
        await Player(anybody, anybody, lambda *_: None, people()).perform(acts)
    assert began == []
