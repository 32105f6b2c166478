from datetime import UTC, date, datetime
from uuid import UUID

from shared.web.home import CyclePosition, HomeFragment, Notice, Task, TeamMember
from shared.web.home_view import compose


def task(title: str, due_on: date | None = None, *, done: bool = False) -> Task:
    return Task(title=title, href="/x", due_on=due_on, done=done)


def test_the_nearest_deadline_of_any_service_comes_first() -> None:
    planning = HomeFragment(
        service="planning",
        tasks=[task("tanpa tenggat"), task("selesai", date(2026, 1, 1), done=True)],
    )
    assessment = HomeFragment(service="assessment", tasks=[task("nanti", date(2026, 12, 5))])
    followup = HomeFragment(service="followup", tasks=[task("segera", date(2026, 11, 25))])
    home = compose([planning, assessment, followup])
    assert [one.title for one in home.tasks] == ["segera", "nanti", "tanpa tenggat", "selesai"]


def test_a_notice_is_shown_once_and_the_newest_first() -> None:
    old = Notice(id=UUID(int=1), text="lama", href="/x", at=datetime(2026, 1, 1, tzinfo=UTC))
    new = Notice(id=UUID(int=2), text="baru", href="/x", at=datetime(2026, 2, 1, tzinfo=UTC))
    home = compose(
        [
            HomeFragment(service="planning", notices=[old, new]),
            HomeFragment(service="assessment", notices=[new]),
        ],
    )
    assert [one.text for one in home.notices] == ["baru", "lama"]


def test_the_cycle_stands_where_the_furthest_service_says() -> None:
    home = compose(
        [
            HomeFragment(service="planning", cycle=CyclePosition(year=2026, stage="doing")),
            HomeFragment(service="assessment", cycle=CyclePosition(year=2026, stage="assessing")),
            HomeFragment(service="followup", cycle=CyclePosition(year=2025, stage="following_up")),
        ],
    )
    assert (home.stage, home.at) == ("assessing", 2)


def test_who_waits_for_the_reader_longest_stands_on_top_of_the_team() -> None:
    team = [
        TeamMember(name="A", state="selesai", href="/a"),
        TeamMember(name="B", state="menunggu Anda", since=date(2026, 2, 1), href="/b"),
        TeamMember(name="C", state="menunggu Anda", since=date(2026, 1, 1), href="/c"),
        TeamMember(name="D", state="belum", href="/d"),
    ]
    home = compose([HomeFragment(service="assessment", team=team)])
    assert [member.name for member in home.team] == ["C", "B", "D", "A"]


def test_a_service_that_is_away_is_named_and_the_rest_lives() -> None:
    home = compose([HomeFragment(service="planning", tasks=[task("ada")])], ["assessment"])
    assert [away.name for away in home.away] == ["Penilaian"]
    assert len(home.tasks) == 1


def test_a_newer_services_unknown_fields_do_no_harm() -> None:
    fragment = HomeFragment.model_validate({"service": "planning", "unheard_of": 1})
    assert fragment.tasks == []
