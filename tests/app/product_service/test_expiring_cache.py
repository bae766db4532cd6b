"""What is kept of what was looked up."""

import asyncio
import threading

import pytest

from app.hub.web.problems import Problem
from app.product_service.expiring_cache import MOST_LOOK_UPS, ExpiringCache


class Source:
    """Answers with what it has, and counts."""

    def __init__(self, **values: str) -> None:
        self.values = values
        self.asked: list[str] = []
        self.begun = threading.Event()
        self.gate: threading.Event | None = None
        self.now = 0.0

    def look_up(self, key: str) -> str | None:
        self.asked.append(key)
        self.begun.set()
        if self.gate is not None:
            self.gate.wait(10)
        if key == "fails":
            raise ConnectionError
        return self.values.get(key)

    def cache(self, most: int = 10) -> ExpiringCache[str]:
        return ExpiringCache(
            self.look_up, seconds=60, absent_seconds=5, most=most, monotonic=lambda: self.now
        )


def test_a_value_is_kept_for_a_while_and_that_there_is_none_for_less() -> None:
    source = Source(a="1")
    cache = source.cache()

    async def ask() -> list[list[str | None]]:
        answers: list[list[str | None]] = []
        for moment in (0.0, 4.9, 5.1, 59.9, 60.1):
            source.now = moment
            answers.append([await cache.get("a"), await cache.get("b")])
        return answers

    assert asyncio.run(ask()) == [["1", None]] * 5
    assert source.asked == ["a", "b", "b", "b", "a"]


def test_a_value_that_comes_or_goes_is_noticed() -> None:
    source = Source()
    cache = source.cache()

    async def ask() -> list[str | None]:
        first = await cache.get("a")
        source.values["a"], source.now = "1", 6
        second = await cache.get("a")
        del source.values["a"]
        cache.forget("a")
        return [first, second, await cache.get("a")]

    assert asyncio.run(ask()) == [None, "1", None]


def test_those_who_ask_at_once_wait_for_one_look_up() -> None:
    source = Source(a="1")
    cache = source.cache()
    source.gate = threading.Event()

    async def ask() -> list[str | None]:
        waiting = [asyncio.create_task(cache.get("a")) for _ in range(20)]
        await asyncio.to_thread(source.begun.wait, 10)
        waiting[0].cancel()
        assert source.gate is not None
        source.gate.set()
        return await asyncio.gather(*waiting[1:])

    assert asyncio.run(ask()) == ["1"] * 19
    assert source.asked == ["a"]


def test_a_failure_is_not_kept() -> None:
    source = Source()
    cache = source.cache()

    async def ask() -> None:
        for _ in range(2):
            with pytest.raises(ConnectionError):
                await cache.get("fails")

    asyncio.run(ask())
    assert source.asked == ["fails", "fails"]


def test_so_many_are_kept_and_what_does_not_exist_displaces_nothing() -> None:
    source = Source(**{f"is{number}": "1" for number in range(20)})
    cache = source.cache(most=3)

    async def ask(*keys: str) -> None:
        for key in keys:
            await cache.get(key)

    async def all_of_it() -> None:
        await ask("is1", "is2", "is3", *(f"isnt{number}" for number in range(20)))
        source.asked.clear()
        await ask("is1", "is2", "is3")
        assert source.asked == []
        await ask("is4", "is1")
        assert source.asked == ["is4", "is1"]

    asyncio.run(all_of_it())


def test_when_too_many_look_ups_hang_the_next_is_refused_at_once() -> None:
    source = Source()
    source.gate = threading.Event()
    cache = source.cache()

    async def ask() -> Problem:
        hanging = [asyncio.create_task(cache.get(str(key))) for key in range(MOST_LOOK_UPS)]
        await asyncio.sleep(0)
        with pytest.raises(Problem) as refused:
            await cache.get("one more")
        assert source.gate is not None
        source.gate.set()
        await asyncio.gather(*hanging)
        assert await cache.get("one more") is None
        return refused.value

    refused = asyncio.run(ask())
    assert (refused.status, refused.headers) == (503, {"Retry-After": "5"})
