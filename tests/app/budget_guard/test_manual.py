"""`buylink guard`, as a process of its own, on an AWS on loopback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dev.processes import REPOSITORY
from tests.app.budget_guard.aws_stack import AwsStack
from tests.app.budget_guard.budget_messages import now_within_the_month

BUYLINK = Path(sys.executable).with_name("buylink")


@pytest.fixture
def deployed(usual: AwsStack) -> AwsStack:
    """A stack with its guard's function, whose settings the command reads."""
    usual.deploy_function()
    return usual


def buylink(stack: AwsStack, *arguments: str, answer: str = "") -> tuple[int, str, str]:
    """Exit code, output and errors of `buylink guard`."""
    name = stack.name.removeprefix("buylink-")
    done = subprocess.run(
        [BUYLINK, "guard", *arguments, "--stack", name, "--region", "us-east-1"],
        cwd=REPOSITORY,
        env={**os.environ, **stack.aws.environment},
        input=answer,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_stop_and_restore_give_back_exactly_what_was(deployed: AwsStack) -> None:
    before = deployed.snapshot()
    code, output, _ = buylink(deployed, "stop", "--yes")
    assert (code, output.splitlines()[-1]) == (0, f"{deployed.name}: stopped")
    assert set(deployed.desired().values()) == {0}
    assert f'ecs:UpdateService {{"cluster": "{deployed.clusters[0]}", "desiredCount": 0' in output
    code, output, _ = buylink(deployed, "restore", "--yes")
    assert (code, output.splitlines()[-1]) == (0, f"{deployed.name}: normal")
    assert deployed.snapshot() == before


def without_aws(folder: Path, *arguments: str) -> tuple[int, str]:
    """Exit code and errors of `buylink guard status` where AWS's settings say nothing."""
    nothing = {
        variable: str(folder / variable)
        for variable in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    done = subprocess.run(
        [BUYLINK, "guard", "status", *arguments],
        cwd=folder,
        env={**kept, **nothing, "AWS_EC2_METADATA_DISABLED": "true"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--stack", "elsewhere"), 2, "--region: expected where the stack is, got none here"),
        (("--stack", "prod"), 1, "AWS: expected credentials, got none: sign in"),
        (("--stack", "elsewhere", "--region", "eu-west-1"), 1, "AWS: expected credentials"),
    ],
)
def test_the_region_is_the_stack_files_unless_it_is_named(
    tmp_path: Path, arguments: tuple[str, ...], code: int, message: str
) -> None:
    ended, errors = without_aws(tmp_path, *arguments)
    assert ended == code
    assert message in errors


def test_a_dry_run_prints_the_calls_and_makes_none(deployed: AwsStack) -> None:
    before = deployed.snapshot()
    code, output, _ = buylink(deployed, "stop", "--dry-run")
    assert code == 0
    assert output.count("ecs:UpdateService") == 2
    assert output.count("application-autoscaling:RegisterScalableTarget") == 2
    assert output.count("scheduler:UpdateSchedule") == 1
    assert deployed.snapshot() == before
    assert deployed.item() is None
    assert deployed.notices.take_notices() == []


def test_without_yes_it_shows_what_it_would_do_and_asks(deployed: AwsStack) -> None:
    before = deployed.snapshot()
    code, output, _ = buylink(deployed, "stop", answer="n\n")
    assert code == 2
    assert "the calls it would make" in output
    assert deployed.snapshot() == before
    assert buylink(deployed, "stop", answer="y\n")[0] == 0
    assert deployed.mode() == "stopped"


def test_status_says_why_and_what_is_held(deployed: AwsStack) -> None:
    deployed.set_budget("300", "310")
    deployed.guard(now_within_the_month()).reconcile()
    code, output, _ = buylink(deployed, "status")
    assert code == 0
    assert output.startswith(f"{deployed.name}: braked\n")
    assert "the budget calls for braked, set manually: normal, overruled: normal" in output
    assert f"held: insights:{deployed.clusters[0]}" in output


def test_logs_are_shortened_only_when_asked_for_and_confirmed_by_itself(
    deployed: AwsStack,
) -> None:
    logs = deployed.aws.client("logs")
    group = f"/{deployed.name.replace('-', '/', 1)}/api"
    logs.create_log_group(logGroupName=group)
    logs.put_retention_policy(logGroupName=group, retentionInDays=30)

    def kept() -> int:
        return logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"][0]["retentionInDays"]

    buylink(deployed, "brake", "--yes")
    assert kept() == 30
    code, output, _ = buylink(deployed, "brake", "--yes", "--log-retention", "3", answer="n\n")
    assert (code, kept()) == (2, 30)
    assert f"{group}: 30 days -> 3" in output
    buylink(deployed, "brake", "--yes", "--log-retention", "3", "--delete-logs")
    assert kept() == 3


def test_a_stack_without_a_guard_is_an_error_that_says_so(stack: AwsStack) -> None:
    code, _, errors = buylink(stack, "stop", "--yes")
    assert code == 1
    assert errors.startswith("AWS: expected it to do as asked, got: ")
    assert "Function not found" in errors
