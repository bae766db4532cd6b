"""A command that ends in the middle, and two at once: the state stays whole, and what to do next."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest
from pulumi import automation

from tests.system.engine.driving import Deployment, deployment
from tests.system.engine.standins.faults import Fault

UP = ("up", "--yes", "--skip-preview")


def end(process: subprocess.Popen[str], ending: int) -> str:
    """Ends a command and all it started; what it said."""
    os.killpg(process.pid, ending)
    try:
        return process.communicate(timeout=60)[0]
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


def pending(stack: Deployment) -> list[tuple[str, str]]:
    """What the state says was on its way: operation and URN."""
    operations = stack.state().get("pending_operations") or []
    return [(operation["type"], operation["resource"]["urn"]) for operation in operations]


@pytest.mark.parametrize("at", [1, 40, 100])
def test_killed_before_aws_acted_a_cancel_and_an_up_complete_it(tmp_path: Path, at: int) -> None:
    stack = deployment(tmp_path)
    stack.faults.plan(Fault("create", at, "held before"))
    process = stack.start(*UP, "--parallel", "1")
    held = stack.faults.wait_until_held()
    end(process, signal.SIGKILL)
    assert pending(stack) == [("creating", held)]
    assert stack.cloud_ids() == stack.state_ids()

    stack.faults.plan(None)
    with pytest.raises(automation.CommandError, match="the stack is currently locked by 1 lock"):
        stack.up()
    stack.command("cancel", "--yes", "--stack", "dev")
    stack.command("refresh", "--yes", "--clear-pending-creates", "--stack", "dev")
    assert pending(stack) == []
    stack.up()
    assert stack.cloud_ids() == stack.state_ids()
    assert set(stack.up()) == {"same"}


def test_what_aws_made_for_a_killed_command_is_named_in_the_state_and_deleted_by_hand(
    tmp_path: Path,
) -> None:
    """`--import-pending-creates` of this engine drops the operation and imports nothing."""
    stack = deployment(tmp_path)
    stack.faults.plan(Fault("create", 40, "held after"))
    process = stack.start(*UP, "--parallel", "1")
    held = stack.faults.wait_until_held()
    end(process, signal.SIGKILL)
    stack.faults.plan(None)
    assert pending(stack) == [("creating", held)]
    orphans = [
        resource for resource in stack.cloud.everything() if resource["id"] not in stack.state_ids()
    ]
    assert [resource["type"] for resource in orphans] == [held.split("::")[2].rsplit("$", 1)[-1]]

    stack.cloud.delete(orphans[0]["type"], orphans[0]["id"])
    stack.command("cancel", "--yes", "--stack", "dev")
    stack.command("refresh", "--yes", "--clear-pending-creates", "--stack", "dev")
    stack.up()
    assert stack.cloud_ids() == stack.state_ids()


def test_after_ctrl_c_what_was_on_its_way_is_recorded_and_nothing_is_locked(tmp_path: Path) -> None:
    stack = deployment(tmp_path)
    stack.faults.plan(Fault("create", 40, "held after"))
    process = stack.start(*UP)
    stack.faults.wait_until_held()
    os.killpg(process.pid, signal.SIGINT)
    stack.faults.release()
    said, _ = process.communicate(timeout=60)
    assert process.returncode != 0
    assert "cancel" in said.lower()
    stack.faults.plan(None)
    assert stack.state_ids() <= stack.cloud_ids()
    stack.up()
    assert set(stack.up()) == {"same"}


def test_of_two_deployments_at_once_the_second_is_refused_and_the_first_completes(
    tmp_path: Path,
) -> None:
    stack = deployment(tmp_path)
    stack.faults.plan(Fault("create", 20, "held before"))
    first = stack.start(*UP)
    stack.faults.wait_until_held()
    second = stack.start(*UP)
    said, _ = second.communicate(timeout=60)
    stack.faults.release()
    first.communicate(timeout=120)
    assert second.returncode != 0
    assert "the stack is currently locked by 1 lock" in said
    assert first.returncode == 0
    assert stack.cloud_ids() == stack.state_ids()
    stack.faults.plan(None)
    assert set(stack.up()) == {"same"}
