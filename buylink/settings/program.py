"""The settings of the stack that Pulumi is running."""

from __future__ import annotations

import json
from pathlib import Path

import pulumi

from buylink.settings import Settings
from buylink.settings.base import Value
from buylink.settings.stack_files import NAMESPACE, StackFile, check_folders, settings_from


def read_settings() -> Settings:
    """Validates the running stack's configuration before anything is registered.

    Raises SettingsError with all that is wrong with it.
    """
    config = pulumi.runtime.get_config_env()
    values = {key: _structured(key, text) for key, text in config.items()}
    source = f"stacks/Pulumi.{pulumi.get_stack()}.yaml"
    settings = settings_from(StackFile(pulumi.get_stack(), source, values))
    check_folders(settings, Path(pulumi.runtime.get_root_directory()), source)
    return settings


def _structured(key: str, text: str) -> Value:
    """Pulumi hands structures over as JSON; other namespaces hold text and stay so."""
    if not key.startswith(f"{NAMESPACE}:"):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text
