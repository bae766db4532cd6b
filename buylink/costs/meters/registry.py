"""Every type that a bill knows: what this folder's modules meter, and what is free."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Final

import yaml

from buylink.costs.meters.charge import MeterSpec, get_nested, get_stated
from buylink.graph import Resource

_FOLDER: Final = Path(__file__).parent


def _specs() -> Iterator[MeterSpec]:
    """Those that the meter modules list in their `METERS`; not all modules here have some."""
    for module in pkgutil.iter_modules([str(_FOLDER)]):
        if module.name != Path(__file__).stem:
            yield from getattr(import_module(f"{__package__}.{module.name}"), "METERS", ())


def _free_types() -> dict[str, str]:
    types_by_reason = yaml.safe_load((_FOLDER / "free.yaml").read_text("utf-8"))
    return {kind: reason for reason, types in types_by_reason.items() for kind in types}


METERS_BY_TYPE: Final[Mapping[str, MeterSpec]] = {spec.type: spec for spec in _specs()}
FREE_TYPES: Final[Mapping[str, str]] = _free_types()
"""By type, why AWS charges nothing for it, or where it does."""


def charged_after_all(resource: Resource) -> str:
    """What AWS does charge for a resource of one of these types; nothing mostly."""
    match resource.type:
        case "aws:acm/certificate:Certificate":
            if get_stated(resource, "certificateAuthorityArn"):
                return "no price for a certificate of a private authority"
            if get_nested(resource, "options", "export") not in (None, "DISABLED"):
                return "no price for a certificate that can be exported"
        case "aws:ec2/flowLog:FlowLog":
            kind = get_stated(resource, "logDestinationType") or "cloud-watch-logs"
            if kind != "cloud-watch-logs":
                return f"no price for flow logs that go to {kind}"
        case "aws:lambda/eventSourceMapping:EventSourceMapping":
            if get_stated(resource, "provisionedPollerConfig"):
                return "no price for its provisioned pollers"
        case _:
            pass
    return ""
