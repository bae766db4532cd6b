"""What the hub stands on in the AWS of this machine, and what its guard moves there.

The guard moves services that nothing runs: the hub's own processes run beside them. They read the
guard's mode, and no ECS starts or stops them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from app.hub.clients import Client
from dev.hub.aws import ACCOUNT, AwsServer, make_hub_table, make_state_table

SCALED = {"ServiceNamespace": "ecs", "ScalableDimension": "ecs:service:DesiredCount"}
SERVICES = {"ingestion-api": (2, 10), "product-service": (2, 10), "ai-worker": (0, 10)}
"""Fewest and most tasks, as in prod."""

_NO_TRUST = '{"Version": "2012-10-17", "Statement": []}'


@dataclass(frozen=True, kw_only=True)
class HubResources:
    """What a hub stands on, by the names and ARNs that AWS knows."""

    table: str
    state_table: str
    queue_url: str
    dead_letter_queue_url: str
    originals: str
    thumbnails: str
    token_key_id: str
    secret_arns: dict[str, str]

    @classmethod
    def make(cls, server: AwsServer, name: str, secrets: dict[str, str]) -> Self:
        """New ones, as the stack makes them; `secrets` are values by purpose."""
        dynamodb, sqs, s3 = (server.client(service) for service in ("dynamodb", "sqs", "s3"))
        dead = sqs.create_queue(QueueName=f"{name}-videos-dead-letters")["QueueUrl"]
        for bucket in (f"{name}-originals", f"{name}-thumbnails"):
            s3.create_bucket(Bucket=bucket)
        manager = server.client("secretsmanager")
        return cls(
            table=make_hub_table(dynamodb, f"{name}-hub"),
            state_table=make_state_table(dynamodb, f"{name}-guard"),
            queue_url=_work_queue(sqs, f"{name}-videos", dead),
            dead_letter_queue_url=dead,
            originals=f"{name}-originals",
            thumbnails=f"{name}-thumbnails",
            token_key_id=server.client("kms").create_key()["KeyMetadata"]["KeyId"],
            secret_arns={
                purpose: manager.create_secret(Name=f"{name}-{purpose}", SecretString=value)["ARN"]
                for purpose, value in secrets.items()
            },
        )


def _work_queue(sqs: Client, name: str, dead_letters_url: str) -> str:
    arn = sqs.get_queue_attributes(QueueUrl=dead_letters_url, AttributeNames=["QueueArn"])
    policy = {"deadLetterTargetArn": arn["Attributes"]["QueueArn"], "maxReceiveCount": "3"}
    attributes = {"RedrivePolicy": json.dumps(policy), "VisibilityTimeout": "60"}
    return sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]


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


def _tags(name: str) -> list[dict[str, str]]:
    return [{"key": "Stack", "value": name}]
