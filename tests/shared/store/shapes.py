"""A toy whose event has had three shapes; each day's code knew only its own and the earlier ones."""

from dataclasses import dataclass, replace
from decimal import Decimal

from shared.decider import Decider
from shared.store.encrypted import Encrypted
from shared.store.event import Catalogue, Data, event
from shared.store.unit import Aggregate


@event("Weighed")
class WeighedFirst:
    grams: int
    remark: Encrypted[str]


@event("Weighed", version=2)
class WeighedSecond:
    kilograms: Decimal
    remark: Encrypted[str]


@event("Weighed", version=3)
class Weighed:
    weight: Decimal
    unit: str
    remark: Encrypted[str]


FIRST = Catalogue(WeighedFirst)
SECOND = Catalogue(WeighedSecond)
CATALOGUE = Catalogue(Weighed)


def in_kilograms(data: Data) -> Data:
    """Version 1 counted grams."""
    return {"kilograms": str(Decimal(data["grams"]) / 1000), "remark": data["remark"]}


@CATALOGUE.upcast("Weighed", from_version=2)
def with_its_unit(data: Data) -> Data:
    """Version 2 knew kilograms only."""
    return {"weight": data["kilograms"], "unit": "kg", "remark": data["remark"]}


SECOND.upcast("Weighed", from_version=1)(in_kilograms)
CATALOGUE.upcast("Weighed", from_version=1)(in_kilograms)


@dataclass(frozen=True, kw_only=True)
class Scale:
    total: Decimal = Decimal(0)
    remark: Encrypted[str] | None = None


def decide(scale: Scale, command: Weighed) -> list[Weighed]:
    del scale
    return [command]


def evolve(scale: Scale, occurred: Weighed) -> Scale:
    return replace(scale, total=scale.total + occurred.weight, remark=occurred.remark)


SCALE: Aggregate[Scale, Weighed, Weighed] = Aggregate("scale", Decider(Scale(), decide, evolve), CATALOGUE)
