"""Read settings from environment variables; the standard library only."""

from collections.abc import Mapping


class SettingsError(Exception):
    """An environment variable can't be used; the text says what, got, why and what to do."""


def required(environment: Mapping[str, str], whys: Mapping[str, str]) -> dict[str, str]:
    """The values of variables that have no default, by name; `whys` says what each is needed for.

    Raises SettingsError that names all which are unset or empty.
    """
    missing = [
        f"{name}: expected a value, got none: {why}."
        for name, why in whys.items()
        if not environment.get(name)
    ]
    if missing:
        raise SettingsError(" ".join([*missing, "Set it in the task's or function's environment."]))
    return {name: environment[name] for name in whys}


def whole_number(
    environment: Mapping[str, str], name: str, *, default: int, least: int = 0, most: int, why: str
) -> int:
    """A variable's value as a whole number from `least` to `most`; unset, the default.

    Raises SettingsError for anything else.
    """
    given = environment.get(name, str(default))
    if given.isascii() and given.isdigit() and least <= int(given) <= most:
        return int(given)
    raise SettingsError(
        f"{name}: expected a whole number from {least} to {most}, got {given!r}: {why}. "
        f"Set {name} to such a number, or unset it for {default}."
    )


def region(environment: Mapping[str, str]) -> str:
    """The AWS region, from AWS_REGION or else AWS_DEFAULT_REGION; ECS and Lambda set them.

    boto3 itself reads only the second. Raises SettingsError when neither is set.
    """
    found = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION")
    if found:
        return found
    raise SettingsError(
        "AWS_REGION: expected an AWS region, got none: requests to AWS go to a region. "
        "Set it to the stack's region, such as us-east-1."
    )
