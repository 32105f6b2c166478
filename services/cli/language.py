"""The language that `jejak` speaks: Indonesian, or English when asked."""

import os

from services.cli.wording import WORDING


class Told(Exception):
    """Something the user can mend; its text is the whole message."""


def choose(lang: str) -> None:
    """Speak `lang` from now on, also in the processes started from here."""
    if lang not in ("id", "en"):
        raise Told("--lang: id | en")
    os.environ["JEJAK_LANG"] = lang


def is_english() -> bool:
    """Whether English was asked for."""
    return os.environ.get("JEJAK_LANG") == "en"


def words(key: str, **facts: object) -> str:
    """The text of `key` in the chosen language, with `facts` in their places."""
    indonesian, english = WORDING[key]
    return (english if is_english() else indonesian).format(**facts)
