"""The cases of all policies: the `CASES` of each module in this folder.

A module has the name of the rules that its cases are for. Its `PLANTED` is a violation of each as
a program writes it, for the real engine; it has none where our stacks' own settings can make one.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import Final

from tests.policies.graphs import Case

_MODULES: Final = {
    module.name: importlib.import_module(f"{__name__}.{module.name}")
    for module in pkgutil.iter_modules(__path__)
}

BY_MODULE: Final[dict[str, tuple[Case, ...]]] = {
    name: module.CASES for name, module in _MODULES.items()
}
CASES: Final = tuple(case for cases in BY_MODULE.values() for case in cases)
PLANTED: Final = "".join(getattr(module, "PLANTED", "") for module in _MODULES.values())
