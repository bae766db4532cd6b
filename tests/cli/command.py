"""Runs the command as a user does: the installed script, from another directory; plans the stacks."""

import os
import subprocess
import sys
from pathlib import Path

BUYLINK = Path(sys.executable).with_name("buylink")
PROJECT = Path(__file__).resolve().parent.parent.parent
STACKS = ("dev", "staging", "prod")


def buylink(*arguments: str, cwd: Path, timeout: float = 90) -> subprocess.CompletedProcess[str]:
    dropped = ("AWS_", "PYTHON")  # a stranger's machine sets neither
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    return subprocess.run(
        [BUYLINK, *arguments],
        cwd=cwd,
        env={**kept, "COLUMNS": "100"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def plans(folder: Path) -> Path:
    """Writes the plan of each stack into a folder, `<stack>.json`, and returns the folder."""
    for stack in STACKS:
        run = buylink("preview", stack, "--format", "json", "--out", f"{stack}.json", cwd=folder)
        assert run.returncode == 0, run.stderr
    return folder
