"""Promises of the time-out of bodies: it gives up on time, on nobody else, and leaves what others cancel to them."""

from __future__ import annotations

import asyncio

import pytest

from boucle.entrypoints.server.body_timeout import BodyTimeout
from support.turns import ManualTimers, let_others_run


async def _never() -> str:
    await asyncio.get_running_loop().create_future()
    return "never"


async def _soon() -> str:
    await asyncio.sleep(0)
    return "here"


def test_what_comes_in_time_is_returned() -> None:
    async def wait() -> list[str]:
        timeout = BodyTimeout(5)
        return [await timeout.wait(_soon()) for _ in range(3)]

    assert asyncio.run(wait()) == ["here"] * 3


def test_each_is_given_up_on_after_its_own_time() -> None:
    async def wait() -> list[list[bool]]:
        timers = ManualTimers()
        timeout = BodyTimeout(10, timers)
        tasks: list[asyncio.Task[str]] = []
        ended = []
        for seconds in (4, 4, 2, 3, 1, 100):
            tasks.append(asyncio.create_task(timeout.wait(_never())))
            await let_others_run()
            await timers.advance(seconds)
            ended.append([task.done() for task in tasks])
        assert all(isinstance(task.exception(), TimeoutError) for task in tasks)
        return ended

    # They begin at 0, 4, 8, 10, 13 and 14 seconds, and are looked at 4, 4, 2, 3, 1 and 100 seconds after that.
    assert asyncio.run(wait()) == [
        [False],
        [False, False],
        [True, False, False],
        [True, False, False, False],
        [True, True, False, False, False],
        [True] * 6,
    ]


def test_who_was_given_up_on_goes_on_as_if_nobody_had_cancelled_it() -> None:
    async def wait() -> str:
        timers = ManualTimers()

        async def go_on() -> str:
            with pytest.raises(TimeoutError):
                await BodyTimeout(10, timers).wait(_never())
            return await _soon()

        task = asyncio.create_task(go_on())
        await let_others_run()
        await timers.advance(10)
        return await task

    assert asyncio.run(wait()) == "here"


def test_who_is_slow_takes_nothing_from_who_is_quick() -> None:
    async def wait() -> list[str | BaseException]:
        timers = ManualTimers()
        timeout = BodyTimeout(10, timers)
        waits = asyncio.gather(*(timeout.wait(body) for body in (_never(), _soon(), _soon())), return_exceptions=True)
        await let_others_run()
        await timers.advance(10)
        return await waits

    slow, *quick = asyncio.run(wait())
    assert isinstance(slow, TimeoutError)
    assert quick == ["here", "here"]


def test_by_the_loops_own_clock_it_gives_up_too() -> None:
    async def wait() -> None:
        with pytest.raises(TimeoutError):
            await BodyTimeout(0.01).wait(_never())

    asyncio.run(wait())


def test_what_somebody_else_cancels_is_cancelled() -> None:
    async def wait() -> None:
        task = asyncio.create_task(BodyTimeout(5).wait(_never()))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(wait())


def test_an_error_is_passed_on() -> None:
    async def break_off() -> str:
        raise ConnectionError("gone")

    with pytest.raises(ConnectionError):
        asyncio.run(BodyTimeout(5).wait(break_off()))
