"""What the business takes for granted: revenue, a projection of users, what an engineer costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any, Final

import yaml

from buylink.costs.usage.load import MOST, UsageError
from buylink.planning.economics.result import Assumption, Revenue

MOST_MONTHS: Final = 120
COMMAND_LINE: Final = "the command line"


@dataclass(frozen=True, kw_only=True)
class Business:
    """The figures behind revenue and projection, each with its source."""

    arpu: Assumption
    conversion: Assumption
    engineer_day: Assumption
    effort_low: Assumption
    effort_medium: Assumption
    effort_high: Assumption
    users: Mapping[int, int]
    """Active users by month, of those months that are stated."""
    users_source: str

    @property
    def revenue(self) -> Revenue:
        return Revenue(arpu=self.arpu.value, conversion=self.conversion.value)

    @property
    def projection(self) -> dict[int, int]:
        """Users of every month from the first stated to the last, grown evenly in between."""
        months = sorted(self.users)
        users = {months[0]: self.users[months[0]]}
        for start, end in pairwise(months):
            before, after = Decimal(self.users[start]), Decimal(self.users[end])
            for month in range(start + 1, end):
                part = Decimal(month - start) / (end - start)
                users[month] = int((before * (after / before) ** part).to_integral_value())
            users[end] = self.users[end]
        return users

    def stated(
        self, arpu: str | None = None, conversion: str | None = None, users: str | None = None
    ) -> Business:
        """With figures of the command line in place of its own. UsageError with all problems."""
        problems: list[str] = []
        business = self
        if arpu is not None and (value := _number(arpu, "--arpu", None, problems)) is not None:
            business = replace(business, arpu=_overridden(self.arpu, value))
        if conversion is not None:
            value = _number(conversion, "--conversion", Decimal(1), problems)
            if value is not None:
                business = replace(business, conversion=_overridden(self.conversion, value))
        if users is not None:
            business = replace(business, users=_months(users, problems), users_source=COMMAND_LINE)
        if problems:
            raise UsageError(*problems)
        return business


_Yaml = dict[str, Any]
"""Of the packaged file, whose shape a test knows."""


@cache
def packaged() -> Business:
    """The one that comes with this package."""
    text = (
        resources.files("buylink.planning.economics").joinpath("business.yaml").read_text("utf-8")
    )
    content: _Yaml = yaml.safe_load(text)
    return Business(
        **{name: _assumption(name, content[name]) for name in _NAMES},
        users=content["users"],
        users_source=content["users_source"],
    )


_NAMES: Final = {
    "arpu": "ARPU",
    "conversion": "conversion",
    "engineer_day": "engineer's day",
    "effort_low": "low effort",
    "effort_medium": "medium effort",
    "effort_high": "high effort",
}


def _assumption(name: str, content: _Yaml) -> Assumption:
    return Assumption(
        name=_NAMES[name],
        value=Decimal(str(content["value"])),
        unit=content["unit"],
        basis="assumed",
        source=content["source"],
    )


def _overridden(assumed: Assumption, value: Decimal) -> Assumption:
    return replace(assumed, value=value, basis="given", source=COMMAND_LINE)


def _number(text: str, option: str, most: Decimal | None, problems: list[str]) -> Decimal | None:
    """A number from 0 on, or a percentage where it is a share."""
    share = most is not None and text.endswith("%")
    try:
        value = Decimal(text.removesuffix("%") if share else text)
    except InvalidOperation:
        value = Decimal("NaN")
    if share and value.is_finite():
        value /= 100
    if not value.is_finite() or value < 0 or value > (MOST if most is None else most):
        expected = (
            f"USD from 0 to {MOST:,}" if most is None else "a share from 0 to 1, or 0% to 100%"
        )
        problems.append(f"{option}: expected {expected}, got {text!r}")
        return None
    return value


def _months(text: str, problems: list[str]) -> dict[int, int]:
    by_month: dict[int, int] = {}
    for part in text.split(","):
        month, _, users = part.partition("=")
        when, active = _count(month.strip(), MOST_MONTHS), _count(users.strip(), MOST)
        if when is None or active is None:
            expected = f"MONTH=USERS, a month from 1 to {MOST_MONTHS}, users from 1 to {MOST:,}"
            problems.append(f"--users: expected {expected}, got {part!r}")
        elif when in by_month:
            problems.append(f"--users: month {when}: expected once, got it twice")
        else:
            by_month[when] = active
    return by_month


def _count(text: str, most: int) -> int | None:
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(most)):
        return None
    return number if 1 <= (number := int(text)) <= most else None
