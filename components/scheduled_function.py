"""A function that runs by the clock."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pulumi
from pulumi_aws import cloudwatch, iam, lambda_, sqs

from components.parts.function_code import code_hash, function_code, handler_of
from components.parts.log_group import add_log_group
from components.parts.names import explicit_name
from components.parts.owner import Owner
from components.parts.queues import add_dead_letter_queue
from components.parts.schedules import FunctionSchedule, Schedules, add_schedules
from components.parts.statements import Statement, policy_document
from components.parts.trust import service_trust

RUNTIME = "python3.13"
ARCHITECTURE = "arm64"


@dataclass(frozen=True, kw_only=True)
class ScheduledFunctionArgs:
    """What a ScheduledFunction is made from.

    `project` is the folder of Pulumi.yaml; `folder` the function's own in `app/`. `memory` is in
    MiB, `timeout` in seconds. `statements` are the rights its code has besides its own log.
    """

    stack: str
    region: str
    account_id: str
    project: Path
    label: str
    folder: str
    memory: int
    timeout: int
    retention_days: int
    environment: Mapping[str, pulumi.Input[str]]
    statements: Sequence[Statement]
    schedules: Sequence[FunctionSchedule]


class ScheduledFunction(pulumi.ComponentResource):
    """The function `buylink-<stack>-<label>`, and all that is its own.

    - its code: `app/<folder>` and what functions share of `app/hub`, with nothing built
    - a log group, and a role for its code
    - schedules, and a role that may call this function alone
    - a dead-letter queue: for calls that can't be made, and for runs that failed three times

    Left out, with the reason: X-Ray and a VPC cost money and it calls only AWS; reserved
    concurrency, as a new account has no more of it than AWS keeps back, and a deployment that
    reserves any would fail there.
    https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
    """

    function_arn: pulumi.Output[str]
    function_name: pulumi.Output[str]
    log_group_name: pulumi.Output[str]
    role_name: pulumi.Output[str]
    dead_letter_queue_name: pulumi.Output[str]
    dead_letter_queue_arn: pulumi.Output[str]
    own_schedules: Schedules

    def __init__(
        self, name: str, args: ScheduledFunctionArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        schedules = {it.name: it.expression for it in args.schedules}
        props: pulumi.Inputs = {"schedules": schedules}
        super().__init__("buylink:scheduled_function:ScheduledFunction", name, props, opts)
        own = Owner(self, args.stack, args.label)
        logs = add_log_group(own, args.label, args.retention_days)
        dead_letters = add_dead_letter_queue(own, args.label)
        role = iam.Role(
            own.name("role"),
            description=f"{args.label}: what its code may do in AWS",
            assume_role_policy=json.dumps(service_trust("lambda.amazonaws.com")),
            tags=own.tags("role"),
            opts=own.opts(),
        )
        policy = iam.RolePolicy(
            own.name("policy"),
            role=role.name,
            policy=policy_document([*_own_rights(logs, dead_letters), *args.statements]),
            opts=own.opts(),
        )
        # Lambda tries the right to set aside when the function is made.
        function = _add_function(own, args, role, logs, dead_letters, waits_for=policy)
        self.own_schedules = add_schedules(
            own, function, dead_letters, args.schedules, account_id=args.account_id
        )
        self.function_arn = function.arn
        self.function_name = function.name
        self.log_group_name = logs.name
        self.role_name = role.name
        self.dead_letter_queue_name = dead_letters.name
        self.dead_letter_queue_arn = dead_letters.arn
        self.register_outputs(
            {
                "functionName": self.function_name,
                "functionArn": self.function_arn,
                "logGroupName": self.log_group_name,
                "roleName": self.role_name,
                "deadLetterQueueName": self.dead_letter_queue_name,
            }
        )


def _own_rights(logs: cloudwatch.LogGroup, dead_letters: sqs.Queue) -> list[Statement]:
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"""
    return [
        Statement(
            actions=["logs:CreateLogStream", "logs:PutLogEvents"],
            resources=[pulumi.Output.concat(logs.arn, ":*")],
        ),
        Statement(actions=["sqs:SendMessage"], resources=[dead_letters.arn]),
    ]


def _add_function(
    own: Owner,
    args: ScheduledFunctionArgs,
    role: iam.Role,
    logs: cloudwatch.LogGroup,
    dead_letters: sqs.Queue,
    *,
    waits_for: pulumi.Resource,
) -> lambda_.Function:
    return lambda_.Function(
        own.name("function"),
        name=explicit_name(args.stack, args.label),
        description=f"app/{args.folder}",
        runtime=RUNTIME,
        architectures=[ARCHITECTURE],
        handler=handler_of(args.folder),
        code=function_code(args.project, args.folder),
        source_code_hash=code_hash(args.project, args.folder),
        memory_size=args.memory,
        timeout=args.timeout,
        role=role.arn,
        environment=lambda_.FunctionEnvironmentArgs(
            variables={**args.environment, "ENVIRONMENT": args.stack}
        ),
        logging_config=lambda_.FunctionLoggingConfigArgs(
            log_format="JSON",
            log_group=logs.name,
            application_log_level="INFO",
            system_log_level="INFO",
        ),
        dead_letter_config=lambda_.FunctionDeadLetterConfigArgs(target_arn=dead_letters.arn),
        tags=own.tags("function"),
        opts=own.opts(waits_for),
    )
