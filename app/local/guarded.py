"""What the guard moves, in the AWS of this machine: services that nothing runs, and its function.

The hub's own processes run beside it: they read the guard's mode, and no ECS starts or stops them.
"""

from collections.abc import Mapping
from typing import Any

from app.local.aws import AwsServer, HubResources

ACCOUNT = "123456789012"
SCALED = {"ServiceNamespace": "ecs", "ScalableDimension": "ecs:service:DesiredCount"}
SERVICES = {"ingestion-api": (2, 10), "product-service": (2, 10), "ai-worker": (0, 10)}
"""Fewest and most tasks, as in prod."""

_NO_TRUST = '{"Version": "2012-10-17", "Statement": []}'


def make_guarded(server: AwsServer, resources: HubResources, name: str) -> None:
    """A cluster, services with autoscaling, a budget of $300, topics, and the guard's function."""
    sns, bucket = server.client("sns"), f"{name}-reports"
    server.client("s3").create_bucket(Bucket=bucket)
    for service, bounds in SERVICES.items():
        _add_service(server, name, service, bounds)
    server.client("budgets").create_budget(
        AccountId=ACCOUNT,
        Budget={
            "BudgetName": name,
            "BudgetLimit": {"Amount": "300", "Unit": "USD"},
            "TimeUnit": "MONTHLY",
            "BudgetType": "COST",
        },
    )
    add_function(
        server,
        name,
        {
            "TOPIC_ARN": sns.create_topic(Name=f"{name}-budget")["TopicArn"],
            "NOTICE_TOPIC_ARN": sns.create_topic(Name=f"{name}-notices")["TopicArn"],
            "BUDGET_NAME": name,
            "STACK_TAG": name,
            "STATE_TABLE": resources.state_table,
            "TABLE_NAME": resources.table,
            "QUEUE_URL": resources.queue_url,
            "REPORT_BUCKET": bucket,
            "CLUSTERS": f"{name}-cluster",
            "WORKERS": f"{name}-ai-worker",
        },
    )


def _add_service(server: AwsServer, name: str, service: str, bounds: tuple[int, int]) -> None:
    ecs, cluster, tags = server.client("ecs"), f"{name}-cluster", _tags(name)
    ecs.create_cluster(
        clusterName=cluster,
        tags=tags,
        settings=[{"name": "containerInsights", "value": "enhanced"}],
    )
    ecs.register_task_definition(
        family=service,
        containerDefinitions=[{"name": service, "image": service, "memory": 512}],
    )
    ecs.create_service(
        cluster=cluster,
        serviceName=f"{name}-{service}",
        taskDefinition=service,
        desiredCount=bounds[0],
        tags=tags,
    )
    server.client("application-autoscaling").register_scalable_target(
        **SCALED,
        ResourceId=f"service/{cluster}/{name}-{service}",
        MinCapacity=bounds[0],
        MaxCapacity=bounds[1],
    )


def add_function(server: AwsServer, name: str, variables: Mapping[str, str]) -> None:
    """The guard's function of a stack, for its settings alone."""
    role = server.client("iam").create_role(
        RoleName=f"{name}-guard", AssumeRolePolicyDocument=_NO_TRUST
    )
    server.client("lambda").create_function(
        FunctionName=f"{name}-budget-guard",
        Runtime="python3.13",
        Role=role["Role"]["Arn"],
        Handler="app.budget_guard.handler.handler",
        Code={"ZipFile": b"none"},
        Environment={"Variables": dict(variables)},
    )


def _tags(name: str) -> list[dict[str, Any]]:
    return [{"key": "Stack", "value": name}]
