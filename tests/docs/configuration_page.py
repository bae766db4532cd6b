"""Makes docs/configuration.md out of the settings models."""

from collections.abc import Iterator
from decimal import Decimal
from ipaddress import IPv4Network
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from buylink.settings import HttpServiceSettings, Settings, WorkerSettings
from buylink.settings.base import SettingsModel
from buylink.settings.services import ScheduledScaling

HEADER = """# Configuration

A stack is configured by `stacks/Pulumi.<stack>.yaml`; `buylink preview --config KEY=VALUE` lays a
value over it without touching the file. Settings check what AWS accepts and what makes sense;
what is allowed is the policies' business ([policies](policies.md)). All that is wrong with a file is
told at once, before anything starts.

This page is made from the models in `buylink/settings/` by `make goldens`; a test compares it.
"""

PLAIN_TYPES = {
    bool: "true or false",
    int: "whole number",
    str: "text",
    Decimal: "amount",
    IPv4Network: "IPv4 block",
}


def page() -> str:
    """The whole page."""
    return "\n".join([HEADER, *_sections()])


def _sections() -> Iterator[str]:
    yield f"## `aws:region`\n\n{Settings.model_fields['region'].description}\n"
    for name, field in Settings.model_fields.items():
        model = _model(field.annotation)
        if name == "services":
            yield from _services()
        elif model:
            yield f"## `buylink:{field.alias}`\n\n{model.__doc__}\n\n{_table(model)}"


def _services() -> Iterator[str]:
    yield (
        "## `buylink:services`\n\nOne entry a service, by its name: lower-case words joined by dashes, "
        "24 characters at most. `kind` says which sort it is.\n"
    )
    for kind, model in (("http", HttpServiceSettings), ("worker", WorkerSettings)):
        yield f"### `kind: {kind}`\n\n{model.__doc__}\n\n{_table(model)}"
    yield f"### An entry of `schedule`\n\n{ScheduledScaling.__doc__}\n\n{_table(ScheduledScaling)}"


def _table(model: type[SettingsModel]) -> str:
    rows = [
        f"| `{field.alias}` | {_type(field.annotation)} | {_default(field)} | {field.description} |"
        for name, field in model.model_fields.items()
        if name != "kind"
    ]
    return "\n".join(
        ["| key | takes | default | what it does, what it costs |", "|---|---|---|---|", *rows, ""]
    )


def _default(field: FieldInfo) -> str:
    default: Any = field.default
    if default is PydanticUndefined:
        return "*required*"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if default in (None, (), {}):
        return "none"
    if isinstance(default, tuple):
        return f"`{list(default)}`"
    return f"`{default}`"


def _type(annotation: Any) -> str:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation in PLAIN_TYPES:
        return PLAIN_TYPES[annotation]
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in arguments)
    if origin is tuple:
        return f"list of {_type(arguments[0])}"
    if origin is dict:
        return f"{_type(arguments[1])} by name"
    if hasattr(annotation, "__metadata__"):
        return _type(arguments[0])
    if isinstance(annotation, type) and issubclass(annotation, SettingsModel):
        return "entry"
    return _type(next(part for part in arguments if part is not type(None)))


def _model(annotation: Any) -> type[SettingsModel] | None:
    for candidate in (annotation, *get_args(annotation)):
        if isinstance(candidate, type) and issubclass(candidate, SettingsModel):
            return candidate
    return None
