"""Who is told of what a stack costs, and of how it fares."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pulumi
from pulumi_aws import cloudwatch, iam

from components.common.child_factory import ChildFactory, stack_tag
from components.common.ecs_events import SPOT_INTERRUPTION, add_event_rule
from components.common.iam import Statement, policy_document, service_trust
from components.guard.cost_alerts import PUBLISH
from components.monitoring.alarms import (
    Alarm,
    WatchedFunction,
    WatchedQueue,
    WatchedService,
    WatchedTable,
    account_alarms,
    add_alarm,
    function_alarms,
    queue_alarms,
    service_alarms,
    table_alarms,
)
from components.monitoring.dashboard import BILLING_REGION, dashboard_body


@dataclass(frozen=True, kw_only=True)
class CostMonitoringArgs:
    """What a CostMonitoring is made from: names and ARNs of what it watches, no components.

    `load_balancer_suffix` is the load balancer as CloudWatch names it, `app/<name>/<id>`.
    `account_limit` is in USD a month, for the whole account.
    """

    stack: str
    region: str
    account_id: str
    cluster_arns: Sequence[pulumi.Input[str]]
    load_balancer_suffix: pulumi.Input[str]
    services: Sequence[WatchedService]
    queues: Sequence[WatchedQueue]
    tables: Sequence[WatchedTable]
    functions: Sequence[WatchedFunction]
    notice_topic_arn: pulumi.Input[str]
    dashboard: bool
    account_limit: Decimal | None


class CostMonitoring(pulumi.ComponentResource):
    """Alarms and the dashboard of a stack; all of it tells the notices' topic.

    - alarms, the same in every stack: $0.30 a month for a service behind the load balancer (errors,
      latency, health), $0.20 for a queue (age, dead letters), $0.20 for a table and for each of its
      indexes (throttles), $0.10 for a function (errors). Two services, a queue, a table with
      an index and two functions are 11 alarms of 14 metrics, $1.40, of which $1 is free in an
      account without others
    - two more for the whole account, $0.20, in the one stack that sets `accountLimit`
    - a notice of each task that Spot takes back, free
    - where the settings say so a dashboard, $3 after three an account; it can't be tagged
    """

    alarm_names: list[pulumi.Output[str]]
    dashboard_name: pulumi.Output[str] | None

    def __init__(
        self, name: str, args: CostMonitoringArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("buylink:cost_monitoring:CostMonitoring", name, {}, opts)
        child = ChildFactory(self, args.stack, "cost-monitoring")
        alarms = [add_alarm(child, alarm, args.notice_topic_arn) for alarm in _alarms(args)]
        add_spot_notices(
            child,
            account_id=args.account_id,
            cluster_arns=args.cluster_arns,
            notice_topic_arn=args.notice_topic_arn,
        )
        self.alarm_names = [alarm.name for alarm in alarms]
        self.dashboard_name = None
        if args.dashboard:
            arns = [alarm.arn for alarm in alarms]
            self.dashboard_name = _add_dashboard(child, args, arns).dashboard_name
        self.register_outputs(
            {
                "alarmNames": self.alarm_names,
                "dashboardName": self.dashboard_name,
            }
        )


def _alarms(args: CostMonitoringArgs) -> Iterator[Alarm]:
    """Raises ValueError for an account limit outside the region that has the account's charges."""
    for service in args.services:
        yield from service_alarms(service, args.load_balancer_suffix)
    for queue in args.queues:
        yield from queue_alarms(queue)
    for table in args.tables:
        yield from table_alarms(table)
    for function in args.functions:
        yield from function_alarms(function)
    limit = args.account_limit
    if limit is None:
        return
    if args.region != BILLING_REGION:
        raise ValueError(
            f"buylink:monitoring.accountLimit: expected none in {args.region}, got {limit:f}: the "
            f"account's charges are known in {BILLING_REGION} alone, and an alarm tells topics of "
            "its own region alone; set it in a stack that is there"
        )
    yield from account_alarms(limit)


def _add_dashboard(
    child: ChildFactory, args: CostMonitoringArgs, alarm_arns: Sequence[pulumi.Input[str]]
) -> cloudwatch.Dashboard:
    """`buylink-<stack>`: it has no other place for a name."""
    body = dashboard_body(
        region=args.region,
        load_balancer_suffix=args.load_balancer_suffix,
        services=args.services,
        queues=args.queues,
        tables=args.tables,
        alarm_arns=alarm_arns,
    )
    return cloudwatch.Dashboard(
        child.name("dashboard"),
        dashboard_name=stack_tag(args.stack),
        dashboard_body=pulumi.Output.json_dumps(body),
        opts=child.opts(),
    )


EVENTS = "events.amazonaws.com"

FIELDS = {
    "service": "$.detail.group",
    "task": "$.detail.taskArn",
    "reason": "$.detail.stoppedReason",
    "time": "$.time",
}


def add_spot_notices(
    child: ChildFactory,
    *,
    account_id: str,
    cluster_arns: Sequence[pulumi.Input[str]],
    notice_topic_arn: pulumi.Input[str],
) -> None:
    """Tells the topic of every task of the clusters that ended as Spot wanted its capacity back.

    EventBridge publishes with a role of its own: a topic's policy can let it in only without a
    condition, and so for the rules of any account.
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
    """
    rule = add_event_rule(
        child,
        "spot-interruptions",
        SPOT_INTERRUPTION,
        cluster_arns,
        "Tasks that Fargate Spot took back",
    )
    role = iam.Role(
        child.name("spot-role"),
        description="Spot interruptions: publish notices",
        assume_role_policy=json.dumps(service_trust(EVENTS, account_id=account_id)),
        tags=child.tags("spot-role"),
        opts=child.opts(),
    )
    policy = iam.RolePolicy(
        child.name("spot-policy"),
        role=role.name,
        policy=policy_document([Statement([PUBLISH], [notice_topic_arn])]),
        opts=child.opts(),
    )
    cloudwatch.EventTarget(
        child.name("spot-target"),
        rule=rule.name,
        arn=notice_topic_arn,
        role_arn=role.arn,
        input_transformer=cloudwatch.EventTargetInputTransformerArgs(
            input_paths=FIELDS, input_template=json.dumps(_text(child.stack))
        ),
        opts=child.opts(policy),
    )


def _text(stack: str) -> str:
    return (
        f"Buylink {stack}: Fargate Spot took back a task of <service> at <time> (<reason>). ECS "
        "starts another one as soon as Spot has room; its work went back to the queue, or to the "
        "other tasks. If this repeats and requests fail or messages wait, raise onDemandBase or "
        "onDemandWeight of the service, which costs more, and deploy. The task: <task>"
    )
