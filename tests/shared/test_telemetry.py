"""What a process writes down names nobody."""

import subprocess
import sys

FAILS_ONCE = """
import stamina
from shared.telemetry import configure_logging

configure_logging("toy")
for attempt in stamina.retry_context(on=RuntimeError, attempts=2, wait_initial=0, wait_jitter=0):
    with attempt:
        if attempt.num == 1:
            raise RuntimeError("Budi Santoso is to blame")
"""


def test_a_retry_is_logged_without_the_text_of_the_error() -> None:
    said = subprocess.run(
        [sys.executable, "-c", FAILS_ONCE], capture_output=True, text=True, check=True
    ).stderr
    assert "RuntimeError" in said
    assert "Budi" not in said
