"""Schedules that call a function, and the role they call it with."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import iam, lambda_, scheduler, sqs

from components.parts.owner import Owner
from components.parts.statements import Statement, policy_document
from components.parts.trust import service_trust

RETRIES = 2
LONGEST_DELAY = 3600
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
    own: Owner,
    function: lambda_.Function,
    dead_letters: sqs.Queue,
    schedules: Sequence[FunctionSchedule],
    *,
    account_id: str,
) -> Schedules:
    """Calls the function at its times; a call that can't be made is set aside."""
    role = iam.Role(
        own.name("schedule-role"),
        description=f"{own.label}: call the function by the clock",
        assume_role_policy=json.dumps(
            service_trust("scheduler.amazonaws.com", account_id=account_id)
        ),
        tags=own.tags("schedule-role"),
        opts=own.opts(),
    )
    policy = iam.RolePolicy(
        own.name("schedule-policy"),
        role=role.name,
        policy=policy_document(
            [
                Statement(actions=["lambda:InvokeFunction"], resources=[function.arn]),
                # Scheduler sets aside with this role: it has no other.
                # https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
                Statement(actions=["sqs:SendMessage"], resources=[dead_letters.arn]),
            ]
        ),
        opts=own.opts(),
    )
    added = [
        _add_schedule(own, it, _target(it, function, dead_letters, role), policy)
        for it in schedules
    ]
    return Schedules(
        names=[it.name for it in added], arns=[it.arn for it in added], role_arn=role.arn
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
    own: Owner,
    schedule: FunctionSchedule,
    target: scheduler.ScheduleTargetArgs,
    policy: pulumi.Resource,
) -> scheduler.Schedule:
    return scheduler.Schedule(
        own.name(f"schedule-{schedule.name}"),
        description=f"{own.label}: {schedule.name}",
        schedule_expression=schedule.expression,
        schedule_expression_timezone="UTC",
        flexible_time_window=scheduler.ScheduleFlexibleTimeWindowArgs(mode="OFF"),
        target=target,
        # Scheduler tries the role's rights when the schedule is made.
        opts=own.opts(policy),
    )
