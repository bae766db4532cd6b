"""What all settings models share: how they are spelled, and errors that come all at once."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Annotated, Any, ClassVar, Self, cast

from pydantic import (
    BaseModel,
    ConfigDict,
    ModelWrapValidatorHandler,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails

from buylink.errors import InputError, InputProblem

Value = Any
"""What YAML, JSON or a caller gives, before it is validated."""


class SettingsError(InputError[InputProblem]):
    """Settings that can't be used."""


Location = tuple[str | int, ...]
Finding = tuple[Location, str]
"""Where in the settings, and what was expected, what it got, why."""


class Findings(ValueError):  # noqa: N818 - one error holds several
    """All that is wrong with a group of settings."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(message for _, message in self.findings))


class SettingsModel(BaseModel):
    """A frozen group of settings, spelled in camelCase; an unknown key is an error.

    `checks` are the rules that look at several fields. They also run when some other field is
    invalid, so that all errors are seen at once; a check that needs an invalid one is left out.
    """

    model_config = ConfigDict(
        alias_generator=to_camel, extra="forbid", frozen=True, validate_by_name=False
    )
    checks: ClassVar[tuple[Callable[[Value], Iterable[Finding]], ...]] = ()

    @model_validator(mode="wrap")
    @classmethod
    def _report_all_at_once(cls, data: Value, handler: ModelWrapValidatorHandler[Self]) -> Self:
        loose = list(_loose(data, cls))
        try:
            model = handler(data)
        except ValidationError as error:
            reported = (
                finding for detail in error.errors() for finding in _findings(detail, data, cls)
            )
            findings = [*loose, *(finding for finding in reported if finding not in loose)]
            if isinstance(data, Mapping):
                invalid = {location[0] for location, _ in findings if location}
                findings += _checked(_valid_part(cls, cast("Mapping[str, Value]", data), invalid))
            raise Findings(findings) from None
        if findings := [*loose, *_checked(model)]:
            raise Findings(findings)
        return model


def _loose(data: Value, model: type[SettingsModel]) -> Iterator[Finding]:
    """Values that Pydantic would bend into shape: 1 for true, true for 1, "3" for 3."""
    if not isinstance(data, Mapping):
        return
    values = cast("Mapping[str, Value]", data)
    for name, field in model.model_fields.items():
        value, annotation = values.get(field.alias or name), cast("Value", field.annotation)
        exact = annotation is bool or annotation is int
        if exact and value is not None and type(value) is not annotation:
            expected = _EXPECTED["bool" if annotation is bool else "int"]
            yield (field.alias or name,), f"expected {expected}, got {value!r}"


def key_of(location: Location) -> str:
    """A location as a user writes it: `services.ingestion-api.paths[0]`."""
    key = ""
    for part in location:
        key += f"[{part}]" if isinstance(part, int) else f".{part}" if key else part
    return key


def _checked(model: SettingsModel) -> Iterator[Finding]:
    for check in type(model).checks:
        try:
            yield from check(model)
        except AttributeError:  # a field that the check needs is invalid, and reported already
            continue


def _valid_part(
    model: type[SettingsModel], data: Mapping[str, Value], invalid: set[str | int]
) -> SettingsModel:
    """A model of the fields that are valid by themselves; the invalid ones have no attribute."""
    part = model.model_construct()
    for name, field in model.model_fields.items():
        alias = field.alias or name
        if alias in invalid:
            vars(part).pop(name, None)
        elif alias in data:
            annotation: Value = field.annotation
            if field.metadata:
                annotation = Annotated[annotation, *field.metadata]
            vars(part)[name] = TypeAdapter[Value](annotation).validate_python(data[alias])
    return part


def _findings(detail: ErrorDetails, data: Value, model: type[SettingsModel]) -> Iterator[Finding]:
    location = _present(detail["loc"], data, missing=detail["type"] == "missing")
    context = detail.get("ctx", {})
    if detail["type"].startswith("union_tag_"):
        location += (context["discriminator"].strip("'"),)
    cause = context.get("error")
    if isinstance(cause, Findings):
        for inner, message in cause.findings:
            yield location + inner, message
    else:
        yield location, _message(detail, model)


def _present(location: Location, data: Value, *, missing: bool) -> Location:
    # Pydantic puts the tag of a tagged union into the location; the user's file has no such key.
    kept: list[str | int] = []
    for part in location:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            if not (missing and part == location[-1]):
                continue
        kept.append(part)
    return tuple(kept)


def _message(detail: ErrorDetails, model: type[SettingsModel]) -> str:
    context, got, kind = detail.get("ctx", {}), detail["input"], detail["type"]
    if kind == "extra_forbidden":
        return _unknown_key(str(detail["loc"][-1]), model)
    if kind in _MESSAGES:
        return _MESSAGES[kind].format(got=got, **context)
    expected = _EXPECTED.get(kind.split("_")[0], detail["msg"])
    return f"expected {expected}, got {got!r}"


_MESSAGES = {
    "greater_than": "expected more than {gt}, got {got!r}",
    "greater_than_equal": "expected at least {ge}, got {got!r}",
    "less_than_equal": "expected at most {le}, got {got!r}",
    "literal_error": "expected {expected}, got {got!r}",
    "missing": "missing: expected a value, as there is no default",
    "string_pattern_mismatch": "expected text of the form {pattern}, got {got!r}",
    "string_too_long": "expected at most {max_length} characters, got {got!r}",
    "too_long": "expected at most {max_length} entries, got {actual_length}",
    "too_short": "expected at least {min_length} entries, got {actual_length}",
    "union_tag_invalid": "expected one of {expected_tags}, got {tag!r}",
    "union_tag_not_found": "missing: expected the sort of entry this is",
    "value_error": "{error}",
}
_EXPECTED = {
    "bool": "true or false",
    "decimal": "an amount such as 100 or 99.50",
    "finite": "a finite amount",
    "dict": "a mapping of keys to values",
    "int": "a whole number",
    "ip": "an IPv4 block such as 10.0.0.0/16",
    "model": "a mapping of keys to values",
    "string": "text",
    "tuple": "a list",
}


def _unknown_key(key: str, model: type[SettingsModel]) -> str:
    aliases = (field.alias or name for name, field in model.model_fields.items())
    valid = sorted(alias for alias in aliases if ":" not in alias)
    near = difflib.get_close_matches(key, valid, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    return f"unknown key: {hint}Keys here: {', '.join(valid)}"
