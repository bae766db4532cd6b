"""Those who ask at the same time share one answer."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.hub.shared_call import SharedCall

AT_ONCE = 8
SLOW_SECONDS = 0.5


class Source:
    """Counts how often it is asked, and takes half a second."""

    def __init__(self) -> None:
        self.asked = 0
        self.begun = threading.Event()
        self.error: Exception | None = None

    def __call__(self) -> int:
        self.asked += 1
        self.begun.set()
        time.sleep(SLOW_SECONDS)
        if self.error is not None:
            raise self.error
        return self.asked


def test_who_asks_while_one_asks_gets_the_same_answer_and_later_ones_another() -> None:
    source = Source()
    shared = SharedCall(source)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        first = threads.submit(shared)
        assert source.begun.wait(10)
        others = [threads.submit(shared) for _ in range(AT_ONCE - 1)]
        assert [it.result() for it in (first, *others)] == [1] * AT_ONCE
    assert shared() == 2


def test_an_error_is_shared_too_so_that_none_waits_for_all_before_it() -> None:
    source = Source()
    source.error = ConnectionError("hangs")
    shared = SharedCall(source)
    started = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        asking = [threads.submit(shared) for _ in range(AT_ONCE)]
        assert all(isinstance(it.exception(), ConnectionError) for it in asking)
    assert time.monotonic() - started < AT_ONCE * SLOW_SECONDS
    source.error = None
    with pytest.raises(ZeroDivisionError):
        SharedCall(lambda: 1 // 0)()
    assert shared() > 1
