"""`buylink preview` by its exit codes and outputs, as a user calls it from another directory."""

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.cli.command import BUYLINK, PROJECT, buylink
from tests.preview.projects import write_project

TOO_MANY_TASKS = "buylink:services.ingestion-api.maxTasks=12"


def test_all_three_stacks_pass_with_every_policy_evaluated(tmp_path: Path) -> None:
    run = buylink("preview", "--format", "json", cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    stacks = json.loads(run.stdout)["stacks"]
    assert [(stack["stack"], stack["verdict"]) for stack in stacks] == [
        ("dev", "passed"),
        ("prod", "passed"),
        ("staging", "passed"),
    ]
    for stack in stacks:
        assert stack["policies"]
        assert all(policy["evaluated"] for policy in stack["policies"])
        assert stack["violations"] == stack["undecided"] == []
        assert all(invoke["answered"] for invoke in stack["invokes"])


@pytest.mark.parametrize(
    ("stack", "override", "policy", "words"),
    [
        ("prod", TOO_MANY_TASKS, "ecs-max-tasks", ["12", "10"]),
        ("prod", "buylink:logs.retentionDays=90", "log-retention", ["90", "30"]),
        ("dev", "buylink:network.natGateways=dual", "nat-gateways", ["2", "1"]),
    ],
)
def test_what_is_over_its_cap_is_refused_by_name_and_number(
    tmp_path: Path, stack: str, override: str, policy: str, words: list[str]
) -> None:
    run = buylink("preview", stack, "--config", override, cwd=tmp_path)
    assert run.returncode == 3
    assert f"{policy}  mandatory" in run.stdout
    violation = run.stdout.partition(f"{policy}  mandatory")[2]
    line = next(line for line in violation.splitlines() if line.strip().startswith("found"))
    assert all(word in line.split() or f"{word}," in line.split() for word in words)


def test_a_wrong_setting_exits_with_2_before_anything_starts(tmp_path: Path) -> None:
    run = buylink("preview", "dev", "--config", "buylink:network.natGateways=triple", cwd=tmp_path)
    assert run.returncode == 2
    assert run.stdout == ""
    assert run.stderr == (
        "--config: buylink:network.natGateways: expected 'none', 'single' or 'dual', got 'triple'\n"
    )


def test_the_problems_of_several_stacks_are_said_once(tmp_path: Path) -> None:
    run = buylink("preview", "dev", "qa", "-c", "buylink:logs.retentionDays=8", cwd=tmp_path)
    assert run.returncode == 2
    assert [line.split(": ")[0] for line in run.stderr.splitlines()] == [
        "--config",
        "stacks/Pulumi.qa.yaml",
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        ("preview", "--format", "yaml"),
        ("preview", "--nope"),
        ("nope",),
        ("preview", "--timeout", "-1"),
        ("preview", "--cwd", "/"),
        ("preview", "dev", "--out", "/nope/report.json", "--format", "json"),
        ("preview", "dev", "--policy-pack-config", "/nope.json"),
        ("preview", "dev", "--policy-pack-config", str(PROJECT / "Pulumi.yaml")),
    ],
)
def test_wrong_usage_exits_with_2(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    run = buylink(*arguments, cwd=tmp_path)
    assert run.returncode == 2
    assert run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name: buylink\nruntime: nodejs\n", "runtime: expected python"),
        ("runtime: python\n", "name: expected a name of letters, digits, dashes, dots, got None"),
        ("name: a::b\nruntime: python\n", "name: expected a name"),
        ("name: a\nruntime: python\nmain: infra\n", "main: expected none"),
        ("name: a\nruntime: python\n", "expected the program __main__.py, got none"),
    ],
)
def test_a_project_that_is_no_python_program_is_refused(
    tmp_path: Path, text: str, words: str
) -> None:
    (tmp_path / "Pulumi.yaml").write_text(text)
    run = buylink("preview", cwd=tmp_path)
    assert run.returncode == 2
    assert words in run.stderr


def test_a_policys_level_and_cap_can_be_changed_from_a_file(tmp_path: Path) -> None:
    config = tmp_path / "policies.json"
    config.write_text(json.dumps({"ecs-max-tasks": {"maxTasks": 12}}))
    arguments = ("preview", "prod", "--config", TOO_MANY_TASKS, "--policy-pack-config", str(config))
    assert buylink(*arguments, cwd=tmp_path).returncode == 0
    config.write_text(json.dumps({"ecs-max-tasks": "advisory"}))
    advisory = buylink(*arguments, cwd=tmp_path)
    assert advisory.returncode == 0
    assert "ecs-max-tasks  advisory" in advisory.stdout


def test_a_file_is_written_where_out_says(tmp_path: Path) -> None:
    target = tmp_path / "comment.md"
    run = buylink("preview", "dev", "--format", "markdown", "--out", str(target), cwd=tmp_path)
    assert run.returncode == 0
    assert run.stdout == ""
    assert target.read_text().startswith("## Buylink preview\n")


def test_a_preview_changes_nothing_in_the_project(tmp_path: Path) -> None:
    def state() -> dict[str, bytes]:
        files = [PROJECT / "Pulumi.yaml", *(PROJECT / "stacks").iterdir()]
        return {str(path): path.read_bytes() for path in files}

    before = state()
    buylink("preview", "dev", "--config", "buylink:network.natGateways=none", cwd=tmp_path)
    assert state() == before


def test_the_doctor_names_what_is_missing_with_the_next_step(tmp_path: Path) -> None:
    run = buylink("doctor", cwd=tmp_path)
    assert run.returncode == 0
    assert "valid: dev, prod, staging" in run.stdout
    missing = run.stdout.count("missing")
    assert run.stdout.count("do: ") == missing


def test_each_command_has_help(tmp_path: Path) -> None:
    for command in ([], ["preview"], ["doctor"]):
        run = buylink(*command, "--help", cwd=tmp_path)
        assert run.returncode == 0
        assert "Usage" in run.stdout


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_an_ended_preview_leaves_no_process_behind(tmp_path: Path, ending: int) -> None:
    project = write_project(tmp_path / "project", "import time; time.sleep(600)")
    project.joinpath("stacks").symlink_to(PROJECT / "stacks")
    project.joinpath("app").symlink_to(PROJECT / "app")
    project.joinpath("Pulumi.yaml").write_text(PROJECT.joinpath("Pulumi.yaml").read_text())
    command = [BUYLINK, "preview", "dev", "--cwd", str(project)]
    # A run in the background ignores Ctrl-C, and what it starts would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    started = time.monotonic()
    children: list[str] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        children = wait_for_children(process.pid, 2)
        process.send_signal(ending)
        process.wait(timeout=10)
    assert process.returncode != 0
    assert time.monotonic() - started < 15
    assert [child for child in children if Path(f"/proc/{child}").exists()] == []


def wait_for_children(process_id: int, number: int) -> list[str]:
    """The child processes, once there are as many as expected: the program and the pack."""
    children: list[str] = []
    for _ in range(100):
        children = Path(f"/proc/{process_id}/task/{process_id}/children").read_text().split()
        if len(children) == number:
            time.sleep(0.3)
            return children
        time.sleep(0.05)
    raise AssertionError(f"expected {number} child processes, got {children}")
