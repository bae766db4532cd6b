"""What all functions share: what they are packaged from, and what they may import."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.hub.environment import SettingsError
from app.scheduled_ingestion.handler import handler
from tests.app.aws_server import AwsServer
from tests.app.service_process import REPOSITORY

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


@pytest.mark.usefixtures("function_environment")
def test_scheduled_ingestion_touches_the_queue_and_reports_its_counts(
    aws: AwsServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    queue = aws.queue()
    queue.send("one", "two")
    queue.send("later", delay=900)
    queue.take_one()
    monkeypatch.setenv("QUEUE_URL", queue.url)
    counts = {"visible": 1, "in_flight": 1, "delayed": 1}
    assert handler({}, None) == counts
    [line] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (line["service"], line["message"]) == ("scheduled-ingestion", "queue touched")
    assert {name: line[name] for name in counts} == counts


@pytest.mark.usefixtures("function_environment")
def test_scheduled_ingestion_without_a_queue_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("QUEUE_URL", raising=False)
    with pytest.raises(SettingsError, match=r"^QUEUE_URL: expected a value, got none: .* Set it "):
        handler({}, None)
