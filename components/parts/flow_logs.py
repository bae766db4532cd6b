"""Flow logs of a VPC: the connections it rejected."""

from __future__ import annotations

import json

import pulumi
from pulumi_aws import ec2, iam

from components.parts.log_group import add_log_group
from components.parts.owner import Owner
from components.parts.trust import service_trust

WRITE_ACTIONS = [
    "logs:CreateLogStream",
    "logs:DescribeLogGroups",
    "logs:DescribeLogStreams",
    "logs:PutLogEvents",
]
"""https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html"""


def add_flow_logs(own: Owner, vpc: ec2.Vpc, *, account_id: str, retention_days: int) -> None:
    """Logs rejected traffic alone: it shows probing, and accepted traffic would cost far more."""
    logs = add_log_group(own, "network/flow-logs", retention_days)
    role = iam.Role(
        own.name("flow-logs-role"),
        description="VPC flow logs: write to their log group",
        assume_role_policy=json.dumps(
            service_trust("vpc-flow-logs.amazonaws.com", account_id=account_id)
        ),
        tags=own.tags("flow-logs-role"),
        opts=own.opts(),
    )
    policy = iam.RolePolicy(
        own.name("flow-logs-policy"),
        role=role.name,
        policy=pulumi.Output.json_dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Action": WRITE_ACTIONS,
                        "Resource": [logs.arn, pulumi.Output.concat(logs.arn, ":*")],
                    }
                ],
            }
        ),
        opts=own.opts(),
    )
    ec2.FlowLog(
        own.name("flow-logs"),
        vpc_id=vpc.id,
        traffic_type="REJECT",
        log_destination_type="cloud-watch-logs",
        log_destination=logs.arn,
        iam_role_arn=role.arn,
        tags=own.tags("flow-logs"),
        opts=own.opts(policy),
    )
