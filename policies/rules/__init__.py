"""The rules of the pack: the `RULES` of each module in this folder, in the order of their ids."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Final

from policies.engine.rule import Rule


def _rules() -> Iterator[Rule]:
    for module in pkgutil.iter_modules(__path__):
        yield from importlib.import_module(f"{__name__}.{module.name}").RULES


RULES: Final = tuple(sorted(_rules(), key=lambda rule: rule.id))
