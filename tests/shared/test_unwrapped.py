"""The error that is waited for leaves a group of tasks as itself."""

import asyncio

import pytest

from shared.unwrapped import unwrapped


async def failing(*errors: Exception) -> None:
    async def fail(error: Exception) -> None:
        raise error

    async with asyncio.TaskGroup() as tasks:
        for error in errors:
            tasks.create_task(fail(error))


async def test_the_first_of_its_kinds_leaves_alone() -> None:
    first = KeyError("first")
    with pytest.raises(KeyError) as raised, unwrapped(KeyError, OSError):
        await failing(ValueError("other"), first, OSError("second"))
    assert raised.value is first


async def test_out_of_groups_within_the_group() -> None:
    async def within() -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(failing(KeyError("deep")))

    with pytest.raises(KeyError, match="deep"), unwrapped(KeyError):
        await within()


async def test_a_group_of_other_errors_leaves_whole() -> None:
    with pytest.raises(ExceptionGroup) as raised, unwrapped(KeyError):
        await failing(ValueError("one"), OSError("two"))
    assert [type(error) for error in raised.value.exceptions] == [ValueError, OSError]


async def test_an_error_without_a_group_leaves_as_it_is() -> None:
    with pytest.raises(ValueError, match="bare"), unwrapped(KeyError):
        raise ValueError("bare")
