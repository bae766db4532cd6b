"""The scaling of a worker as the component declares it: alarms, policies, bounds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.components.recorder import Plan

Series = Mapping[int, float]
"""Values by the start of their minute, in seconds."""

BREACHES = {
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
    "LessThanOrEqualToThreshold": lambda value, threshold: value <= threshold,
}


@dataclass(frozen=True)
class Alarm:
    """An alarm on metric math, and the policy it calls."""

    name: str
    expression: str
    metrics: Mapping[str, str]
    period: int
    comparison: str
    threshold: float
    evaluation_periods: int
    datapoints_to_alarm: int
    treat_missing: str
    policy: str

    def breaches(self, value: float) -> bool:
        return BREACHES[self.comparison](value, self.threshold)


@dataclass(frozen=True)
class Policy:
    """A step scaling policy on exact capacities."""

    name: str
    cooldown: int
    steps: tuple[tuple[float, float, int], ...]
    """Bounds from the threshold (lower, upper) and the capacity between them."""

    def capacity(self, breach: float) -> int | None:
        """The capacity of the step that a breach falls into; None when there is no such step.

        A lower bound belongs to its step above the threshold, an upper one below it.
        https://docs.aws.amazon.com/autoscaling/application/APIReference/API_StepAdjustment.html
        """
        found = {
            capacity
            for lower, upper, capacity in self.steps
            if (lower <= breach < upper if lower >= 0 else lower < breach <= upper)
        }
        assert len(found) <= 1, f"steps of {self.name} overlap at {breach}"
        return found.pop() if found else None


@dataclass(frozen=True)
class Declared:
    """All that decides how many tasks run."""

    low: int
    high: int
    alarms: tuple[Alarm, ...]
    policies: Mapping[str, Policy]


def declared(planned: Plan) -> Declared:
    """Reads what a plan registered."""
    target = planned.one("appautoscaling/target:Target").inputs
    policies = {
        f"{it.name}:arn": _policy(it.name, it.inputs["stepScalingPolicyConfiguration"])
        for it in planned.of_type("appautoscaling/policy:Policy")
    }
    alarms = tuple(
        _alarm(it.name, it.inputs) for it in planned.of_type("cloudwatch/metricAlarm:MetricAlarm")
    )
    return Declared(int(target["minCapacity"]), int(target["maxCapacity"]), alarms, policies)


def _policy(name: str, given: Mapping[str, Any]) -> Policy:
    assert given["adjustmentType"] == "ExactCapacity"
    steps = tuple(
        (
            float(step.get("metricIntervalLowerBound", "-inf")),
            float(step.get("metricIntervalUpperBound", "inf")),
            int(step["scalingAdjustment"]),
        )
        for step in given["stepAdjustments"]
    )
    return Policy(name, int(given["cooldown"]), steps)


def _alarm(name: str, given: Mapping[str, Any]) -> Alarm:
    (total,) = [it for it in given["metricQueries"] if it["returnData"]]
    metrics = {it["id"]: it["metric"] for it in given["metricQueries"] if "metric" in it}
    (period,) = {int(it["period"]) for it in metrics.values()}
    (policy,) = given["alarmActions"]
    return Alarm(
        name=name,
        expression=total["expression"],
        metrics={key: it["metricName"] for key, it in metrics.items()},
        period=period,
        comparison=given["comparisonOperator"],
        threshold=given["threshold"],
        evaluation_periods=int(given["evaluationPeriods"]),
        datapoints_to_alarm=int(given["datapointsToAlarm"]),
        treat_missing=given["treatMissingData"],
        policy=policy,
    )


_FILL = re.compile(r"FILL\((\w+), *(-?\d+)\)")


def evaluate(expression: str, series: Mapping[str, Series], minutes: list[int]) -> Series:
    """Metric math as far as the alarms use it: a sum of metrics, each plain or in FILL.

    A sum has a value where all its parts have one; FILL gives a part one in every minute.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
    """
    parts = [_part(text.strip(), series, minutes) for text in expression.split("+")]
    return {
        minute: sum(part[minute] for part in parts)
        for minute in minutes
        if all(minute in part for part in parts)
    }


def _part(text: str, series: Mapping[str, Series], minutes: list[int]) -> Series:
    if filled := _FILL.fullmatch(text):
        return {minute: series[filled[1]].get(minute, float(filled[2])) for minute in minutes}
    return series[text]
