"""A database comes back from a real backup: its log is verified to the last published event, or it stops."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from types import MappingProxyType
from uuid import uuid4
from zoneinfo import ZoneInfo

import asyncpg
import pytest
from rich.console import Console

from services.cli.log.verify import How, verified
from services.cli.log.where import Where
from shared import people
from shared.embedded.postgres import BIN, UNPRIVILEGED, start_postgres
from shared.embedded.provision import provision
from shared.messaging.feed_writer import FeedDiffers
from shared.messaging.imported import RestoredDiffers
from shared.messaging.recovery import FeedNeeded
from shared.projection.trail import TRAIL
from shared.settings import Settings
from shared.store.migrate import migrate
from shared.store.store import open_store
from tests.eventually import eventually
from tests.infrastructure import settings_of
from tests.shared.conftest import Place, told_who_was_erased
from tests.shared.messaging.test_kafka import Wire, wire
from tests.shared.messaging.test_log_feed import at_work, logged, published, recovered, write
from tests.shared.toy import LEDGER, TABLES, YEAR, Counted, unit

__all__ = ["wire"]

SERVICE = "drill"
NOWHERE = "127.0.0.1:1"
RESTORE_POINT = "before_the_mistake"
NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass
class Site:
    """A server of its own, with all that an operator keeps beside it: archive, passwords, keys."""

    folder: Path
    wire: Wire

    @property
    def archive(self) -> Path:
        return self.folder / "archive"

    @property
    def data(self) -> Path:
        return self.folder / "live" / "data"

    @contextmanager
    def server(self, name: str = "live", settings: Mapping[str, str] = NOTHING) -> Iterator[str]:
        """The superuser's address of the server in that folder, while the block runs."""
        archiving = {"archive_mode": "on", "archive_command": f"cp %p {self.archive}/%f"}
        running = start_postgres(self.folder / name, settings=archiving if name == "live" else settings)
        try:
            yield running.admin_url
        finally:
            running.stop()

    async def place(self, admin_url: str) -> Place:
        """The service on that server: same roles, passwords and keys, wherever it runs."""
        made = (await provision(admin_url, [SERVICE], self.folder / "secrets"))[SERVICE]
        settings: Settings = replace(
            settings_of(made, self.folder, kafka=self.wire.servers), timezone=ZoneInfo("Asia/Jakarta")
        )
        return Place(made.owner_url, settings)

    def restored(self, name: str) -> Path:
        """A folder for another server with the same superuser; its data is still to come."""
        folder = self.folder / name
        folder.mkdir()
        shutil.copy2(self.folder / "live" / "password", folder / "password")
        return folder / "data"

    def verified(self, place: Place) -> "Verified":
        return Verified(
            Where(
                self.wire.name,
                place.settings.agency,
                place.settings.database_url,
                self.wire.servers,
                place.settings.signing_key_file,
            )
        )


@dataclass
class Verified:
    """What `jejak log verify` says, database and topic compared."""

    where: Where

    async def says(self) -> tuple[bool, str]:
        console = Console(file=StringIO(), width=300)
        clean = await verified(self.where, How(jobs=1), console)
        assert isinstance(console.file, StringIO)
        return clean, console.file.getvalue()


def owned_by_the_server(folder: Path) -> None:
    """What an operator does after copying: PostgreSQL opens only what is its own."""
    folder.chmod(0o700)
    if os.geteuid() == 0:
        account = pwd.getpwnam(UNPRIVILEGED)
        for one in (folder, *folder.rglob("*")):
            os.chown(one, account.pw_uid, account.pw_gid, follow_symlinks=False)


def run(program: str, *words: str) -> None:
    done = subprocess.run([str(BIN / program), *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def database(admin_url: str, name: str) -> str:
    return f"{admin_url.rpartition('/')[0]}/{name}"


def away(place: Place) -> Place:
    return replace(place, settings=replace(place.settings, kafka_bootstrap_servers=NOWHERE))


@pytest.fixture
async def site(wire: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """Four events in the database, on the topic and under a signature."""
    monkeypatch.setenv("JEJAK_LANG", "en")
    made = Site(tmp_path, wire)
    made.archive.mkdir()
    owned_by_the_server(made.archive)
    with made.server() as admin_url:
        place = await made.place(admin_url)
        tables = [TRAIL, *TABLES, *people.TABLES]
        await migrate(place.owner_url, f"{SERVICE}_app", tables=tables, years=[YEAR])
        await told_who_was_erased(place.settings.database_url)
        async with at_work(wire, place) as service:
            await write(service, 4)
            await published(wire, 4)
    return made


async def works_on(site: Site, admin_url: str, *, until: int) -> list[tuple[int, bytes]]:
    """The live service writes until so many events are published; its log."""
    place = await site.place(admin_url)
    await told_who_was_erased(place.settings.database_url)
    events = until - len(await logged(place))
    async with at_work(site.wire, place) as service:
        await write(service, events)
        await published(site.wire, until)
    return await logged(place)


async def ends_verified(site: Site, admin_url: str, lost: list[tuple[int, bytes]]) -> None:
    """The restored service brings back what is missing, goes on behind it, and all of it is verified."""
    place = await site.place(admin_url)
    await told_who_was_erased(place.settings.database_url)
    async with at_work(site.wire, place) as service:

        async def back() -> bool:
            return len(await logged(place)) == len(lost)

        await eventually(back, within=60)
        await write(service, 2)
        await published(site.wire, len(lost) + 2)
    assert (await logged(place))[: len(lost)] == lost
    clean, said = await site.verified(place).says()
    assert clean, said
    assert f"{len(lost) + 2} events read again, {len(lost) + 2} under a signature" in said


async def test_a_dump_is_restored_into_another_cluster_and_verified(site: Site) -> None:
    dump = site.folder / "dump"
    with site.server() as admin_url:
        name = (await site.place(admin_url)).settings.database_url.rpartition("/")[2]
        run("pg_dump", "--format=custom", f"--file={dump}", database(admin_url, name))
        lost = await works_on(site, admin_url, until=7)
    site.restored("other")
    with site.server("other") as admin_url:
        place = await site.place(admin_url)
        run("pg_restore", "--exit-on-error", f"--dbname={database(admin_url, name)}", str(dump))
        with pytest.raises(FeedNeeded):
            await recovered(site.wire, away(place))
        assert len(await logged(place)) == 4
        await ends_verified(site, admin_url, lost)


async def test_a_dump_into_which_somebody_wrote_stops_and_says_so(site: Site) -> None:
    dump, owner = site.folder / "dump", uuid4()
    with site.server() as admin_url:
        place = await site.place(admin_url)
        name = place.settings.database_url.rpartition("/")[2]
        run("pg_dump", "--format=custom", f"--file={dump}", database(admin_url, name))
        await told_who_was_erased(place.settings.database_url)
        async with at_work(site.wire, place) as service:
            await write(service, 1, owner=owner)
            await published(site.wire, 5)
    site.restored("other")
    with site.server("other") as admin_url:
        place = await site.place(admin_url)
        run("pg_restore", "--exit-on-error", f"--dbname={database(admin_url, name)}", str(dump))
        async with open_store(place.settings, site.wire.name, [LEDGER.catalogue]) as store:
            await store.append([unit(owner, Counted(by=1))])
        with pytest.raises(RestoredDiffers):
            await recovered(site.wire, place)
        assert len(await logged(place)) == 4


async def test_copied_files_of_a_stopped_server_are_put_back_and_verified(site: Site) -> None:
    shutil.copytree(site.data, site.folder / "copy")
    with site.server() as admin_url:
        lost = await works_on(site, admin_url, until=7)
    shutil.rmtree(site.data)
    shutil.copytree(site.folder / "copy", site.data)
    owned_by_the_server(site.data)
    with site.server() as admin_url:
        await ends_verified(site, admin_url, lost)


async def test_copied_files_on_which_work_went_on_without_the_topic_stop_once_it_answers(site: Site) -> None:
    """Same cluster, same timeline: nothing in the database shows that it was put back."""
    shutil.copytree(site.data, site.folder / "copy")
    with site.server() as admin_url:
        await works_on(site, admin_url, until=5)
    shutil.rmtree(site.data)
    shutil.copytree(site.folder / "copy", site.data)
    owned_by_the_server(site.data)
    with site.server() as admin_url:
        place = await site.place(admin_url)
        await told_who_was_erased(place.settings.database_url)
        async with at_work(site.wire, away(place)) as service:
            await write(service, 1)

            async def placed() -> bool:
                return len(await logged(place)) == 5

            await eventually(placed, within=30)
        with pytest.raises(FeedDiffers):
            await recovered(site.wire, place)


RECOVERY: Mapping[str, Callable[[Site], Mapping[str, str]]] = {
    "to the end of the archive": lambda _site: {},
    "to a point in time": lambda _site: {
        "recovery_target_name": RESTORE_POINT,
        "recovery_target_action": "promote",
    },
}


@pytest.mark.parametrize("recovery", RECOVERY)
async def test_a_base_backup_is_rolled_forward_and_verified(site: Site, recovery: str) -> None:
    with site.server() as admin_url:
        data = site.restored("other")
        run("pg_basebackup", f"--dbname={admin_url}", f"--pgdata={data}", "--checkpoint=fast")
        await works_on(site, admin_url, until=6)
        await restore_point(admin_url)
        lost = await works_on(site, admin_url, until=8)
        await archived(admin_url)
    (data / "recovery.signal").touch()
    owned_by_the_server(data)
    settings = {"restore_command": f"cp {site.archive}/%f %p", **RECOVERY[recovery](site)}
    with site.server("other", settings) as admin_url:
        await recovery_is_over(admin_url)
        place = await site.place(admin_url)
        assert len(await logged(place)) == (6 if "recovery_target_name" in settings else 8)
        with pytest.raises(FeedNeeded):
            await recovered(site.wire, away(place))
        await ends_verified(site, admin_url, lost)


async def recovery_is_over(admin_url: str) -> None:
    """Until the server takes writes: it answers readers before that."""
    admin = await asyncpg.connect(admin_url)

    async def writable() -> bool:
        return not await admin.fetchval("SELECT pg_is_in_recovery()")

    await eventually(writable, within=30)
    await admin.close()


async def restore_point(admin_url: str) -> None:
    admin = await asyncpg.connect(admin_url)
    await admin.execute("SELECT pg_create_restore_point($1)", RESTORE_POINT)
    await admin.close()


async def archived(admin_url: str) -> None:
    """Until all that was written is in the archive."""
    admin = await asyncpg.connect(admin_url)
    wanted = await admin.fetchval("SELECT pg_walfile_name(pg_switch_wal())")

    async def there() -> bool:
        last = await admin.fetchval("SELECT last_archived_wal FROM pg_stat_archiver")
        return last is not None and last >= wanted

    await eventually(there, within=30)
    await admin.close()
