"""Whether the services that were started run."""

from datetime import timedelta

from app.budget_guard.levers.services import StackServices, TaskCounts
from app.budget_guard.reconcile import Outcome
from app.budget_guard.run_time import RunTime

PAUSE = timedelta(seconds=5)


def not_steady(services: StackServices, outcome: Outcome, time: RunTime) -> list[str]:
    """What a run started and isn't there yet: `cluster/service: 1 of 2 tasks`.

    Raises what boto3 raises.
    """
    kind = f"{TaskCounts.kind}:"
    started = [
        it.thing.removeprefix(kind)
        for it in outcome.changes
        if it.thing.startswith(kind) and it.after["desired"]
    ]
    until = time.waits_until()
    while True:
        services.forget()
        found = services.all() if started else {}
        missing = [
            f"{name}: {found[name]['runningCount']} of {found[name]['desiredCount']} tasks"
            for name in started
            if name in found and found[name]["runningCount"] < found[name]["desiredCount"]
        ]
        if not missing or time.clock() + PAUSE > until:
            return missing
        time.sleep(PAUSE.total_seconds())
