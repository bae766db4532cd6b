"""The pages of docs/reference that are generated from code: commands, configuration, usage, rules."""

from collections.abc import Iterator
from decimal import Decimal
from ipaddress import IPv4Network
from typing import Any, Literal, cast, get_args, get_origin

import typer
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from typer.core import TyperCommand, TyperGroup

from buylink.cli import app
from buylink.costs.meters.cloudfront import AREAS
from buylink.costs.meters.registry import METERS_BY_TYPE
from buylink.costs.usage.coefficients import packaged
from buylink.models.rules import RULES, TOLERANCES
from buylink.settings import FunctionSettings, HttpServiceSettings, Settings, WorkerSettings
from buylink.settings.base import SettingsModel
from buylink.settings.services import ScheduledScaling
from buylink.settings.storage import BucketSettings, Transition
from tests.goldens import table

HEADER = """# Configuration

A stack is configured by `stacks/Pulumi.<stack>.yaml`; `buylink preview --config KEY=VALUE`
overrides a value without touching the file. The settings check what AWS accepts and what makes
sense; the [policies](policies.md) check what is allowed. Buylink reports everything that is wrong
with a file at once, before anything starts.

`make goldens` generates this page from the models in `buylink/settings/`; a test compares it.
"""

PLAIN_TYPES = {
    bool: "true or false",
    int: "whole number",
    str: "text",
    Decimal: "amount",
    IPv4Network: "IPv4 block",
}


def commands() -> str:
    """Each command with its arguments and options, as `--help` prints them."""
    root = typer.main.get_command(app)
    assert isinstance(root, TyperGroup)
    return "\n".join(_commands(root, "buylink"))


def _commands(group: TyperGroup, path: str) -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from _commands(command, f"{path} {name}")
            continue
        assert isinstance(command, TyperCommand)
        context = typer.Context(command)
        records = (parameter.get_help_record(context) for parameter in command.params)
        rows = [(f"`{_escaped(names)}`", _escaped(about)) for names, about in filter(None, records)]
        options = table(("argument or option", "meaning"), *rows, figures=())
        yield f"### `{path} {name}`\n\n{command.help}\n\n{options}"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")


def configuration() -> str:
    """reference/configuration.md, generated from the settings models."""
    return "\n".join([HEADER, *_sections()])


def _sections() -> Iterator[str]:
    yield f"## `aws:region`\n\n{Settings.model_fields['region'].description}\n"
    for name, field in Settings.model_fields.items():
        model = _model(field.annotation)
        if name == "services":
            yield from _services()
        elif model:
            yield _section(f"## `buylink:{field.alias}`", model)
        if name == "storage":
            yield _section("### A bucket", BucketSettings)
            yield _section("### An entry of `transitions`", Transition)


def _services() -> Iterator[str]:
    yield (
        "## `buylink:services`\n\nOne entry for each service, by name: lower-case words joined by "
        "dashes, at most 24 characters. `kind` selects the type of service.\n"
    )
    yield _section("### `kind: http`", HttpServiceSettings)
    yield _section("### `kind: worker`", WorkerSettings)
    yield _section("### `kind: scheduled`", FunctionSettings)
    yield _section("### An entry of an HTTP service's `schedule`", ScheduledScaling)


def _section(heading: str, model: type[SettingsModel]) -> str:
    return f"{heading}\n\n{model.__doc__}\n\n{_table(model)}"


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
    default: object = field.default
    if default is PydanticUndefined:
        return "*required*"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if default in (None, (), {}):
        return "none"
    return f"`{_yaml(default)}`"


def _yaml(value: object) -> str:
    """A value as a stack file has it, in one line."""
    if isinstance(value, SettingsModel):
        fields = type(value).model_fields
        stated = {field.alias: getattr(value, name) for name, field in fields.items()}
        return (
            f"{{{', '.join(f'{key}: {_yaml(entry)}' for key, entry in stated.items() if entry)}}}"
        )
    if isinstance(value, tuple):
        entries = cast("tuple[object, ...]", value)
        return f"[{', '.join(map(_yaml, entries))}]"
    return str(value)


# Any: an annotation may be a class, a generic alias, a union or a literal.
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


def _model(annotation: object) -> type[SettingsModel] | None:
    for candidate in (annotation, *get_args(annotation)):
        if isinstance(candidate, type) and issubclass(candidate, SettingsModel):
            return candidate
    return None


def coefficients() -> str:
    """The figures that turn a load into usage, as they are in their file."""
    rows: list[tuple[str, ...]] = [
        ("coefficient", "low", "typical", "high", "unit", "basis", "because")
    ]
    for name, coefficient in sorted(packaged().by_name.items()):
        amount = coefficient.amount
        figures = (f"{figure:f}" for figure in (amount.low, amount.typical, amount.high))
        basis = f"{coefficient.basis} {coefficient.date or ''}"
        rows.append((f"`{name}`", *figures, coefficient.unit, basis, coefficient.source))
    return table(*rows, figures=(1, 2, 3))


def usage_keys() -> str:
    """What a usage file may state of each type."""
    rows: list[tuple[str, ...]] = [("type", "key", "unit", "what")]
    for metered in sorted(METERS_BY_TYPE.values(), key=lambda metered: metered.terraform):
        rows += [
            (f"`{metered.terraform}`", f"`{_with_any_area(key.name)}`", key.unit, key.about)
            for key in metered.usage_keys
        ]
    by_name = {row[:2]: row for row in reversed(rows)}
    return table(*reversed(by_name.values()), figures=())


def areas() -> str:
    """The areas that CloudFront bills by."""
    return table(
        ("AREA", "viewers in"),
        *((f"`{name}`", edge.removeprefix("edge: ")) for name, edge in AREAS.items()),
        figures=(),
    )


def _with_any_area(name: str) -> str:
    """Keys that differ by their area alone are one row."""
    stem, _, last = name.rpartition(".")
    return f"{stem}.AREA" if last in AREAS else name


def rules() -> str:
    """Each rule, its formula, and what it forgives."""
    letters = "abc"
    rows = [
        (
            f"`{rule.name}`",
            rule.about,
            (
                rule.many.join(["a", "b", "..."]) if rule.many else rule.formula.format(*letters)
            ).replace("*", "\\*"),
            TOLERANCES[rule.tolerance],
        )
        for rule in RULES.values()
    ]
    return table(("rule", "it is", "formula", "holds when"), *rows, figures=())
