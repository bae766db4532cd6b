"""Copies what the offline provider made into moto, as far as the AWS CLI asks for it.

The two play one account between them: Pulumi's provider one half, the AWS CLI's endpoint the other.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import boto3

from buylink.graph import Value
from tests.system.engine.standins.cloud import Cloud, Stored


def mirror(cloud: Cloud) -> None:
    """Makes secrets, clusters and services that moto doesn't have yet."""
    state = cloud.everything()
    # boto3 has no types.
    secrets: Any = boto3.client("secretsmanager", "us-east-1")  # pyright: ignore[reportUnknownMemberType]
    known = {secret["Name"] for secret in secrets.list_secrets()["SecretList"]}
    for secret in of(state, "aws:secretsmanager/secret:Secret"):
        # moto takes what follows `secret:` in an ARN for the name.
        name = secret["arn"].rsplit(":", maxsplit=1)[-1]
        if name not in known:
            secrets.create_secret(Name=name)
    ecs: Any = boto3.client("ecs", "us-east-1")  # pyright: ignore[reportUnknownMemberType]
    for cluster in of(state, "aws:ecs/cluster:Cluster"):
        ecs.create_cluster(clusterName=cluster["name"])
    for service in of(state, "aws:ecs/service:Service"):
        family = service["name"]
        ecs.register_task_definition(
            family=family, containerDefinitions=[{"name": "one", "image": "one", "memory": 128}]
        )
        cluster = service["cluster"].rsplit("/", maxsplit=1)[-1]
        if not ecs.describe_services(cluster=cluster, services=[family])["services"]:
            ecs.create_service(cluster=cluster, serviceName=family, taskDefinition=family)


def of(state: list[Stored], kind: str) -> list[dict[str, Value]]:
    return [resource["state"] for resource in state if resource["type"] == kind]


if __name__ == "__main__":
    mirror(Cloud(Path(sys.argv[1])))
