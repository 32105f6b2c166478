"""Puts the parts of all services, a page to read and the checker into one file."""

import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from jinja2 import Environment

from shared.sealed_log.bundle import checker
from shared.sealed_log.bundle.part import Part

PAGE = Path(__file__).with_name("baca.html")
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # what a zip file can say least: the same events give the same bytes


def bundled(parts: Sequence[Part], *, agency: str, employee: UUID, year: int, zone: ZoneInfo) -> bytes:
    """The zip file. Free texts about people are in it as they were hashed: encrypted."""
    meta = {
        "agency": agency,
        "employee": str(employee),
        "year": year,
        "services": [one.service for one in parts],
    }
    files = {
        "bundle.json": orjson.dumps(meta),
        "baca.html": page(parts, meta, zone).encode(),
        "periksa.py": Path(checker.__file__).read_bytes(),
    }
    for one in parts:
        files |= one.files()
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in files.items():
            zipped.writestr(zipfile.ZipInfo(name, FIRST_DAY), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def page(parts: Sequence[Part], meta: dict[str, object], zone: ZoneInfo) -> str:
    """What is in it, for a person; local times of the agency."""
    told = [
        {
            "service": one.service,
            "size": one.checkpoint.split("\n")[1],
            "checkpoint": one.checkpoint,
            "unsealed": one.unsealed,
            "evidence": one.evidence(),
            "events": [
                _told(index, orjson.loads(written), zone)
                for index, written in zip(one.indexes, one.envelopes, strict=True)
            ],
        }
        for one in parts
    ]
    template = Environment(autoescape=True).from_string(PAGE.read_text(encoding="utf-8"))
    return template.render(parts=told, **meta)


def _told(index: int, said: dict[str, str], zone: ZoneInfo) -> dict[str, object]:
    at = datetime.fromisoformat(said["recorded_at"]).astimezone(UTC).astimezone(zone)
    return {
        "index": index,
        "at": at.strftime("%d-%m-%Y pukul %H.%M.%S %Z"),
        "type": said["type"],
        "record": f"{said['stream_kind']} {said['stream_id']} v{said['stream_version']}",
        "actor": f"{said['actor_id']} ({said['acting_role']})",
        "data": orjson.dumps(said["data"], option=orjson.OPT_INDENT_2).decode(),
    }
