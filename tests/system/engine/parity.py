"""Compares our own preview with the real engine's, resource by resource."""

from __future__ import annotations

from collections.abc import Mapping

from buylink.graph import Value
from buylink.graph.values import ARCHIVE, ASSET, SIGNATURE_KEY, UNKNOWN_TEXT

UNKNOWN = {"$unknown": True}
ARCHIVED = {"$archive": True}
"""Code: each side writes it in a form of its own; the hash beside it says whether it is the same."""
ARCHIVES = (ARCHIVE, ASSET)
DEFAULTS = "__defaults"
OPTIONS = (
    "protect",
    "ignoreChanges",
    "additionalSecretOutputs",
    "retainOnDelete",
    "customTimeouts",
)


def ours(resources: list[dict[str, Value]]) -> dict[str, Value]:
    """Our preview's JSON, without what `pulumi preview --json` leaves out: default providers."""
    return {
        resource["urn"]: {
            "type": resource["type"],
            "parent": resource["parent"],
            "inputs": {
                name: ARCHIVED if set(_keys(value)) & {"$archive", "$asset"} else value
                for name, value in resource["inputs"].items()
            },
            "dependencies": resource["dependencies"],
            "dependsOn": resource["options"].get("dependencies", []),
            "provider": resource["provider"],
            "options": _set(resource["options"]),
        }
        for resource in resources
        if not resource["name"].startswith("default_")
    }


def real(steps: list[dict[str, Value]]) -> dict[str, Value]:
    """The engine's steps in the same form.

    Names that the provider makes up differ from run to run, and our preview, which has no provider,
    takes them for unknown; so here they are unknown too, wherever they are used.
    """
    states = [step["newState"] for step in steps]
    made_up = {
        state["inputs"][name]
        for state in states
        for name in state.get("inputs", {}).get(DEFAULTS, [])
    }
    return {
        state["urn"]: {
            "type": state["type"],
            "parent": state.get("parent"),
            "inputs": _inputs(state.get("inputs", {}), made_up),
            "dependencies": {
                name: sorted(urns)
                for name, urns in state.get("propertyDependencies", {}).items()
                if urns
            },
            "dependsOn": sorted(state.get("dependencies", [])),
            "provider": state["provider"].rsplit("::", 1)[0] if state.get("provider") else None,
            "options": _set(state),
        }
        for state in states
    }


def expanded_by_a_plugin(entry: Mapping[str, Value]) -> bool:
    """Components of awsx are registered by their plugin, which the graphs are not compared in."""
    return str(entry["type"]).startswith("awsx:")


def _inputs(inputs: Mapping[str, Value], made_up: set[str]) -> dict[str, Value]:
    left_out = {DEFAULTS, *inputs.get(DEFAULTS, [])}
    return {name: _value(value, made_up) for name, value in inputs.items() if name not in left_out}


def _value(value: Value, made_up: set[str]) -> Value:
    if isinstance(value, dict):
        if value.get(SIGNATURE_KEY) in ARCHIVES:
            return ARCHIVED
        return {name: _value(item, made_up) for name, item in value.items()}
    if isinstance(value, list):
        return [_value(item, made_up) for item in value]
    if value == "[secret]":
        return {"$secret": UNKNOWN}
    return (
        UNKNOWN if value == UNKNOWN_TEXT or (isinstance(value, str) and value in made_up) else value
    )


def _set(options: Mapping[str, Value]) -> dict[str, Value]:
    return {name: options[name] for name in OPTIONS if options.get(name)}


def _keys(value: Value) -> list[str]:
    return list(value) if isinstance(value, dict) else []
