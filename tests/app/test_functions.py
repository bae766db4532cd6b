"""What all functions share: what they are packaged from, and what they may import."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dev.processes import REPOSITORY

APP = REPOSITORY / "app"
FUNCTIONS = sorted(path.parent.name for path in APP.glob("*/handler.py"))
SHARED = sorted(
    path.relative_to(APP / "hub").with_suffix("").as_posix().replace("/", ".")
    for path in (APP / "hub").rglob("*.py")
    if path.relative_to(APP / "hub").parts[0] != "web" and path.stem != "__init__"
)

# In a process of its own: what the handler imports beyond what boto3 alone has imported.
IMPORTS = """
import json, sys
sys.path.insert(0, sys.argv[1])
import boto3
boto3.client("sqs", region_name="us-east-1")
before = set(sys.modules)
from importlib import import_module
module = import_module(sys.argv[2])
new = {name.split(".")[0] for name in set(sys.modules) - before}
new -= {*sys.stdlib_module_names, "boto3", "botocore"}
print(json.dumps([module.__file__, sorted(new)]))
"""


def package(part: str, folder: Path) -> None:
    """Lay out what a function's archive holds, and the worker's image needs."""
    leave_out = shutil.ignore_patterns("web", "__pycache__")
    shutil.copytree(APP / "hub", folder / "app/hub", ignore=leave_out)
    shutil.copytree(APP / part, folder / "app" / part, ignore=leave_out)
    shutil.copy(APP / "__init__.py", folder / "app")


def test_both_functions_are_there() -> None:
    assert FUNCTIONS == ["budget_guard", "scheduled_ingestion"]


@pytest.mark.parametrize(
    ("part", "module"), [*((name, "handler") for name in FUNCTIONS), ("ai_worker", "worker")]
)
def test_functions_and_the_worker_import_the_standard_library_boto3_and_their_package_alone(
    part: str, module: str, tmp_path: Path
) -> None:
    package(part, tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", IMPORTS, str(tmp_path), f"app.{part}.{module}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    file, imported = json.loads(done.stdout)
    assert file.startswith(str(tmp_path))
    assert imported == ["app"]


@pytest.mark.parametrize("name", SHARED)
def test_a_module_functions_share_needs_the_standard_library_and_boto3_alone(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORTS, str(REPOSITORY), f"app.hub.{name}"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)[1] == ["app"]
