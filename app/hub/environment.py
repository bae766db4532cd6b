"""Settings from environment variables; the standard library only.

A class of settings says of each field which variable it is read from, and what for:

    @dataclass(frozen=True, kw_only=True)
    class FeedSettings(Settings):
        queue_url: str = required("QUEUE_URL", why="new videos go to this queue")
        region: str = aws_region()
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, Self, TypeAlias, TypeVar, overload

Value = TypeVar("Value")
Parse: TypeAlias = Callable[[str, str], Value]
"""Of a variable's name and its text; raises SettingsError."""

_VARIABLE = "variable"


class SettingsError(Exception):
    """An environment variable can't be used; the text says what, got, why and what to do."""


@dataclass(frozen=True, kw_only=True)
class _Variable:
    read: Callable[[Mapping[str, str]], object]
    name: str = ""
    why: str = ""
    """Why there has to be a value; empty where there needn't."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a process reads from its environment once, when it starts."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read each field's variable.

        Raises SettingsError that names all which are needed and unset or empty, or else for the
        first that can't be used.
        """
        variables = {
            item.name: item.metadata[_VARIABLE]
            for item in fields(cls)
            if _VARIABLE in item.metadata
        }
        needed = {each.name: each.why for each in variables.values() if each.why}
        missing = [
            f"{name}: expected a value, got none: {why}."
            for name, why in needed.items()
            if not environment.get(name)
        ]
        if missing:
            fix = "Set it in the task's or function's environment."
            raise SettingsError(" ".join([*missing, fix]))
        return cls(**{name: each.read(environment) for name, each in variables.items()})


Nested = TypeVar("Nested", bound=Settings)


@overload
def required(name: str, *, why: str) -> str: ...


@overload
def required(name: str, *, why: str, parse: Parse[Value]) -> Value: ...


def required(name: str, *, why: str, parse: Parse[object] | None = None) -> Any:
    """A field whose variable has no default."""

    def read(environment: Mapping[str, str]) -> object:
        text = environment[name]
        return text if parse is None else parse(name, text)

    return _field(_Variable(read=read, name=name, why=why))


@overload
def optional(name: str) -> str | None: ...


@overload
def optional(name: str, *, default: Value, parse: Parse[Value]) -> Value: ...


def optional(name: str, *, default: object = None, parse: Parse[object] | None = None) -> Any:
    """A field whose variable may be unset, for the default; text without a parser, also empty."""

    def read(environment: Mapping[str, str]) -> object:
        text = environment.get(name)
        if parse is None:
            return text or default
        return default if text is None else parse(name, text)

    return _field(_Variable(read=read, name=name), default)


def whole_number(name: str, *, default: int, least: int = 0, most: int, why: str) -> int:
    """A field of a whole number from `least` to `most`; unset, the default."""

    def read(environment: Mapping[str, str]) -> int:
        text = environment.get(name, str(default))
        if text.isascii() and text.isdigit() and least <= int(text) <= most:
            return int(text)
        raise SettingsError(
            f"{name}: expected a whole number from {least} to {most}, got {text!r}: {why}. "
            f"Set {name} to such a number, or unset it for {default}."
        )

    return _field(_Variable(read=read, name=name), default)


def aws_region() -> str:
    """A field of the AWS region, from AWS_REGION or else AWS_DEFAULT_REGION; ECS and Lambda set
    them, and boto3 itself reads only the second."""
    return _field(_Variable(read=_region))


def nested(settings: type[Nested]) -> Nested:
    """A field of other settings, read from the same environment."""
    return _field(_Variable(read=settings.from_environment))


def names(_: str, text: str) -> tuple[str, ...]:
    """A parser of what is joined by commas."""
    return tuple(name for name in text.split(",") if name)


def _region(environment: Mapping[str, str]) -> str:
    region = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION")
    if region:
        return region
    raise SettingsError(
        "AWS_REGION: expected an AWS region, got none: requests to AWS go to a region. "
        "Set it to the stack's region, such as us-east-1."
    )


def _field(variable: _Variable, default: object = MISSING) -> Any:
    """Any, as `dataclasses.field` says: it stands for a value of the field's own type."""
    if default is MISSING:
        return field(metadata={_VARIABLE: variable})
    return field(default_factory=lambda: default, metadata={_VARIABLE: variable})
