"""The sample's agency: a fixed list of people, who may sign in with what to look at, and the import file."""

import csv
import io
import json
from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

from services.cli.sample.story import Person
from services.cli.sample.texts import DATA

COLUMNS = ("nip", "nama", "jabatan", "unit", "nip_penilai", "berlaku_sejak", "id_pegawai")


@cache
def people() -> tuple[Person, ...]:
    """All 200, superiors before those they lead."""
    return read("people.csv")


@cache
def moves() -> tuple[Person, ...]:
    """Those whose position or appraiser changes during the running year, as they are afterwards."""
    return read("moves.csv")


@cache
def newcomers() -> tuple[Person, ...]:
    """Those who come in last; `sample/` has them as a file to import oneself."""
    return read("newcomers.csv")


def read(name: str) -> tuple[Person, ...]:
    """A file of people beside this one."""
    rows = csv.DictReader(io.StringIO((DATA / name).read_text(encoding="utf-8")), delimiter=";")
    return tuple(
        Person(
            employee_id=UUID(row["id_pegawai"]),
            nip=row["nip"],
            name=row["nama"],
            position=row["jabatan"],
            unit=row["unit"],
            appraiser_nip=row["nip_penilai"],
            valid_from=row["berlaku_sejak"],
            work=row["pekerjaan"],
            part=row["tokoh"],
        )
        for row in rows
    )


def sample_nips() -> frozenset[str]:
    """The numbers that no production system takes."""
    return frozenset(one.nip for one in (*people(), *newcomers()))


def import_file(rows: Sequence[Person]) -> bytes:
    """The CSV that HR uploads."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for one in rows:
        placed = (one.nip, one.name, one.position, one.unit, one.appraiser_nip, one.valid_from)
        writer.writerow((*placed, one.employee_id))
    return out.getvalue().encode("utf-8-sig")


def by_part(part: str) -> Person:
    """Who plays that part."""
    return next(one for one in people() if one.part == part)


@cache
def parts() -> Any:
    """Of those with a part: their roles, and what to look at when signed in as them."""
    return json.loads((DATA / "parts.json").read_text(encoding="utf-8"))


def sign_in_file() -> bytes:
    """Everybody one may sign in as, for the sample issuer; those with a hint first."""
    featured = sign_ins()
    others = [sign_in(one) for one in people() if one.part not in parts()]
    return json.dumps([*featured, *others], indent=1, ensure_ascii=False).encode()


def sign_ins() -> list[dict[str, Any]]:
    """Those with something to look at."""
    inside = [sign_in(by_part(part)) for part, said in parts().items() if "person" not in said]
    return [*inside, *outside()]


def outside() -> list[dict[str, Any]]:
    """Those who sign in but do not work here: the auditor."""
    return [
        said["person"] | {"roles": said["roles"], "hint": said["hint"]}
        for said in parts().values()
        if "person" in said
    ]


def sign_in(one: Person) -> dict[str, Any]:
    """One person as the issuer reads it."""
    part = parts().get(one.part, {"roles": ["employee"], "hint": ""})
    return {
        "employee_id": str(one.employee_id),
        "name": one.name,
        "nip": one.nip,
        "position": one.position,
        "unit": one.unit,
        "roles": part["roles"],
        "hint": part["hint"],
    }
