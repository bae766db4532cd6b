"""The documented figures between the business's load and what AWS counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import TypedDict

import yaml

from buylink.costs.prices.quantity import Range
from buylink.costs.usage.load import Load


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficient:
    """An amount, its unit, where it comes from, and whether it is `measured` or `assumed`.

    What is measured has the day that it was, such as 2026-11-25.
    """

    amount: Range
    unit: str
    basis: str
    source: str
    date: str | None = None


@dataclass(frozen=True)
class Coefficients:
    """All of them by name, and the load that is taken where a graph states none."""

    by_name: Mapping[str, Coefficient]
    default_load: Load

    def __getitem__(self, name: str) -> Range:
        return self.by_name[name].amount

    @property
    def basis(self) -> str:
        """How many of them were measured, and when."""
        days = sorted(coefficient.date for coefficient in self.by_name.values() if coefficient.date)
        if not days:
            return "all its figures assumed"
        when = days[-1] if days[0] == days[-1] else f"{days[0]} to {days[-1]}"
        return f"{len(days)} of its {len(self.by_name)} figures measured {when}, the others assumed"


@cache
def packaged() -> Coefficients:
    """Those that come with this package."""
    text = resources.files("buylink.costs.usage").joinpath("coefficients.yaml").read_text("utf-8")
    return read(text)


def read(text: str) -> Coefficients:
    """Coefficients from the text of their file; numbers are read as written, not as floats."""
    content: _File = yaml.load(text, Loader=_AsText)  # noqa: S506 - reads scalars alone
    load = content["default_load"]
    return Coefficients(
        by_name={name: _coefficient(entry) for name, entry in content["coefficients"].items()},
        default_load=Load(int(load["users"]), int(load["videos_per_day"])),
    )


class _File(TypedDict):
    default_load: Mapping[str, str]
    coefficients: Mapping[str, Mapping[str, str]]


def _coefficient(entry: Mapping[str, str]) -> Coefficient:
    return Coefficient(
        amount=Range.between(*(Decimal(entry[name]) for name in ("low", "typical", "high"))),
        unit=entry["unit"],
        basis=entry["basis"],
        source=entry["source"],
        date=entry.get("date"),
    )


class _AsText(yaml.BaseLoader):
    """Leaves every scalar as it is written."""
