import asyncpg
import pytest

from shared.embedded.provision import url_for
from tests.databases import FreshDatabase


async def test_both_roles_reach_their_own_database(fresh_database: FreshDatabase) -> None:
    ours = await fresh_database()
    for url in (ours.owner_url, ours.app_url):
        connection = await asyncpg.connect(url)
        assert await connection.fetchval("SELECT 1") == 1
        await connection.close()


async def test_no_role_reaches_the_database_of_another_service(fresh_database: FreshDatabase) -> None:
    ours, theirs = await fresh_database(), await fresh_database()
    database = theirs.app_url.rpartition("/")[2]
    for url in (ours.owner_url, ours.app_url):
        credentials = url.partition("//")[2].partition("@")[0]
        role, _, password = credentials.partition(":")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await asyncpg.connect(url_for(url, role, password, database))


async def test_the_application_role_changes_no_schema(fresh_database: FreshDatabase) -> None:
    ours = await fresh_database()
    connection = await asyncpg.connect(ours.app_url)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute("CREATE TABLE public.mine (id int)")
    await connection.close()


async def test_a_key_is_32_bytes_of_its_own_that_only_its_owner_reads(fresh_database: FreshDatabase) -> None:
    ours = await fresh_database()
    files = ours.master_key_file, ours.signing_key_file
    for file in files:
        assert len(file.read_bytes()) == 32
        assert file.stat().st_mode & 0o777 == 0o600
    assert len({file.read_bytes() for file in files}) == 2
