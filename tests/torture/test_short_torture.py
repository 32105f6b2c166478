"""A short torture in every `make test`; `make torture` is the long one."""

from pathlib import Path

import pytest

from tests.torture.faults import KINDS, plan
from tests.torture.run import torture

pytestmark = [pytest.mark.servers, pytest.mark.torture]
SEED, SECONDS = "short", 10.0


async def test_whatever_dies_nothing_is_lost_reordered_or_doubled(tmp_path: Path) -> None:
    outcome = await torture(SEED, plan(SEED, SECONDS, kafka_away=False), tmp_path)
    assert outcome.violations == []
    assert outcome.faults
    assert any(request.acknowledged for request in outcome.requests)
    assert all(report.proven for report in outcome.audited.values())


def test_a_seed_replays_its_faults_and_every_kind_comes_up() -> None:
    faults = plan("seed", 300, kafka_away=True)
    assert faults == plan("seed", 300, kafka_away=True)
    assert {fault.kind for fault in faults} >= KINDS.keys()
    assert faults != plan("another", 300, kafka_away=True)
