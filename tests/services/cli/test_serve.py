"""What a program does to its process before it serves."""

import subprocess
import sys

SPARED = """
import gc
import fastapi
from shared.collector import spare_the_collector
spare_the_collector()
print(gc.get_freeze_count() > 10_000, gc.get_threshold()[0] > 700)
"""


def test_what_lives_as_long_as_the_process_is_left_out_of_every_collection() -> None:
    said = subprocess.run([sys.executable, "-c", SPARED], capture_output=True, text=True, check=True).stdout
    assert said.split() == ["True", "True"]


RESTED = """
import gc
from shared.collector import collecting_later
with collecting_later():
    print(gc.isenabled())
print(gc.isenabled())
"""


def test_a_start_looks_for_garbage_only_when_it_is_over() -> None:
    said = subprocess.run([sys.executable, "-c", RESTED], capture_output=True, text=True, check=True).stdout
    assert said.split() == ["False", "True"]
