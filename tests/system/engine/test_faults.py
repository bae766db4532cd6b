"""What goes wrong in the middle of a deployment, and what makes it whole again."""

from __future__ import annotations

from pathlib import Path

import pytest
from pulumi import automation

from tests.system.engine.driving import Deployment, deployment
from tests.system.engine.standins.faults import Fault

THROTTLED = "ThrottlingException: Rate exceeded"
TABLE_KIND = "aws:dynamodb/table:Table"


def fails(stack: Deployment) -> str:
    """What a deployment that must fail says."""
    with pytest.raises(automation.CommandError) as failed:
        stack.up()
    return str(failed.value)


def test_after_each_tenth_resource_that_fails_the_next_deployment_goes_on(tmp_path: Path) -> None:
    stack = deployment(tmp_path)
    failures, said, recorded = 0, list[bool](), list[bool]()
    stack.faults.plan(Fault("create", 10, "refused", THROTTLED))
    while True:
        before = stack.cloud_ids()
        try:
            stack.up()
        except automation.CommandError as error:
            failures += 1
            said.append(THROTTLED in str(error) and "error: " in str(error))
            recorded.append(
                stack.cloud_ids() == stack.state_ids() and len(stack.cloud_ids() - before) >= 9
            )
        else:
            break
    stack.faults.plan(None)
    everything = len(stack.cloud_ids())
    assert all(said)
    assert all(recorded)
    # Calls that were on their way when one failed still end, so a run makes ten or some more.
    assert everything // 20 <= failures <= everything // 9
    assert stack.cloud_ids() == stack.state_ids()
    assert set(stack.up()) == {"same"}


def test_a_failed_update_and_a_failed_deletion_are_done_the_next_time(tmp_path: Path) -> None:
    stack = deployment(tmp_path)
    stack.up()
    stack.configure("buylink:logs.retentionDays=3")
    stack.faults.plan(Fault("update", 2, "refused", THROTTLED))
    assert THROTTLED in fails(stack)
    stack.faults.plan(None)
    changed = stack.up()
    assert changed["update"] >= 1
    groups = [
        resource["state"]
        for resource in stack.cloud.everything()
        if "logGroup:" in resource["type"]
    ]
    assert {group["retentionInDays"] for group in groups} == {3}

    stack.faults.plan(Fault("delete", 30, "refused", "DependencyViolation: still in use"))
    with pytest.raises(automation.CommandError, match="DependencyViolation"):
        stack.stack.destroy(color="never")
    assert stack.cloud_ids() == stack.state_ids() != set()
    stack.faults.plan(None)
    stack.stack.destroy(color="never")
    assert stack.cloud_ids() == stack.state_ids() == set()


def test_what_aws_made_but_called_broken_is_kept_and_mended(tmp_path: Path) -> None:
    stack = deployment(tmp_path)
    broken = "timeout while waiting for state to become 'ACTIVE'"
    stack.faults.plan(Fault("create", 25, "made and failed", broken))
    assert broken in fails(stack)
    assert stack.cloud_ids() == stack.state_ids()
    marked = [
        resource["urn"] for resource in stack.state()["resources"] if resource.get("initErrors")
    ]
    assert len(marked) == 1
    stack.faults.plan(None)
    stack.up()
    assert [
        resource["urn"] for resource in stack.state()["resources"] if resource.get("initErrors")
    ] == []
    assert stack.cloud_ids() == stack.state_ids()
