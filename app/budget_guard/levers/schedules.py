"""The schedules that call the stack's functions, all but the guard's own."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.budget_guard.levers.lever import Value
from app.budget_guard.mode import Mode

_SETTABLE = (
    "ActionAfterCompletion",
    "Description",
    "EndDate",
    "FlexibleTimeWindow",
    "GroupName",
    "KmsKeyArn",
    "Name",
    "ScheduleExpression",
    "ScheduleExpressionTimezone",
    "StartDate",
    "Target",
)
"""An update sets them all anew, and what it leaves out falls back to its default.
https://docs.aws.amazon.com/scheduler/latest/APIReference/API_UpdateSchedule.html"""


class Schedules:
    """Whether a schedule of EventBridge Scheduler runs; stopped, it doesn't.

    They are given by name: Scheduler can tag groups of schedules alone.
    """

    kind = "schedule"

    def __init__(self, scheduler: Any, names: Sequence[str]) -> None:
        self._scheduler = scheduler
        self._names = names

    def read(self) -> Mapping[str, Value]:
        found: dict[str, Value] = {}
        for name in self._names:
            try:
                found[name] = {"state": self._scheduler.get_schedule(Name=name)["State"]}
            except self._scheduler.exceptions.ResourceNotFoundException:
                continue
        return found

    def held(self, name: str, original: Value, mode: Mode) -> Value:
        del name
        return {"state": "DISABLED"} if mode is Mode.STOPPED else original

    def move(self, name: str, value: Value) -> None:
        now = self._scheduler.get_schedule(Name=name)
        settings = {it: now[it] for it in _SETTABLE if it in now}
        self._scheduler.update_schedule(**settings, State=value["state"])
