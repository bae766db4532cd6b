"""One call at a time, whose outcome all share who wait for it."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

Result = TypeVar("Result")


class SharedCall(Generic[Result]):
    """Whoever calls while it runs gets the same result, or the same exception.

    With a lock instead they would ask one after the other, and while AWS hangs each would wait for
    all before it.
    """

    def __init__(self, call: Callable[[], Result]) -> None:
        self._call = call
        self._lock = threading.Lock()
        self._running: Future[Result] | None = None

    def __call__(self) -> Result:
        with self._lock:
            running = self._running
            ours = running is None
            if running is None:
                running = self._running = Future()
        if ours:
            self._run(running)
        return running.result()

    def _run(self, running: Future[Result]) -> None:
        try:
            running.set_result(self._call())
        except BaseException as error:  # noqa: BLE001  whoever waits gets it
            running.set_exception(error)
        finally:
            self._running = None
