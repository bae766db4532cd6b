"""The recorder for what holds data: also what is protected."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.components.recorder import Plan, RecordingMonitor, record

SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
"""How Pulumi marks a value that it encrypts in its state."""


def secret(value: str) -> dict[str, str]:
    """A value as it is registered when Pulumi keeps it secret."""
    return {**SECRET, "value": value}


def record_kept(program: Callable[[], None]) -> tuple[Plan, set[str]]:
    """All that `program` registers, and the names of what Pulumi refuses to delete."""
    monitor = _KeepingMonitor()
    return record(program, monitor=monitor), monitor.protected


class _KeepingMonitor(RecordingMonitor):
    def __init__(self) -> None:
        super().__init__()
        self.protected: set[str] = set()

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802
        if request.protect:
            self.protected.add(request.name)
        return super().RegisterResource(request)
