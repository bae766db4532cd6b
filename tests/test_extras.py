"""Commands without the packages of an extra say what to install."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from buylink.extras import MODULES

PROJECT = Path(__file__).resolve().parent.parent
MODEL = str(PROJECT / "docs" / "models" / "linkhub.yaml")
WITHOUT = """
import sys

sys.modules.update(dict.fromkeys(sys.argv.pop(1).split(",")))
from buylink.cli import main
main()
"""


def buylink(missing: str, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", WITHOUT, missing, *arguments]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=90
    )


def test_the_extras_are_those_of_the_project() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    distributions = packages_distributions()
    assert {
        extra: {distributions[name][0] for name in names} for extra, names in MODULES.items()
    } == {
        extra: {pin.partition("==")[0] for pin in pins}
        for extra, pins in project["optional-dependencies"].items()
    }


@pytest.mark.parametrize("command", ["audit", "graph", "economics"])
def test_a_declared_model_needs_the_extra_models(command: str, tmp_path: Path) -> None:
    run = buylink("pint", command, MODEL, "--out", "out", folder=tmp_path)
    assert (run.returncode, run.stdout, list(tmp_path.iterdir())) == (2, "", [])
    assert run.stderr == (
        "models: expected the packages of this extra, got no pint:"
        " pip install '.[models]', or in a checkout .venv/bin/pip install -e '.[models]'\n"
    )


def test_a_report_needs_the_extra_report(tmp_path: Path) -> None:
    run = buylink("jinja2,plotly", "report", "prod", folder=tmp_path)
    assert (run.returncode, run.stdout, list(tmp_path.iterdir())) == (2, "", [])
    assert run.stderr.startswith("report: expected the packages of this extra, got no jinja2 and")


def test_a_bill_needs_no_extra() -> None:
    run = buylink("pint,jinja2,plotly", "costs", "dev", folder=PROJECT)
    assert (run.returncode, run.stderr) == (0, "")
