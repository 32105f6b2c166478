"""How often a parked message is tried again, and from when on it is a dead letter."""

from dataclasses import dataclass

FIRST, LONGEST = 1.0, 300.0  # seconds between two tries
TRIES = 10  # some seven minutes
ONLY_NEW_CODE = "NotUnderstood"
REFUSED = "Refused"
A_FACT = "MissingFact"


@dataclass(frozen=True, slots=True)
class Patience:
    """`wait` is in seconds; None: not before somebody replays it, or a process starts with other code."""

    wait: float | None
    is_dead: bool


def after(tries: int, cause: str, chance: float) -> Patience:
    """What to do about a message that failed `tries` times, last with `cause`; `chance` is from 0 to 1.

    What can't be read is dead at once: it is the code that has to change. So is what was refused: a person
    decides. What lacks a fact is dead to
    those who watch, but goes on being tried: the fact may come any day.
    """
    kind = cause.partition(":")[0]
    if kind in (ONLY_NEW_CODE, REFUSED):
        return Patience(None, is_dead=True)
    is_dead = tries >= TRIES
    if is_dead and kind != A_FACT:
        return Patience(None, is_dead)
    whole = min(FIRST * 2 ** min(tries - 1, TRIES), LONGEST)
    return Patience(whole * (1 + chance) / 2, is_dead)
