"""Run schemathesis on a service: what its description says against what it does."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from dev.processes import ServiceProcess

LEFT_OUT = "positive_data_acceptance"
"""Not every rule of a body can be written in a schema: that a host is a public one, say."""

USED = 0.8
"""How often a value is one that exists, and not one made up."""


def assert_as_described(
    service: ServiceProcess,
    description: dict[str, Any],
    folder: Path,
    *,
    api_key: str,
    parameters: dict[str, list[str]],
    examples: int = 10,
    environment: dict[str, str] | None = None,
) -> None:
    """Fails with what it found.

    `parameters` are values that exist, by place and name: {"path.creator_id": [...]}. `examples`
    are made for each operation, the same ones each time.
    """
    schema, config = folder / "openapi.json", folder / "schemathesis.toml"
    schema.write_text(json.dumps(description))
    config.write_text(_config(api_key, parameters))
    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run"),
            *(str(schema), "--url", f"http://127.0.0.1:{service.port}", "--no-color"),
            *("--exclude-checks", LEFT_OUT, "--max-examples", str(examples), "--seed", "1"),
            # One: where two threads compile, Python 3.11 may lose count of its recursion.
            # https://github.com/python/cpython/issues/106905
            *("--no-shrink", "--workers", "1", "--generation-database", "none"),
            *("--warnings", "off", "--continue-on-failure"),
            # How fast the machine is isn't what is tested here.
            *("--suppress-health-check", "all", "--request-timeout", "60"),
        ],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "SCHEMATHESIS_HOOKS": "tests.app.schemathesis_hooks",
            "NO_PROXY": "127.0.0.1",
            **(environment or {}),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _config(api_key: str, parameters: dict[str, list[str]]) -> str:
    """https://schemathesis.readthedocs.io/en/stable/reference/configuration/"""
    names = {place: f"values-{number}" for number, place in enumerate(parameters)}
    lines = ["[auth.openapi.APIKeyHeader]", f"api_key = {json.dumps(api_key)}", "[dictionaries]"]
    lines += [
        f"{names[parameter]} = {{ values = {json.dumps(parameters[parameter])} }}"
        for parameter in parameters
    ]
    lines.append("[parameters]")
    lines += [
        f'"{parameter}" = {{ dictionary = "{names[parameter]}", probability = {USED} }}'
        for parameter in parameters
    ]
    return "\n".join(lines)
