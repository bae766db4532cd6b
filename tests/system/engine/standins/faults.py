"""Faults that a test plans for the offline provider, told through a file in its cloud's folder."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

Operation = Literal["create", "update", "delete"]
Way = Literal["refused", "made and failed", "held before", "held after"]

LONGEST_HOLD = 120.0
"""Seconds after which a held call goes on, so that a test that failed leaves nothing behind."""


@dataclass(frozen=True)
class Fault:
    """What goes wrong with the `at`-th operation of its kind in one run, from 1.

    - `refused`: AWS answers `message`, and does nothing
    - `made and failed`: AWS does it, and answers that it came out broken
    - `held before`, `held after`: the call hangs before or after AWS did it, until `release`
    """

    operation: Operation
    at: int
    way: Way
    message: str = ""


class Faults:
    """The faults of one cloud."""

    def __init__(self, folder: Path) -> None:
        self._plan, self._held = folder / "fault", folder / "held"
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def plan(self, fault: Fault | None) -> None:
        """Sets the fault of the runs to come; None for none."""
        self._held.unlink(missing_ok=True)
        self._plan.write_text(json.dumps(fault and asdict(fault)))

    def next(self, operation: Operation) -> Fault | None:
        """Counts an operation of this run; the fault, if it is this one's turn."""
        planned = json.loads(self._plan.read_text()) if self._plan.is_file() else None
        if planned is None or planned["operation"] != operation:
            return None
        with self._lock:
            self._counts[operation] += 1
            due = self._counts[operation] == planned["at"]
        return Fault(**planned) if due else None

    def hold(self, urn: str) -> None:
        """Says which resource is held, and waits for `release`."""
        self._held.write_text(urn)
        ends = time.monotonic() + LONGEST_HOLD
        while self._held.exists() and time.monotonic() < ends:
            time.sleep(0.02)

    def release(self) -> None:
        self._held.unlink(missing_ok=True)

    def wait_until_held(self, seconds: float = 60) -> str:
        """The URN of the resource that is held. TimeoutError when none is in time."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            if self._held.is_file() and (urn := self._held.read_text()):
                return urn
            time.sleep(0.02)
        raise TimeoutError("no operation reached the planned fault")
