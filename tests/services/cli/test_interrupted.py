"""A command that is interrupted before it has begun."""

import signal
import subprocess
import sys

IMPORTING = """
import os, signal, weakref
from services.cli import nothing_to_stop

class Module: ...

signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever started the tests may ignore it
module = Module()
watched = weakref.ref(module, lambda _: os.kill(os.getpid(), signal.SIGINT))
with nothing_to_stop():
    del module
print("goes on")
"""


def test_an_interruption_in_the_middle_of_an_import_is_not_forgotten() -> None:
    done = subprocess.run([sys.executable, "-c", IMPORTING], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (-signal.SIGINT, "")
