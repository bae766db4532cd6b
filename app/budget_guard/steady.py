"""Whether the services that were started run."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from app.budget_guard.levers.services import StackServices, TaskCounts
from app.budget_guard.reconcile import Outcome

PAUSE = 5.0


@dataclass(frozen=True)
class Patience:
    """How many seconds to wait for services; `sleep` waits between two looks."""

    seconds: float = 0
    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic


def not_steady(services: StackServices, outcome: Outcome, patience: Patience) -> list[str]:
    """What a run started and isn't there yet: `cluster/service: 1 of 2 tasks`.

    Raises what boto3 raises.
    """
    kind = f"{TaskCounts.kind}:"
    started = [
        it.thing.removeprefix(kind)
        for it in outcome.changes
        if it.thing.startswith(kind) and it.after["desired"]
    ]
    until = patience.monotonic() + patience.seconds
    while True:
        services.forget()
        found = services.all() if started else {}
        missing = [
            f"{name}: {found[name]['runningCount']} of {found[name]['desiredCount']} tasks"
            for name in started
            if name in found and found[name]["runningCount"] < found[name]["desiredCount"]
        ]
        if not missing or patience.monotonic() + PAUSE > until:
            return missing
        patience.sleep(PAUSE)
