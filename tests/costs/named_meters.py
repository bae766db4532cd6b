"""The meters that the code names, wherever it does."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from types import ModuleType

from buylink.costs import meters
from buylink.costs.prices.book import Meter


def modules() -> Iterator[ModuleType]:
    for _, module in inspect.getmembers(meters, inspect.ismodule):
        if module.__name__.startswith("buylink.costs.meters."):
            yield module


def named() -> set[Meter]:
    """Every meter that a module names, in constants and in tables."""
    found: set[Meter] = set()
    for module in modules():
        for value in vars(module).values():
            items = value.values() if isinstance(value, dict) else [value]
            for item in items:
                found |= {
                    it
                    for it in (item if isinstance(item, tuple) else (item,))
                    if isinstance(it, Meter)
                }
    return found
