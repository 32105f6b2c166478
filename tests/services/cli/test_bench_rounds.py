"""What the table of `jejak bench engine` says, and who is in it."""

from pathlib import Path

import pytest
from rich.console import Console

from services.cli.bench.load import ResultMeasured, measured, stream_of
from services.cli.bench.peers import APPENDING, RELAY, Peers
from services.cli.bench.public import Topics, said
from services.cli.bench.rounds import JEJAK, Figures, Rounds, Trial, table, told
from tests.bench import workload


async def nothing(name: str) -> Figures:
    raise AssertionError(name)


RACE = Trial("race", {"other": 3.0, "absent": 2.0, JEJAK: 1000}, nothing)


def raced() -> Rounds:
    found = Rounds()
    for ours, theirs in ((100.0, 50.0), (300.0, 100.0), (90.0, 10.0)):
        found.add("race", JEJAK, {"rate": ours, "p50": 1.0})
        found.add("race", "other", {"rate": theirs})
        found.add("race", "absent", {"not_run": "no Node.js 20"})
    return found


def test_a_ratio_is_taken_within_a_round_and_the_median_told() -> None:
    assert raced().ratio("race", "other") == 3.0
    assert raced().middle("race", JEJAK, "rate") == 100.0


def test_a_contender_that_never_ran_is_told_with_the_reason() -> None:
    console = Console(width=160, record=True)
    console.print(table(raced(), [RACE], 3))
    shown = console.export_text()
    assert "no Node.js 20" in shown
    assert "3×" in shown
    assert "1,000/s" in shown


def test_one_failed_round_does_not_make_a_contender_not_run() -> None:
    found = raced()
    found.add("race", "other", {"not_run": "over 300 s"})
    assert found.why_not("race", "other") is None


def test_all_rounds_are_told_for_a_file() -> None:
    by_name = {one["contender"]: one for one in told(raced(), [RACE])}
    assert by_name["other"]["jejak_times"] == 3.0
    assert by_name[JEJAK]["jejak_times"] is None
    assert len(by_name["absent"]["runs"]) == 3


@pytest.mark.parametrize("name", [*APPENDING, RELAY])
async def test_a_peer_whose_environment_is_missing_is_not_run(name: str, tmp_path: Path) -> None:
    peers = Peers.of(tmp_path)
    assert peers is not None
    reason = peers.missing(name)
    assert reason is not None
    assert "make bench-peers" in reason or "Node.js" in reason


def test_peers_write_the_very_event_that_we_write() -> None:
    ours = ResultMeasured(**{**workload.measured(41), "indicators": tuple(workload.INDICATORS)})
    assert str(ours.appraiser_id) == str(measured(41).appraiser_id)
    assert (ours.title, ours.note, ours.quantity) == (
        measured(41).title,
        measured(41).note,
        measured(41).quantity,
    )
    assert list(ours.indicators) == list(measured(41).indicators)
    assert len({stream_of(number) for number in range(workload.STREAMS)}) == workload.STREAMS


def test_every_event_is_said_and_each_tenth_on_the_compacted_topic_too() -> None:
    topics = Topics("run", 48)
    counted = [len(said(topics, measured(number), None)) for number in range(20)]
    assert counted == [2, *[1] * 9] * 2
    assert [one.is_compacted for one in topics.made] == [False, True]
