"""CloudWatch: log groups, alarms and dashboards. https://aws.amazon.com/cloudwatch/pricing/"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from buylink.costs.meters.charge import (
    Charge,
    MeterContext,
    MeterSpec,
    UsageKey,
    by_month,
    by_usage,
    depending,
    get_nested,
    get_stated,
)
from buylink.costs.prices.book import Meter
from buylink.costs.prices.quantity import AGE_MONTHS, DAYS_PER_MONTH, STORED_SINCE, Range
from buylink.graph import UNKNOWN, Resource, Value

INGESTED: Final = UsageKey(
    name="monthly_data_ingested_gb", unit="GB", about="the log data of a month"
)
STORAGE: Final = UsageKey(name="storage_gb", unit="GB-month", about="the compressed log data kept")
SCANNED: Final = UsageKey(
    name="monthly_data_scanned_gb", unit="GB", about="the data that queries scan"
)
CUSTOM_METRICS: Final = UsageKey(
    name="custom_metrics",
    unit="metric",
    about="the custom metrics that its lines report in the embedded metric format, all month",
)
INGESTION: Final = Meter("CloudWatch", "CloudWatch Logs ingestion, Standard class")
INFREQUENT: Final = Meter("CloudWatch", "CloudWatch Logs ingestion, Infrequent Access class")
KEPT: Final = Meter("CloudWatch", "CloudWatch Logs storage")
QUERIED: Final = Meter("CloudWatch", "CloudWatch Logs Insights data scanned")
ALARM: Final = Meter("CloudWatch", "CloudWatch alarm, standard resolution")
FAST_ALARM: Final = Meter("CloudWatch", "CloudWatch alarm, high resolution")
COMPOSITE: Final = Meter("CloudWatch", "CloudWatch composite alarm")
DASHBOARD: Final = Meter("CloudWatch", "CloudWatch dashboard")

COMPRESSED: Final = Decimal("0.15")
"""Of what is ingested: the ratio that AWS's own pricing examples use."""
_MINUTE: Final = 60
_BAND: Final = "ANOMALY_DETECTION_BAND"
"""An expression that AWS bills as two metrics more: the band's lower and upper end."""
CUSTOM_METRIC: Final = Meter("CloudWatch", "CloudWatch custom metric")


def _log_group(group: Resource, context: MeterContext) -> Iterator[Charge]:
    infrequent = get_stated(group, "logGroupClass") == "INFREQUENT_ACCESS"
    ingestion = by_usage(group, context, INFREQUENT if infrequent else INGESTION, INGESTED)
    yield ingestion
    usage = context.usage(group)
    if usage.get(STORAGE.name) or ingestion.quantity is None:
        yield by_usage(group, context, KEPT, STORAGE)
    else:
        months, why = _kept(group)
        kept = ingestion.quantity * months * COMPRESSED
        note = "; ".join(filter(None, (ingestion.note, why)))
        yield Charge(price=context.price(KEPT), quantity=kept, kind="usage", note=note)
    if usage.get(SCANNED.name):
        yield by_usage(group, context, QUERIED, SCANNED)
    if usage.get(CUSTOM_METRICS.name):
        yield by_usage(group, context, CUSTOM_METRIC, CUSTOM_METRICS)


def _kept(group: Resource) -> tuple[Range, str]:
    """For how many months' data is there at a time; without retention it only grows."""
    days = get_stated(group, "retentionInDays")
    if days in (None, 0, UNKNOWN):
        return AGE_MONTHS, STORED_SINCE
    return AGE_MONTHS.at_most(Decimal(str(days)) / DAYS_PER_MONTH), ""


def _alarm(alarm: Resource, context: MeterContext) -> Iterator[Charge]:
    """Each metric that an alarm reads is billed; an expression over them is not."""
    declared = get_stated(alarm, "metricQueries")
    queries: list[Value] = declared if isinstance(declared, list) else []
    read = [query["metric"] for query in queries if query.get("metric")]
    periods = [metric.get("period") for metric in read] if read else [get_stated(alarm, "period")]
    expressions = [query.get("expression") for query in queries]
    if UNKNOWN in (declared, *periods, *expressions):
        yield depending(context, FAST_ALARM, "the metrics that it reads, and how often")
        return
    fast = any(int(str(period)) < _MINUTE for period in periods if period)
    bands = sum(_BAND in str(expression) for expression in expressions)
    metrics = len(periods) + 2 * bands
    yield Charge(
        price=context.price(FAST_ALARM if fast else ALARM),
        quantity=Range.exactly(metrics),
        kind="baseline",
        note=f"reads {metrics} metrics{', a band as two' * bool(bands)}" if metrics > 1 else "",
    )


def _metric_filter(metric_filter: Resource, context: MeterContext) -> Iterator[Charge]:
    """The metric that it makes, in the hours in which something is found."""
    if get_nested(metric_filter, "metricTransformation", "dimensions"):
        yield depending(context, CUSTOM_METRIC, "the values of its dimensions", "usage")
        return
    metrics = Range.between(0, 1, 1)
    note = "billed in the hours in which its pattern is found"
    price = context.price(CUSTOM_METRIC)
    yield Charge(price=price, quantity=metrics, kind="usage", note=note)


def _composite(_: Resource, context: MeterContext) -> Iterator[Charge]:
    yield by_month(context, COMPOSITE)


def _dashboard(_: Resource, context: MeterContext) -> Iterator[Charge]:
    yield by_month(context, DASHBOARD)


METERS: Final = (
    MeterSpec(
        type="aws:cloudwatch/logGroup:LogGroup",
        terraform="aws_cloudwatch_log_group",
        measure=_log_group,
        usage_keys=(INGESTED, STORAGE, SCANNED, CUSTOM_METRICS),
    ),
    MeterSpec(
        type="aws:cloudwatch/metricAlarm:MetricAlarm",
        terraform="aws_cloudwatch_metric_alarm",
        measure=_alarm,
    ),
    MeterSpec(
        type="aws:cloudwatch/logMetricFilter:LogMetricFilter",
        terraform="aws_cloudwatch_log_metric_filter",
        measure=_metric_filter,
    ),
    MeterSpec(
        type="aws:cloudwatch/compositeAlarm:CompositeAlarm",
        terraform="aws_cloudwatch_composite_alarm",
        measure=_composite,
    ),
    MeterSpec(
        type="aws:cloudwatch/dashboard:Dashboard",
        terraform="aws_cloudwatch_dashboard",
        measure=_dashboard,
    ),
)
