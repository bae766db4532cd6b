"""The meters that the code names, wherever it does."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from importlib import import_module
from types import ModuleType

from buylink.costs import meters
from buylink.costs.prices.book import Meter


def modules() -> Iterator[ModuleType]:
    for module in pkgutil.iter_modules(meters.__path__):
        yield import_module(f"{meters.__name__}.{module.name}")


def named() -> set[Meter]:
    """Every meter that a module names, in constants, tables and what is made of them."""
    return {
        meter for module in modules() for value in vars(module).values() for meter in held(value)
    }


def held(value: object) -> Iterator[Meter]:
    if isinstance(value, Meter):
        yield value
    elif isinstance(value, dict):
        yield from (meter for part in value.values() for meter in held(part))
    elif isinstance(value, tuple):
        yield from (meter for part in value for meter in held(part))
    elif is_dataclass(value) and not isinstance(value, type):
        yield from (meter for part in fields(value) for meter in held(getattr(value, part.name)))
