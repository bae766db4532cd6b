"""A choice, and what makes choices of one stack's settings."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from buylink.planning.change import Change
from buylink.planning.options.result import Degree
from buylink.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A change to preview; `why` says in a line what it is good or bad for."""

    id: str
    group: str
    title: str
    changes: tuple[Change, ...]
    risk: Degree
    effort: Degree
    why: str


class Offer:
    """Makes choices of one stack's settings."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._plain: dict[str, Any] = settings.model_dump(mode="json", by_alias=True)

    def choice(
        self, name: str, title: str, values: dict[str, Any], rated: tuple[Degree, Degree], why: str
    ) -> Choice:
        """`values` by dotted path; `rated` are risk and effort."""
        group, _, _ = name.partition("-")
        changes = tuple(self._change(path, value) for path, value in values.items())
        risk, effort = rated
        return Choice(
            id=name, group=group, title=title, changes=changes, risk=risk, effort=effort, why=why
        )

    def of_http(self, name: str, value: Any) -> dict[str, Any]:
        """The same of each service behind the load balancer."""
        return {f"services.{it}.{name}": value for it in self.settings.http_services}

    def of_bucket(self, bucket: str, name: str, value: Any) -> dict[str, Any]:
        """A bucket's settings stand together: one that is given replaces all."""
        return {f"storage.{bucket}": {**self._plain["storage"][bucket], name: value}}

    def _change(self, path: str, value: Any) -> Change:
        before: Any = self._plain
        for key in path.split("."):
            before = before.get(key) if isinstance(before, dict) else None
        return Change(key=f"buylink:{path}", before=_text(before), after=_text(value))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
