"""Settings built from the real dev stack, with some keys overridden."""

from pathlib import Path

from buylink.settings import Settings, SettingsError
from buylink.settings.stack_files import read_stack_file, settings_from

PROJECT = Path(__file__).resolve().parent.parent.parent


def settings(*overrides: str, stack: str = "dev") -> Settings:
    return settings_from(read_stack_file(PROJECT, stack, overrides))


def problems(*overrides: str, stack: str = "dev") -> list[str]:
    """What is wrong with a stack once the overrides are applied."""
    try:
        settings(*overrides, stack=stack)
    except SettingsError as error:
        return [str(problem) for problem in error.problems]
    return []
