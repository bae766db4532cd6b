"""Packages that only some commands need: the optional dependencies of pyproject.toml."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final, Literal

Extra = Literal["models", "report"]

MODULES: Final[dict[Extra, tuple[str, ...]]] = {
    "models": ("pint",),
    "report": ("jinja2", "plotly"),
}


class MissingExtraError(Exception):
    """An extra that isn't installed. The message says how to install it."""


def require(extra: Extra) -> None:
    """Raises MissingExtraError; imports nothing, so that a command can ask before it works."""
    missing = [name for name in MODULES[extra] if find_spec(name) is None]
    if missing:
        raise MissingExtraError(
            f"{extra}: expected the packages of this extra, got no {' and no '.join(missing)}:"
            f" pip install '.[{extra}]', or in a checkout .venv/bin/pip install -e '.[{extra}]'"
        )
