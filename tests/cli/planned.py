"""The plans of the three stacks as files, for whatever takes one."""

from __future__ import annotations

from pathlib import Path

from tests.cli.command import buylink

STACKS = ("dev", "staging", "prod")


def plans(folder: Path) -> Path:
    """Writes `<stack>.json` for each stack into a folder, and returns it."""
    for stack in STACKS:
        run = buylink("preview", stack, "--format", "json", "--out", f"{stack}.json", cwd=folder)
        assert run.returncode == 0, run.stderr
    return folder
