"""Promises of the patience: it gives up on time, on nobody else, and leaves what others cancel to them."""

from __future__ import annotations

import asyncio
import time

import pytest

from boucle.entrypoints.server.body_timeout import BodyTimeout


async def _after(seconds: float) -> str:
    await asyncio.sleep(seconds)
    return "here"


def test_what_comes_in_time_is_returned() -> None:
    async def wait_for_bodies() -> list[str]:
        patience = BodyTimeout(5)
        return [await patience.wait(_after(0)) for _ in range(3)]

    assert asyncio.run(wait_for_bodies()) == ["here"] * 3


def test_each_is_given_up_on_after_its_own_time() -> None:
    async def wait_for_bodies() -> list[float]:
        patience = BodyTimeout(0.1)
        start = time.monotonic()

        async def one(begins: float) -> float:
            await asyncio.sleep(begins)
            with pytest.raises(TimeoutError):
                await patience.wait(_after(60))
            await asyncio.sleep(0)  # the task goes on as if nobody had cancelled it
            return time.monotonic() - start - begins

        return list(await asyncio.gather(one(0), one(0.05), one(0.3)))

    assert all(0.1 <= waited < 0.25 for waited in asyncio.run(wait_for_bodies()))


def test_who_is_slow_takes_nothing_from_who_is_quick() -> None:
    async def wait_for_bodies() -> list[str | BaseException]:
        patience = BodyTimeout(0.1)
        waits = (patience.wait(_after(seconds)) for seconds in (60, 0.01, 0.05))
        return await asyncio.gather(*waits, return_exceptions=True)

    slow, *quick = asyncio.run(wait_for_bodies())
    assert isinstance(slow, TimeoutError)
    assert quick == ["here", "here"]


def test_what_somebody_else_cancels_is_cancelled() -> None:
    async def wait_for_bodies() -> None:
        task = asyncio.create_task(BodyTimeout(5).wait(_after(60)))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(wait_for_bodies())


def test_an_error_is_passed_on() -> None:
    async def break_off() -> str:
        raise ConnectionError("gone")

    with pytest.raises(ConnectionError):
        asyncio.run(BodyTimeout(5).wait(break_off()))
