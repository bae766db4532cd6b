"""The cases of all policies: the `CASES` of each module in this folder.

A module has the name of the rules that its cases are for.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from typing import Final

from tests.policies.graphs import Case


def _cases() -> Iterator[tuple[str, tuple[Case, ...]]]:
    for module in pkgutil.iter_modules(__path__):
        yield module.name, importlib.import_module(f"{__name__}.{module.name}").CASES


BY_MODULE: Final[Mapping[str, tuple[Case, ...]]] = dict(_cases())
CASES: Final = tuple(case for cases in BY_MODULE.values() for case in cases)
