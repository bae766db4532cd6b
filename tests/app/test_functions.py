"""What all functions share: what they are packaged from, and what they may import."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dev.hub.backend import HubBackend
from dev.processes import REPOSITORY
from tests.app.conftest import StartService

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


HTTP_SERVICES = ["ingestion_api", "product_service"]
SERVICES = sorted(path.parent.name for path in APP.glob("*/Dockerfile"))
each_service = pytest.mark.parametrize("service", SERVICES)
each_http_service = pytest.mark.parametrize("service", HTTP_SERVICES)


def instructions(service: str) -> list[tuple[str, str]]:
    """Keyword and arguments of each instruction, continued lines joined."""
    text = (APP / service / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in lines]


def arguments(service: str, keyword: str) -> list[str]:
    return [arguments for name, arguments in instructions(service) if name == keyword]


def copied_from_context(service: str) -> list[list[str]]:
    """Sources and destination of each COPY from the build context."""
    return [paths.split() for paths in arguments(service, "COPY") if "--from" not in paths]


def test_every_service_has_an_image() -> None:
    assert sorted(["ai_worker", *HTTP_SERVICES]) == SERVICES


@each_service
def test_the_image_runs_as_a_numeric_user_that_is_not_root(service: str) -> None:
    final_stage = instructions(service)
    last_from = max(i for i, (name, _) in enumerate(final_stage) if name == "FROM")
    users = [user for name, user in final_stage[last_from:] if name == "USER"]
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", users[-1])


@each_service
def test_every_stage_starts_from_the_one_pinned_and_replaceable_base(service: str) -> None:
    assert re.fullmatch(r"PYTHON_IMAGE=python:3\.\d+\.\d+-slim-\w+", arguments(service, "ARG")[0])
    bases = {image.split(" AS ")[0] for image in arguments(service, "FROM")}
    assert bases == {"${PYTHON_IMAGE}"}


@each_service
def test_the_service_is_process_1_and_so_gets_the_signals(service: str) -> None:
    [command] = arguments(service, "CMD")
    assert json.loads(command) == ["python", "-m", f"app.{service}"]


@each_http_service
def test_the_health_check_needs_no_shell(service: str) -> None:
    [check] = arguments(service, "HEALTHCHECK")
    assert json.loads(check.split("CMD", 1)[1]) == ["python", "-m", "app.hub.web.health_check"]


@each_service
def test_only_the_hub_and_the_service_are_copied(service: str) -> None:
    copied = {
        source.split("/")[0] for *sources, _ in copied_from_context(service) for source in sources
    }
    assert copied == {"__init__.py", "constraints.txt", "hub", service}


@each_service
def test_every_requirement_is_pinned(service: str) -> None:
    for line in (APP / service / "requirements.txt").read_text().splitlines():
        assert re.fullmatch(r"[\w-]+==[\d.]+", line)


def test_an_image_gets_the_versions_that_the_tests_run_with() -> None:
    ours, of_images = (
        set((folder / "constraints.txt").read_text().splitlines()) for folder in (REPOSITORY, APP)
    )
    assert of_images <= ours, "run `make lock`"


def test_the_images_differ_in_nothing_but_the_service() -> None:
    texts = {(APP / name / "Dockerfile").read_text().replace(name, "X") for name in HTTP_SERVICES}
    assert len(texts) == 1


def test_the_workers_image_differs_in_being_asked_nothing() -> None:
    listening = ("EXPOSE", "HEALTHCHECK")
    http = [
        (name, text.replace("product_service", "ai_worker"))
        for name, text in instructions("product_service")
        if name not in listening
    ]
    assert instructions("ai_worker") == http


@each_http_service
def test_a_service_runs_from_what_its_image_holds_and_writes_nothing(
    service: str, tmp_path: Path, start_service: StartService, hub: HubBackend
) -> None:
    before, environment = lay_out(service, tmp_path)
    process = start_service(f"app.{service}", cwd=tmp_path, **environment, **hub.environment)
    assert process.request("GET", "/healthz").status_code == 200
    assert sorted(tmp_path.rglob("*")) == before


def test_the_worker_runs_from_what_its_image_holds_and_writes_nothing(
    tmp_path: Path, start_service: StartService
) -> None:
    before, environment = lay_out("ai_worker", tmp_path)
    process = start_service("app.ai_worker", cwd=tmp_path, **environment, QUEUE_URL="")
    assert process.exit_code() == 2
    assert process.errors == ""
    assert sorted(tmp_path.rglob("*")) == before


def lay_out(service: str, folder: Path) -> tuple[list[Path], dict[str, str]]:
    """Copy into a folder what the image holds; the files there, and the image's environment."""
    for *sources, destination in copied_from_context(service):
        if "requirements.txt" not in sources[-1]:  # of the stage that builds
            for source in sources:
                copy_like_docker(APP / source, folder / destination)
    environment = dict(pair.split("=") for pair in arguments(service, "ENV")[0].split()[1:])
    return sorted(folder.rglob("*")), environment


def copy_like_docker(source: Path, destination: Path) -> None:
    """A folder's content goes to the destination, a file into it."""
    if source.is_dir():
        shutil.copytree(source, destination, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        destination.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, destination)
