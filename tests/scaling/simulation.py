"""Plays a worker's queue, its counts, its alarms and its tasks, second by second.

What AWS does with what is declared:

- SQS counts a queue's messages each minute, while the queue is active; the ones in flight only
  while there are some. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
- A queue is active for six hours after its last use; then its counts take up to 15 minutes to come
  back. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/monitoring-using-cloudwatch.html
- An alarm looks at a few minutes more than it needs, for counts that come late.
  https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
- In ALARM it calls its policy again each minute.
  https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html
- A cooldown holds a step down back after any step; a step up only after a step down by the same
  policy, which is on the safe side.
  https://docs.aws.amazon.com/autoscaling/application/APIReference/API_StepScalingPolicyConfiguration.html
- A task that is at work is protected, and goes once its message is done.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from buylink.graph import Value
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
        capacities = {
            capacity
            for lower, upper, capacity in self.steps
            if (lower <= breach < upper if lower >= 0 else lower < breach <= upper)
        }
        assert len(capacities) <= 1, f"steps of {self.name} overlap at {breach}"
        return capacities.pop() if capacities else None


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
        f"{resource.name}:arn": _policy(
            resource.name, resource.inputs["stepScalingPolicyConfiguration"]
        )
        for resource in planned.of_type("appautoscaling/policy:Policy")
    }
    alarms = tuple(
        _alarm(resource.name, resource.inputs)
        for resource in planned.of_type("cloudwatch/metricAlarm:MetricAlarm")
    )
    return Declared(int(target["minCapacity"]), int(target["maxCapacity"]), alarms, policies)


def _policy(name: str, inputs: Mapping[str, Value]) -> Policy:
    assert inputs["adjustmentType"] == "ExactCapacity"
    steps = tuple(
        (
            float(step.get("metricIntervalLowerBound", "-inf")),
            float(step.get("metricIntervalUpperBound", "inf")),
            int(step["scalingAdjustment"]),
        )
        for step in inputs["stepAdjustments"]
    )
    return Policy(name, int(inputs["cooldown"]), steps)


def _alarm(name: str, inputs: Mapping[str, Value]) -> Alarm:
    (total,) = [query for query in inputs["metricQueries"] if query["returnData"]]
    metrics = {
        query["id"]: query["metric"] for query in inputs["metricQueries"] if "metric" in query
    }
    (period,) = {int(metric["period"]) for metric in metrics.values()}
    (policy,) = inputs["alarmActions"]
    return Alarm(
        name=name,
        expression=total["expression"],
        metrics={key: metric["metricName"] for key, metric in metrics.items()},
        period=period,
        comparison=inputs["comparisonOperator"],
        threshold=inputs["threshold"],
        evaluation_periods=int(inputs["evaluationPeriods"]),
        datapoints_to_alarm=int(inputs["datapointsToAlarm"]),
        treat_missing=inputs["treatMissingData"],
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


MINUTE = 60
HOUR = 3600
VISIBLE = "ApproximateNumberOfMessagesVisible"
IN_FLIGHT = "ApproximateNumberOfMessagesNotVisible"
ACTIVE_FOR = 6 * HOUR
EXTRA_MINUTES = 2
"""How much further back than it needs an alarm looks."""


@dataclass(frozen=True, kw_only=True)
class Delays:
    """Seconds. `metrics`: from a minute's start until its counts can be read. `evaluation`: the
    second of each minute at which alarms look. `start`: of a task. `resume`: of sleeping counts.
    """

    metrics: int = 90
    evaluation: int = 0
    start: int = 45
    resume: int = 15 * MINUTE


@dataclass(frozen=True, kw_only=True)
class Load:
    """When messages come, in seconds and in order, and the seconds of work each is.

    `touched_every` is how often somebody asks for the queue's attributes.
    """

    arrivals: Sequence[float]
    work: int
    touched_every: int | None = HOUR


@dataclass
class Task:
    ready_at: int
    busy_until: int | None = None


@dataclass
class Outcome:
    """`waits` of the messages until they were taken; `capacities` set, with their seconds."""

    waits: list[int] = field(default_factory=list[int])
    capacities: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    most_running: int = 0
    task_seconds: int = 0
    last_done: int = 0

    @property
    def most_wanted(self) -> int:
        return max((count for _, count in self.capacities), default=0)

    @property
    def turns(self) -> int:
        """How often it went down after up, or up after down."""
        counts = [0, *(count for _, count in self.capacities)]
        ups = [after > before for before, after in pairwise(counts)]
        return sum(before != after for before, after in pairwise(ups))

    @property
    def to_zero(self) -> int | None:
        """Seconds from the last message's end until no task was wanted; None when it never was."""
        at, count = self.capacities[-1] if self.capacities else (0, 0)
        return at - self.last_done if count == 0 else None


class Queue:
    """Messages, and the counts that CloudWatch has of them."""

    def __init__(self, load: Load, delays: Delays) -> None:
        self.load, self.delays = load, delays
        self.coming = deque(load.arrivals)
        self.waiting: deque[float] = deque()
        self.in_flight = 0
        self.counts: dict[str, dict[int, float]] = {VISIBLE: {}, IN_FLIGHT: {}}
        self.used_at = 0
        self.counted_from = 0

    def use(self, now: int) -> None:
        if now - self.used_at > ACTIVE_FOR:
            self.counted_from = now + self.delays.resume
        self.used_at = now

    def arrive(self, now: int) -> None:
        if self.load.touched_every and now % self.load.touched_every == 0:
            self.use(now)
        while self.coming and self.coming[0] <= now:
            self.waiting.append(self.coming.popleft())
            self.use(now)

    def count(self, now: int) -> None:
        """A minute's count is its highest, as the alarms ask for."""
        if now < self.counted_from or now - self.used_at > ACTIVE_FOR:
            return
        minute = now - now % MINUTE
        for name, value in ((VISIBLE, len(self.waiting)), (IN_FLIGHT, self.in_flight)):
            if value or name == VISIBLE:
                self.counts[name][minute] = max(value, self.counts[name].get(minute, 0))

    def readable(self, now: int, minutes: Sequence[int]) -> dict[str, dict[int, float]]:
        return {
            name: {
                minute: values[minute]
                for minute in minutes
                if minute in values and minute + self.delays.metrics <= now
            }
            for name, values in self.counts.items()
        }

    @property
    def done(self) -> bool:
        return not (self.coming or self.waiting or self.in_flight)


class Scaler:
    """The alarms and policies, and the capacity they want."""

    def __init__(self, declared: Declared, outcome: Outcome) -> None:
        self.declared, self.outcome = declared, outcome
        self.wanted = declared.low
        self.in_alarm: dict[str, bool] = {}
        self.cooling: dict[str, tuple[int, bool]] = {}

    def look(self, now: int, queue: Queue) -> None:
        for alarm in self.declared.alarms:
            span = alarm.evaluation_periods + EXTRA_MINUTES
            start = now - now % alarm.period
            minutes = [start - alarm.period * place for place in range(span, 0, -1)]
            known = queue.readable(now, minutes)
            series = {key: known[metric] for key, metric in alarm.metrics.items()}
            values = list(evaluate(alarm.expression, series, minutes).values())
            self.in_alarm[alarm.name] = self._state(alarm, values)
            if self.in_alarm[alarm.name] and values:
                policy = self.declared.policies[alarm.policy]
                self._apply(now, policy, policy.capacity(values[-1] - alarm.threshold))

    def _state(self, alarm: Alarm, values: list[float]) -> bool:
        if len(values) < alarm.evaluation_periods and alarm.treat_missing == "ignore":
            return self.in_alarm.get(alarm.name, False)
        newest = values[-alarm.evaluation_periods :]
        breaching = sum(alarm.breaches(value) for value in newest)
        if alarm.treat_missing == "breaching":
            breaching += alarm.evaluation_periods - len(newest)
        return breaching >= alarm.datapoints_to_alarm

    def _apply(self, now: int, policy: Policy, capacity: int | None) -> None:
        if capacity is None:
            return
        capacity = min(max(capacity, self.declared.low), self.declared.high)
        if capacity == self.wanted:
            return
        until, was_up = self.cooling.get(policy.name, (0, False))
        up = capacity > self.wanted
        if now < until and not (up and was_up):
            return
        self.cooling[policy.name] = (now + policy.cooldown, up)
        self.wanted = capacity
        self.outcome.capacities.append((now, capacity))


def simulate(declared: Declared, load: Load, delays: Delays, *, until: int) -> Outcome:
    """What happens from second 0, when nothing runs and all is quiet, to second `until`."""
    outcome = Outcome()
    queue, scaler, tasks = Queue(load, delays), Scaler(declared, outcome), list[Task]()
    for now in range(until):
        queue.arrive(now)
        _finish(now, tasks, queue, outcome)
        _resize(now, tasks, scaler.wanted, delays.start)
        _take(now, tasks, queue, outcome)
        queue.count(now)
        if now % MINUTE == delays.evaluation:
            scaler.look(now, queue)
        outcome.most_running = max(outcome.most_running, len(tasks))
        outcome.task_seconds += len(tasks)
    assert queue.done, f"{len(queue.waiting)} messages were left"
    return outcome


def _finish(now: int, tasks: list[Task], queue: Queue, outcome: Outcome) -> None:
    for task in tasks:
        if task.busy_until == now:
            task.busy_until = None
            queue.in_flight -= 1
            outcome.last_done = now


def _resize(now: int, tasks: list[Task], wanted: int, start: int) -> None:
    """Stops what is not at work, the youngest first, or starts what is missing."""
    idle = [task for task in reversed(tasks) if task.busy_until is None]
    for task in idle[: max(0, len(tasks) - wanted)]:
        tasks.remove(task)
    tasks.extend(Task(now + start) for _ in range(wanted - len(tasks)))


def _take(now: int, tasks: list[Task], queue: Queue, outcome: Outcome) -> None:
    for task in tasks:
        if task.busy_until is None and task.ready_at <= now:
            queue.use(now)
            if queue.waiting:
                outcome.waits.append(now - int(queue.waiting.popleft()))
                queue.in_flight += 1
                task.busy_until = now + queue.load.work
