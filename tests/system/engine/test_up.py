"""Deploying, deploying again, changing, refreshing and destroying, against the offline cloud."""

from pathlib import Path

import pytest
from pulumi import automation

from tests.system.engine.driving import Deployment, deployment

HOLDS_DATA_OR_STATE = (
    "aws:cloudwatch/logGroup:LogGroup",
    "aws:dynamodb/table:Table",
    "aws:ec2/vpc:Vpc",
    "aws:ecr/repository:Repository",
    "aws:ecs/cluster:Cluster",
    "aws:ecs/service:Service",
    "aws:kms/key:Key",
    "aws:lb/loadBalancer:LoadBalancer",
    "aws:s3/bucket:Bucket",
    "aws:secretsmanager/secret:Secret",
    "aws:sqs/queue:Queue",
)

SCALING_TARGET = "hub-ingestion-api-scaling"
LOGS = (
    "hub-ai-worker-logs",
    "hub-budget-guard-function-logs",
    "hub-ingestion-api-logs",
    "hub-product-service-logs",
    "hub-scheduled-ingestion-logs",
)
TASK = "hub-ingestion-api-task"

CHANGES: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "nothing": ((), {}),
    "more tasks": (
        ("buylink:services.ingestion-api.maxTasks=4",),
        {SCALING_TARGET: "update"},
    ),
    "a higher floor leaves the running count to the autoscaler": (
        ("buylink:services.ingestion-api.minTasks=2",),
        {SCALING_TARGET: "update"},
    ),
    "shorter logs": (
        ("buylink:logs.retentionDays=3",),
        dict.fromkeys(LOGS, "update"),
    ),
    "a larger task": (
        ("buylink:services.ingestion-api.memory=1024",),
        {TASK: "replace", "hub-ingestion-api-service": "update"},
    ),
    "an on-demand base": (
        ("buylink:services.ingestion-api.onDemandBase=1",),
        {"hub-ingestion-api-service": "update"},
    ),
    "container insights": (
        ("buylink:cluster.containerInsights=enabled",),
        {"hub-cluster-ecs": "update"},
    ),
    "another retention of messages": (
        ("buylink:services.ai-worker.retentionDays=7",),
        {"hub-ai-worker-queue": "update"},
    ),
    "another budget": (("buylink:budget.limit=90",), {"hub-budget-guard-budget": "update"}),
    "longer thumbnails": (
        ("buylink:storage.thumbnails={typicalKb: 20, expireDays: 500}",),
        {"hub-storage-thumbnails-lifecycle": "update"},
    ),
    "recovery and protection of the tables": (
        ("buylink:tables.pointInTimeRecovery=true", "buylink:tables.deletionProtection=true"),
        {"hub-storage-guard-table": "update", "hub-storage-table-table": "update"},
    ),
    "another price class": (
        ("buylink:edge.priceClass=PriceClass_All",),
        {"hub-edge-distribution": "update"},
    ),
    "a second NAT gateway": (
        ("buylink:network.natGateways=dual",),
        {
            "hub-network-nat-1": "create",
            "hub-network-nat-1-address": "create",
            "hub-network-private-1-nat": "update",
            # It says what still costs money while the stack is stopped.
            "hub-budget-guard-function-function": "update",
        },
    ),
    "deletion protection": (
        ("buylink:loadBalancer.deletionProtection=true",),
        {
            "hub-load-balancer-alb": "update",
            "hub-ai-worker-images-repository": "update",
            "hub-ingestion-api-images-repository": "update",
            "hub-product-service-images-repository": "update",
        },
    ),
}
"""A setting, and what it does to which resources."""

COMPONENT_OPERATIONS = "buylink:"


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """dev, deployed once for all tests that only preview changes to it."""
    stack = deployment(tmp_path_factory.mktemp("deployed"))
    stack.up()
    return stack


@pytest.mark.xdist_group("deployed")
@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_setting_changes_only_what_it_should(deployed: Deployment, change: str) -> None:
    overrides, expected = CHANGES[change]
    deployed.configure(*overrides)
    plan = deployed.preview(pack=False)
    assert plan.error == ""
    touched = {
        urn.split("::")[-1]: operation
        for urn, operation in plan.operations().items()
        if not urn.split("::")[2].rsplit("$", 1)[-1].startswith(COMPONENT_OPERATIONS)
    }
    made_anew = {
        urn
        for urn, operation in plan.operations().items()
        if operation in {"replace", "delete", "create-replacement", "delete-replaced"}
        and urn.split("::")[2].rsplit("$", 1)[-1] in HOLDS_DATA_OR_STATE
    }
    assert made_anew == set()
    assert touched == expected


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_a_stack_goes_up_stays_and_leaves_nothing_behind(tmp_path: Path, name: str) -> None:
    stack = deployment(tmp_path, name)
    created = stack.up(pack=True)
    resources = [resource for resource in stack.state()["resources"] if resource["custom"]]
    kept = [resource for resource in resources if resource["type"].startswith("aws:")]
    assert set(created) == {"create"}
    assert len(stack.cloud.everything()) == len(kept) > 60

    outputs = stack.stack.outputs()
    assert outputs["clusterName"].value == f"buylink-{name}-cluster"
    assert outputs["serviceNames"].value["ingestion-api"] == f"buylink-{name}-ingestion-api"
    assert str(outputs["url"].value).startswith("https://")

    assert set(stack.up(pack=True)) == {"same"}
    refreshed = stack.stack.refresh(color="never").summary.resource_changes
    assert set(refreshed or {}) == {"same"}
    if name == "prod":
        with pytest.raises(automation.CommandError, match="cannot be deleted"):
            stack.stack.destroy(color="never")
        stack.command("state", "unprotect", "--all", "--yes", "--stack", name)
    stack.stack.destroy(color="never")
    assert stack.cloud.everything() == []
    assert stack.state().get("resources", []) == []


def test_the_offline_provider_refuses_what_aws_would(tmp_path: Path) -> None:
    program = """
from pulumi_aws import ec2
ec2.Route("nowhere", route_table_id=None)
"""
    plan = deployment(tmp_path, program=program).preview(pack=False)
    assert "Missing required" in plan.error
