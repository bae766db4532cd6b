"""Wait for blocking calls without being bound to their end."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

Result = TypeVar("Result")


def in_thread(call: Callable[[], Result]) -> asyncio.Future[Result]:
    """Run the call in a thread of its own; the future has its result or its exception.

    Unlike `asyncio.to_thread`, the process can end while the call is still at it: a poll that waits
    for messages, or work that takes longer than the process has left.
    """
    outcome: Future[Result] = Future()

    def run() -> None:
        try:
            outcome.set_result(call())
        except BaseException as error:  # noqa: BLE001  whoever waits for the future gets it
            outcome.set_exception(error)

    Thread(target=run, daemon=True).start()
    return asyncio.wrap_future(outcome)
