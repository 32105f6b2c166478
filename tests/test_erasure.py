"""Somebody who worked here for a year is forgotten: afterwards the clear text is sought everywhere there is.

Real PostgreSQL and Kafka of its own, three services as processes.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import ZipFile, is_zipfile

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from services.cli.cast import EVIDENCE
from services.cli.messages import held
from shared.contracts.followup import TRAINING_RESULTS
from shared.contracts.planning import PEOPLE
from shared.messaging.topics import COMPACTED
from tests.eventually import eventually
from tests.known import CERTIFICATE, Known, known_for_a_year
from tests.office import YEAR
from tests.system import System, mortal_system

pytestmark = pytest.mark.servers
ORDER = {"ground": "subject-request", "document": "800/77/BKD/2026"}
SERVICES = ("planning", "assessment", "followup")
COMPACTED_WITHIN = 120.0


async def tables_with(system: System, texts: Iterable[str]) -> set[tuple[str, str]]:
    """Each table of each service's database that holds one of the texts, as text or as bytes."""
    found = set()
    wanted = [one for text in texts for one in (text, text.encode().hex())]
    for service, made in system.databases.items():
        connection = await asyncpg.connect(made.owner_url)
        tables = await connection.fetch(
            "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        )
        for table in (row["name"] for row in tables):
            sql = f"SELECT EXISTS (SELECT FROM {table} t WHERE t::text ILIKE ANY ($1::text[]))"
            if await connection.fetchval(sql, [f"%{one}%" for one in wanted]):
                found.add((service, table))
        await connection.close()
    return found


@asynccontextmanager
async def reading(system: System, *topics: str) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(*topics, bootstrap_servers=system.kafka, auto_offset_reset="earliest")
    await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.stop()


async def topics_with(system: System, texts: Iterable[str]) -> set[str]:
    """Each topic that holds one of the texts in a key, a value or a header."""
    wanted = [text.encode() for text in texts]
    found = set()
    async with reading(system) as consumer:
        topics = [one for one in await consumer.topics() if not one.startswith("__")]
    assert PEOPLE in topics
    for topic in topics:
        async with reading(system, topic) as consumer:
            async for record in held(consumer):
                said = b"\0".join(
                    (record.key or b"", record.value or b"", *(one[1] for one in record.headers))
                )
                if any(one in said for one in wanted):
                    found.add(topic)
    return found


def unpacked(content: bytes) -> bytes:
    """`content`, or all that is in it where it is an archive."""
    if not is_zipfile(BytesIO(content)):
        return content
    with ZipFile(BytesIO(content)) as archive:
        return b"\0".join([name.encode() + b"\0" + archive.read(name) for name in archive.namelist()])


def files_with(folder: Path, texts: Iterable[str]) -> set[str]:
    """Each evidence file and log, the servers' own too, that holds one of the texts or bears it as a name."""
    wanted = [text.encode() for text in texts] + [EVIDENCE]
    patterns = ("evidence/**/*", "*.log", "*/log")
    places = [one for pattern in patterns for one in folder.glob(pattern) if one.is_file()]
    logs = {str(one.relative_to(folder)) for one in places if "log" in one.name}
    assert logs >= {f"{one}.log" for one in SERVICES} | {"postgres/log", "kafka/log"}, logs
    return {
        one.name
        for one in places
        if any(text in unpacked(one.read_bytes()) or text in one.name.encode() for text in wanted)
    }


async def exports(known: Known) -> dict[str, str]:
    """What each page, API answer and file shows."""
    auditor, plan = known.office.agus, known.plan
    evaluation = await auditor.evaluation(plan)
    pages = {
        "planning": (
            f"/perencanaan/jejak/{plan.plan_id}",
            f"/perencanaan/jejak/pegawai/{plan.employee_id}",
            f"/perencanaan/pegawai/{plan.employee_id}",
            "/perencanaan/perubahan",
            "/perencanaan/perubahan.csv",
        ),
        "assessment": (
            f"/penilaian/jejak/{plan.evaluation_id}",
            f"/penilaian/jejak/{plan.evaluation_id}/umpan-balik",
            f"/penilaian/jejak/{plan.evaluation_id}/realisasi",
            "/penilaian/perubahan.csv",
        ),
        "followup": (
            f"/tindak-lanjut/jejak/{plan.employee_id}/{YEAR}",
            "/tindak-lanjut/perubahan",
            "/tindak-lanjut/perubahan.csv",
        ),
    }
    archives = {
        "planning": f"/perencanaan/jejak/{plan.plan_id}/berkas-pembuktian.zip",
        "assessment": f"/penilaian/jejak/{plan.evaluation_id}/berkas-pembuktian.zip",
        "followup": f"/tindak-lanjut/jejak/{plan.employee_id}/{YEAR}/berkas-pembuktian.zip",
    }
    shown = {path: await auditor.opens(service, path) for service, paths in pages.items() for path in paths}
    answers = (
        f"/api/planning/v1/plans/{plan.plan_id}",
        f"/api/planning/v1/plans/{plan.plan_id}/trail",
        f"{evaluation}/feedback",
        f"{evaluation}/trail",
        f"/api/followup/v1/employees/{plan.employee_id}/followups/{YEAR}/trail",
    )
    shown |= {path: str(await auditor.caller.read(path)) for path in answers}
    for service, path in archives.items():
        content = unpacked(await auditor.caller.file(service, path))
        assert b"stream_version" in content, path
        shown[path] = content.decode(errors="replace")
    return shown


async def exports_with(known: Known, texts: Iterable[str]) -> set[str]:
    """Each page, API answer and file that still shows one of the texts."""
    return {path for path, text in (await exports(known)).items() if any(one in text for one in texts)}


async def stored(system: System) -> dict[str, list[Any]]:
    """Every event as it is stored, with its place and hash, by service."""
    sql = "SELECT * FROM event.log JOIN event.events USING (event_id) ORDER BY log_index"
    return {one: [tuple(row.values()) for row in await system.rows(one, sql)] for one in SERVICES}


async def compacted(system: System, texts: tuple[str, ...]) -> None:
    """Roll every segment of the people topic, and wait until the broker has compacted them."""
    admin = AIOKafkaAdminClient(bootstrap_servers=system.kafka)
    await admin.start()
    soon = {"segment.ms": "100", "min.cleanable.dirty.ratio": "0.0"}
    await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, PEOPLE, COMPACTED | soon)])
    await admin.close()
    async with AIOKafkaProducer(bootstrap_servers=system.kafka) as producer:

        async def gone() -> bool:
            for partition in await producer.partitions_for(PEOPLE):
                await producer.send_and_wait(PEOPLE, b"{}", key=b"roll", partition=partition)
            return PEOPLE not in await topics_with(system, texts)

        await eventually(gone, within=COMPACTED_WITHIN, every=1)


async def forgotten(known: Known) -> None:
    """Until planning's page names nobody who has not erased."""

    async def by_all() -> bool:
        lines = await known.office.maya.caller.read("/api/planning/v1/erasures")
        mine = [one for one in lines if one["employee_id"] == str(known.plan.employee_id)]
        return bool(mine) and not mine[0]["waiting"]

    await eventually(by_all, within=60)


async def put_back(system: System, service: str, rows: Iterable[asyncpg.Record], who: UUID) -> None:
    """As a backup from before the erasure would: the key and the name are there again."""
    connection = await asyncpg.connect(system.databases[service].owner_url)
    key, name = rows
    await connection.execute(
        "UPDATE work.keys SET wrapped = $2, key_id = $3, erased_at = NULL WHERE subject_id = $1",
        *(who, key["wrapped"], key["key_id"]),
    )
    await connection.execute(
        "UPDATE read.people SET nip = $2, full_name = $3, erased = false WHERE employee_id = $1",
        *(who, name["nip"], name["full_name"]),
    )
    await connection.close()


async def backed_up(system: System, service: str, who: UUID) -> list[asyncpg.Record]:
    keys = await system.rows(service, "SELECT * FROM work.keys WHERE subject_id = $1", who)
    return keys + await system.rows(service, "SELECT * FROM read.people WHERE employee_id = $1", who)


async def test_somebody_who_is_erased_is_nowhere_in_clear(tmp_path: Path) -> None:
    async with mortal_system(tmp_path) as system:
        known = await known_for_a_year(system)
        who, maya = known.plan.employee_id, known.office.maya
        assert {("planning", "read.people"), ("assessment", "read.people"), ("followup", "read.people")} == (
            await tables_with(system, known.texts)
        ), "in clear there are names, in one table of each service, and nothing else"
        assert await topics_with(system, known.texts) == {PEOPLE, TRAINING_RESULTS}
        assert await topics_with(system, [CERTIFICATE]) == {TRAINING_RESULTS}
        assert files_with(tmp_path, known.texts) == set()
        shown = "\0".join((await exports(known)).values())
        assert [one for one in known.texts if one not in shown] == [], "everything is written, and is found"
        before, backup = await stored(system), await backed_up(system, "assessment", who)

        await maya.caller.post(f"/api/planning/v1/people/{who}/erasure", ORDER)
        await forgotten(known)
        await compacted(system, known.texts)

        assert await tables_with(system, known.texts) == set()
        ours = [one for one in known.texts if one != CERTIFICATE]  # what a training system wrote is its own
        assert await topics_with(system, ours) == set()
        assert files_with(tmp_path, known.texts) == set()
        assert not list(tmp_path.glob(f"evidence/**/{who}/*"))
        assert await exports_with(known, known.texts) == set()
        after = await stored(system)
        for service in SERVICES:
            assert after[service][: len(before[service])] == before[service], "stored bytes and hashes stay"

        await a_restored_service_forgets_before_it_opens(system, known, backup)


async def a_restored_service_forgets_before_it_opens(
    system: System, known: Known, backup: list[asyncpg.Record]
) -> None:
    process = system.processes["assessment"]
    process.kill()
    await put_back(system, "assessment", backup, known.plan.employee_id)
    assert await tables_with(system, known.texts) == {("assessment", "read.people")}
    process.start()
    await asyncio.wait_for(system.ready("assessment"), 60)
    assert await tables_with(system, known.texts) == set()
    assert await exports_with(known, known.texts) == set()
