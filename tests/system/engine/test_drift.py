"""What someone changed behind Pulumi's back is found, and put back; the tasks' number is not."""

from __future__ import annotations

import pytest
from pulumi import automation

from buylink.graph import Value
from tests.system.engine.driving import Deployment, deployment


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    stack = deployment(tmp_path_factory.mktemp("dev"))
    stack.up()
    return stack


def change(stack: Deployment, kind: str, **values: Value) -> str:
    """Changes the first object of a kind in the cloud; the object's ID."""
    resource = next(resource for resource in stack.cloud.everything() if resource["type"] == kind)
    stack.cloud.write(kind, resource["id"], {**resource["state"], **values})
    return str(resource["id"])


def state_of(stack: Deployment, kind: str, identifier: str) -> dict[str, Value]:
    state = stack.cloud.read(kind, identifier)
    assert state is not None
    return state


def refreshed(stack: Deployment) -> dict[str, int]:
    """Takes what the cloud has into the state; how many resources were what."""
    changes = stack.stack.refresh(color="never").summary.resource_changes or {}
    return {str(operation): number for operation, number in changes.items()}


DRIFT_CHECK = ("preview", "--refresh", "--expect-no-changes", "--diff", "--stack", "dev")


@pytest.mark.xdist_group("drift")
def test_an_edited_setting_is_found_and_mended(dev: Deployment) -> None:
    kind = "aws:ecs/cluster:Cluster"
    before = next(
        resource["state"] for resource in dev.cloud.everything() if resource["type"] == kind
    )
    tags = {**before["tags"], "CostCenter": "somebody else"}
    cluster = change(dev, kind, tags=tags)
    with pytest.raises(automation.CommandError, match="no changes were expected"):
        dev.command(*DRIFT_CHECK)
    assert refreshed(dev)["update"] == 1
    assert dev.up()["update"] == 1
    assert state_of(dev, kind, cluster)["tags"] == before["tags"]
    dev.command(*DRIFT_CHECK)


@pytest.mark.xdist_group("drift")
def test_a_deleted_rule_is_found_and_made_again(dev: Deployment) -> None:
    kind = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
    rule = next(resource for resource in dev.cloud.everything() if resource["type"] == kind)
    dev.cloud.delete(kind, rule["id"])
    with pytest.raises(automation.CommandError, match="no changes were expected"):
        dev.command(*DRIFT_CHECK)
    assert refreshed(dev)["delete"] == 1
    assert dev.up()["create"] == 1
    rules = [resource["state"] for resource in dev.cloud.everything() if resource["type"] == kind]
    wanted = (rule["state"]["securityGroupId"], rule["state"]["fromPort"])
    assert wanted in [(resource["securityGroupId"], resource["fromPort"]) for resource in rules]
    dev.command(*DRIFT_CHECK)


@pytest.mark.xdist_group("drift")
def test_the_number_of_tasks_is_the_autoscalers_and_no_drift(dev: Deployment) -> None:
    kind = "aws:ecs/service:Service"
    service = change(dev, kind, desiredCount=2)
    dev.command(*DRIFT_CHECK)
    refreshed(dev)
    assert set(dev.up()) == {"same"}
    assert state_of(dev, kind, service)["desiredCount"] == 2
