"""Office hours of the sample: local days and times, told as instants."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.cli.sample.dice import Dice

ZONE = ZoneInfo("Asia/Jakarta")
OPENS, CLOSES = 7 * 60 + 30, 16 * 60
SATURDAY = 5
NOW = datetime(2026, 11, 20, 17, 0, tzinfo=ZONE)
"""The last moment that the sample tells of."""


def at(day: date, dice: Dice) -> datetime:
    """Some time in the office on that day, or on the next day that has one."""
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return minute(day, dice.between(OPENS, CLOSES))


def exactly(day: date, dice: Dice) -> datetime:
    """Some time in the office on that very day, be it a Sunday: some work then."""
    return minute(day, dice.between(OPENS, CLOSES))


def minute(day: date, minutes: int) -> datetime:
    """That minute of the local day."""
    return (datetime.combine(day, time(0), ZONE) + timedelta(minutes=minutes)).astimezone(UTC)


def after(moment: datetime, dice: Dice, low: int, high: int) -> datetime:
    """In the office some days later."""
    return at((moment.astimezone(ZONE) + timedelta(days=dice.between(low, high))).date(), dice)


def before_end(moment: datetime, *, of: datetime = NOW) -> bool:
    """Whether it has happened by then."""
    return moment <= of


def following(year: int, month: int, day: int) -> date:
    """That day of the month after."""
    return date(year + month // 12, month % 12 + 1, day)
