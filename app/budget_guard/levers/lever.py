"""What all levers have in common."""

from collections.abc import Mapping
from typing import Any, Protocol, TypeAlias

from app.budget_guard.mode import Mode

Value: TypeAlias = dict[str, Any]
"""How one thing is set: its parts by name, each as JSON has it. Parts change one by one: the
program may set a service's bounds anew while the guard holds its autoscaling suspended."""


class DeferredError(Exception):
    """It can't be moved now, and will be tried at the next reconcile; the text says why."""


class Lever(Protocol):
    """One kind of thing that the guard sets, through boto3; raises what boto3 raises."""

    @property
    def kind(self) -> str:
        """What begins the names of its things in the guard's records."""
        ...

    def read(self) -> Mapping[str, Value]:
        """How each thing of this stack is set now, by its name. None of another stack's."""
        ...

    def held(self, name: str, original: Value, mode: Mode) -> Value:
        """How a mode wants a thing that the program has set to `original`; the same parts."""
        ...

    def move(self, name: str, value: Value) -> None:
        """Set a thing. Raises DeferredError when it has to wait."""
        ...
