"""The containers of a task definition, as AWS reads them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from buylink.graph import Resource


def containers(definition: Resource) -> list[Mapping[str, Any]] | None:
    """Its containers, with keys as in `lowered`; None where they aren't a list of containers.

    Containers that aren't known yet are none: whoever needs them asks for that first.
    """
    given = definition.get("containerDefinitions")
    if not isinstance(given, str):
        return []
    try:
        found = json.loads(given)
    except json.JSONDecodeError:
        return None
    if not isinstance(found, list) or not all(isinstance(each, Mapping) for each in found):
        return None
    return [lowered(each) for each in found]


def lowered(value: Mapping[str, Any]) -> dict[str, Any]:
    """A mapping with its keys in lower case: to AWS `Environment` is `environment`."""
    return {str(key).lower(): item for key, item in value.items()}
