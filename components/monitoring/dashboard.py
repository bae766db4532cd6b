"""The operations dashboard: what it shows, as plain data in which names may be outputs.

$3 a month, after three an account. https://aws.amazon.com/cloudwatch/pricing/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi

from components.monitoring.alarms import (
    FIVE_MINUTES,
    LOAD_BALANCER,
    MINUTE,
    QUEUE,
    SIX_HOURS,
    TABLE,
    THROTTLES,
    WatchedQueue,
    WatchedService,
    WatchedTable,
)

BILLING_REGION = "us-east-1"
WIDTH = 8
HEIGHT = 6
COLUMNS = 24
"""Units of a dashboard's grid: three graphs a row.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html"""

Line = Sequence[object]
"""A metric as a graph takes it: namespace, name, dimension names and values in turn, options."""


def dashboard_body(
    *,
    region: str,
    load_balancer_suffix: pulumi.Input[str],
    services: Sequence[WatchedService],
    queues: Sequence[WatchedQueue],
    tables: Sequence[WatchedTable],
    alarm_arns: Sequence[pulumi.Input[str]],
) -> dict[str, object]:
    """Alarms, the load balancer, services, queues, tables, and what the account spends."""
    graphs = [
        *_load_balancer(load_balancer_suffix),
        *_services(services),
        *_queues(queues),
        *_tables(tables),
    ]
    widgets = [_graph(title, region, MINUTE, lines) for title, lines in graphs if lines]
    spend = [["AWS/Billing", "EstimatedCharges", "Currency", "USD", {"stat": "Maximum"}]]
    title = "The whole account this month, USD"
    widgets.append(_graph(title, BILLING_REGION, SIX_HOURS, spend))
    alarms = {"type": "alarm", "properties": {"title": "Alarms", "alarms": list(alarm_arns)}}
    return {"widgets": _placed([alarms, *widgets])}


def _placed(widgets: Sequence[Mapping[str, object]]) -> list[dict[str, object]]:
    in_a_row = COLUMNS // WIDTH
    return [
        {
            **widget,
            "x": index % in_a_row * WIDTH,
            "y": index // in_a_row * HEIGHT,
            "width": WIDTH,
            "height": HEIGHT,
        }
        for index, widget in enumerate(widgets)
    ]


def _graph(title: str, region: str, period: int, lines: Sequence[Line]) -> dict[str, object]:
    properties = {
        "title": title,
        "region": region,
        "period": period,
        "view": "timeSeries",
        "metrics": list(lines),
    }
    return {"type": "metric", "properties": properties}


def _load_balancer(suffix: pulumi.Input[str]) -> list[tuple[str, list[Line]]]:
    def line(name: str, stat: str) -> Line:
        return [LOAD_BALANCER, name, "LoadBalancer", suffix, {"stat": stat}]

    failures = ("HTTPCode_Target_5XX_Count", "HTTPCode_ELB_5XX_Count")
    return [
        ("Requests", [line("RequestCount", "Sum")]),
        ("Failed requests", [line(name, "Sum") for name in failures]),
        ("Seconds to answer", [line("TargetResponseTime", stat) for stat in ("p50", "p95", "p99")]),
    ]


def _services(services: Sequence[WatchedService]) -> list[tuple[str, list[Line]]]:
    def lines(name: str, stat: str) -> list[Line]:
        return [
            [
                "AWS/ECS",
                name,
                "ClusterName",
                service.cluster_name,
                "ServiceName",
                service.name,
                {"stat": stat, "label": service.label},
            ]
            for service in services
        ]

    return [
        ("CPU, percent", lines("CPUUtilization", "Average")),
        ("Memory, percent", lines("MemoryUtilization", "Average")),
        # Each task sends one sample a minute; a metric of its own would need Container Insights.
        # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cloudwatch-metrics.html
        ("Tasks", lines("CPUUtilization", "SampleCount")),
    ]


def _queues(queues: Sequence[WatchedQueue]) -> list[tuple[str, list[Line]]]:
    def line(metric: str, name: pulumi.Input[str], label: str) -> Line:
        return [QUEUE, metric, "QueueName", name, {"stat": "Maximum", "label": label}]

    visible = "ApproximateNumberOfMessagesVisible"
    depth: list[Line] = []
    for queue in queues:
        depth += [
            line(visible, queue.name, f"{queue.label} waiting"),
            line("ApproximateNumberOfMessagesNotVisible", queue.name, f"{queue.label} in work"),
            line(visible, queue.dead_letter_name, f"{queue.label} put aside"),
        ]
    age = [line("ApproximateAgeOfOldestMessage", queue.name, queue.label) for queue in queues]
    return [("Messages", depth), ("Age of the oldest message, seconds", age)]


def _tables(tables: Sequence[WatchedTable]) -> list[tuple[str, list[Line]]]:
    def lines(*names: str) -> list[Line]:
        return [
            [
                TABLE,
                name,
                "TableName",
                table.name,
                {"stat": "Sum", "label": f"{table.label} {name}", "period": FIVE_MINUTES},
            ]
            for table in tables
            for name in names
        ]

    return [
        ("Table units used", lines("ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits")),
        ("Table throttles", lines(*THROTTLES)),
    ]
