"""A function that runs by the clock."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pulumi
from pulumi_aws import cloudwatch, iam, lambda_, scheduler, sqs

from components.common.app_code import code_hash, function_code, handler_of
from components.common.child_factory import ChildFactory, add_log_group, explicit_name
from components.common.iam import Statement, policy_document, service_trust
from components.common.queues import add_dead_letter_queue

RUNTIME = "python3.13"
ARCHITECTURE = "arm64"


@dataclass(frozen=True, kw_only=True)
class ScheduledFunctionArgs:
    """What a ScheduledFunction is made from.

    `project` is the folder of Pulumi.yaml; `folder` the function's own in `app/`. `memory` is in
    MiB, `timeout` in seconds; its log is kept for `retention_days`. `statements` are what its code
    may do besides writing that log.
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
    function_schedules: Schedules

    def __init__(
        self, name: str, args: ScheduledFunctionArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        schedules = {schedule.name: schedule.expression for schedule in args.schedules}
        props: pulumi.Inputs = {"schedules": schedules}
        super().__init__("buylink:scheduled_function:ScheduledFunction", name, props, opts)
        child = ChildFactory(self, args.stack, args.label)
        logs = add_log_group(child, args.label, args.retention_days)
        dead_letters = add_dead_letter_queue(child, args.label)
        role = iam.Role(
            child.name("role"),
            description=f"{args.label}: what its code may do in AWS",
            assume_role_policy=json.dumps(service_trust("lambda.amazonaws.com")),
            tags=child.tags("role"),
            opts=child.opts(),
        )
        policy = iam.RolePolicy(
            child.name("policy"),
            role=role.name,
            policy=policy_document([*_default_statements(logs, dead_letters), *args.statements]),
            opts=child.opts(),
        )
        # Lambda tries the permission to set aside when the function is made.
        function = _add_function(child, args, role, logs, dead_letters, waits_for=policy)
        self.function_schedules = add_schedules(
            child, function, dead_letters, args.schedules, account_id=args.account_id
        )
        self.function_arn = function.arn
        self.function_name = function.name
        self.log_group_name = logs.name
        self.role_name = role.name
        self.dead_letter_queue_name = dead_letters.name
        self.register_outputs(
            {
                "functionName": self.function_name,
                "functionArn": self.function_arn,
                "logGroupName": self.log_group_name,
                "roleName": self.role_name,
                "deadLetterQueueName": self.dead_letter_queue_name,
            }
        )


def _default_statements(logs: cloudwatch.LogGroup, dead_letters: sqs.Queue) -> list[Statement]:
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"""
    return [
        Statement(
            actions=["logs:CreateLogStream", "logs:PutLogEvents"],
            resources=[pulumi.Output.concat(logs.arn, ":*")],
        ),
        Statement(actions=["sqs:SendMessage"], resources=[dead_letters.arn]),
    ]


def _add_function(
    child: ChildFactory,
    args: ScheduledFunctionArgs,
    role: iam.Role,
    logs: cloudwatch.LogGroup,
    dead_letters: sqs.Queue,
    *,
    waits_for: pulumi.Resource,
) -> lambda_.Function:
    return lambda_.Function(
        child.name("function"),
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
        tags=child.tags("function"),
        opts=child.opts(waits_for),
    )


RETRIES = 2
LONGEST_DELAY = 3600  # 1 hour in seconds
"""How often, and for how many seconds after its time, a call that failed is tried again: after an
hour the next one is near enough."""


@dataclass(frozen=True)
class FunctionSchedule:
    """When a function runs, as EventBridge Scheduler writes it (UTC), and the event it is given.

    https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
    """

    name: str
    expression: str
    payload: Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class Schedules:
    """What was added: whoever updates one has to pass its role."""

    names: Sequence[pulumi.Output[str]]
    arns: Sequence[pulumi.Output[str]]
    role_arn: pulumi.Output[str]


def add_schedules(
    child: ChildFactory,
    function: lambda_.Function,
    dead_letters: sqs.Queue,
    schedules: Sequence[FunctionSchedule],
    *,
    account_id: str,
) -> Schedules:
    """Calls the function at its times; a call that can't be made is set aside."""
    role = iam.Role(
        child.name("schedule-role"),
        description=f"{child.label}: call the function by the clock",
        assume_role_policy=json.dumps(
            service_trust("scheduler.amazonaws.com", account_id=account_id)
        ),
        tags=child.tags("schedule-role"),
        opts=child.opts(),
    )
    policy = iam.RolePolicy(
        child.name("schedule-policy"),
        role=role.name,
        policy=policy_document(
            [
                Statement(actions=["lambda:InvokeFunction"], resources=[function.arn]),
                # Scheduler sets aside with this role: it has no other.
                # https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
                Statement(actions=["sqs:SendMessage"], resources=[dead_letters.arn]),
            ]
        ),
        opts=child.opts(),
    )
    added = [
        _add_schedule(child, schedule, _target(schedule, function, dead_letters, role), policy)
        for schedule in schedules
    ]
    return Schedules(
        names=[schedule.name for schedule in added],
        arns=[schedule.arn for schedule in added],
        role_arn=role.arn,
    )


def _target(
    schedule: FunctionSchedule, function: lambda_.Function, dead_letters: sqs.Queue, role: iam.Role
) -> scheduler.ScheduleTargetArgs:
    return scheduler.ScheduleTargetArgs(
        arn=function.arn,
        role_arn=role.arn,
        input=json.dumps(schedule.payload, sort_keys=True),
        retry_policy=scheduler.ScheduleTargetRetryPolicyArgs(
            maximum_retry_attempts=RETRIES, maximum_event_age_in_seconds=LONGEST_DELAY
        ),
        dead_letter_config=scheduler.ScheduleTargetDeadLetterConfigArgs(arn=dead_letters.arn),
    )


def _add_schedule(
    child: ChildFactory,
    schedule: FunctionSchedule,
    target: scheduler.ScheduleTargetArgs,
    policy: pulumi.Resource,
) -> scheduler.Schedule:
    return scheduler.Schedule(
        child.name(f"schedule-{schedule.name}"),
        description=f"{child.label}: {schedule.name}",
        schedule_expression=schedule.expression,
        schedule_expression_timezone="UTC",
        flexible_time_window=scheduler.ScheduleFlexibleTimeWindowArgs(mode="OFF"),
        target=target,
        # Scheduler tries the role's permissions when the schedule is made.
        opts=child.opts(policy),
    )
