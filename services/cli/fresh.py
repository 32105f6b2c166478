"""`jejak up --fresh`: what still runs on a folder is ended, then everything in it removed."""

import shutil
from collections.abc import Mapping

from services.cli.down import end_left
from services.cli.home import Home
from services.cli.language import Told, words

OUTSIDE = ("DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS")


def start_over(home: Home, env: Mapping[str, str]) -> None:
    """Remove the data. Raises AlreadyRunning, or Told where some of it is on a server that is not ours.

    There it would stay, without the keys that open it.
    """
    if outside := [name for name in OUTSIDE if env.get(name)]:
        raise Told(words("fresh-outside", names=", ".join(outside)))
    with home.held():
        end_left(home)
        # In the order of their names: the secrets go after what they open.
        for place in sorted({*home.folder.iterdir(), *home.run.iterdir()} - {home.run, home.lock}):
            if place.is_dir() and not place.is_symlink():
                shutil.rmtree(place)
            else:
                place.unlink()
