"""`docs/explanation/scaling.md`, generated from a simulation of what the worker's component declares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, product
from math import log
from string import Template

from tests.components.plans import worker_plan
from tests.scaling.simulation import (
    HOUR,
    MINUTE,
    Declared,
    Delays,
    Load,
    Outcome,
    declared,
    simulate,
)

WORK = 30
THREE_IN_THE_MORNING = 9 * HOUR
"""The play begins at six in the evening, when the queue was last used."""


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """How messages come, and the seconds that are played."""

    title: str
    load: Load
    until: int


def irregular(count: int, mean: float) -> list[float]:
    """Arrivals as uneven as those of many people who know nothing of each other, and the same ones
    each time: gaps spread as in a Poisson process, in the order of the golden ratio's multiples."""
    golden = 0.6180339887498949
    return list(accumulate(-log(1 - place * golden % 1) * mean for place in range(1, count + 1)))


def patterns() -> Iterator[Pattern]:
    night = [THREE_IN_THE_MORNING]
    yield Pattern(
        title="one message at 3 a.m., the queue touched every hour",
        load=Load(arrivals=night, work=WORK),
        until=THREE_IN_THE_MORNING + HOUR,
    )
    yield Pattern(
        title="the same, the queue never touched",
        load=Load(arrivals=night, work=WORK, touched_every=None),
        until=THREE_IN_THE_MORNING + HOUR,
    )
    trickle = irregular(500, 24 * HOUR / 500)
    yield Pattern(
        title="a trickle of 500 a day",
        load=Load(arrivals=trickle, work=WORK),
        until=int(trickle[-1]) + HOUR,
    )
    steady = irregular(1440, 5)
    yield Pattern(
        title="12 a minute for two hours",
        load=Load(arrivals=steady, work=WORK),
        until=int(steady[-1]) + HOUR,
    )
    yield Pattern(
        title="300 at once, and again 20 minutes later",
        load=Load(arrivals=[0] * 300 + [20 * MINUTE] * 300, work=WORK),
        until=2 * HOUR,
    )
    yield Pattern(
        title="10,000 at once",
        load=Load(arrivals=[0] * 10_000, work=WORK),
        until=10 * HOUR,
    )


@cache
def worker() -> Declared:
    """The scaling of prod's worker."""
    return declared(worker_plan("prod"))


@cache
def outcomes() -> dict[str, Outcome]:
    """What comes of each pattern, with all delays at their middle."""
    return {
        pattern.title: simulate(worker(), pattern.load, Delays(), until=pattern.until)
        for pattern in patterns()
    }


@cache
def first_waits() -> tuple[int, ...]:
    """Seconds that a lone message waits, in order, for every combination of the delays."""
    quiet = 10 * MINUTE
    return tuple(
        sorted(
            simulate(
                worker(),
                Load(arrivals=[quiet + second], work=WORK),
                Delays(metrics=metrics, evaluation=evaluation, start=start),
                until=quiet + 10 * MINUTE,
            ).waits[0]
            for second, metrics, evaluation, start in product(
                range(0, 60, 10), range(60, 121, 15), range(0, 60, 10), (30, 45, 60)
            )
        )
    )


def page() -> str:
    """The page, in Markdown."""
    waits = first_waits()
    within = sum(wait <= 3 * MINUTE for wait in waits)
    return TEXT.substitute(
        patterns="\n".join(_row(title, outcome) for title, outcome in outcomes().items()),
        steps="\n".join(_steps()),
        combinations=len(waits),
        least=_time(waits[0]),
        median=_time(waits[len(waits) // 2]),
        most=_time(waits[-1]),
        within=f"{100 * within // len(waits)}",
    )


def _row(title: str, outcome: Outcome) -> str:
    cells = (
        title,
        _time(outcome.waits[0]),
        _time(max(outcome.waits)),
        str(outcome.most_running),
        str(outcome.turns),
        _time(outcome.to_zero),
        f"{outcome.task_seconds / HOUR:.1f}",
    )
    return f"| {' | '.join(cells)} |"


def _steps() -> Iterator[str]:
    (policy,) = [policy for policy in worker().policies.values() if len(policy.steps) > 1]
    for lower, upper, tasks in policy.steps:
        last = "or more" if upper == float("inf") else f"to {int(upper)}"
        yield f"| {int(lower) + 1} {last} | {tasks} |"


def _time(seconds: int | None) -> str:
    assert seconds is not None, "it never came back to zero"
    hours, rest = divmod(seconds, HOUR)
    if hours:
        return f"{hours} h {rest // MINUTE} min"
    return f"{rest // MINUTE} min {rest % MINUTE} s"


TEXT = Template("""\
# Scaling from zero

A worker (`kind: worker`) runs no task while its queue is empty, and then costs nothing. This page says
how it starts and stops, and what to expect. `make goldens` generates it from a simulation of the
alarms and policies that the component declares; the simulation is in `tests/scaling/`.

## How it works

Once a minute, two CloudWatch alarms count the messages that wait or are being processed:

| alarm | when | what its policy does |
|---|---|---|
| backlog | one message or more, for one minute | sets the number of tasks that the backlog needs, at once, and every minute again, also downwards |
| idle | none, for five minutes | sets the minimum, which is zero |

There is no target tracking in addition: two policies with different targets would fight, and target
tracking cannot start from zero.

A backlog needs the number of tasks that clears it within `acceptableLatency`:
backlog x `secondsPerMessage` / `acceptableLatency`, rounded up, at most `maxTasks`. A policy may have 20
steps, so beyond 20 tasks the steps grow by a factor, and never fall below what is needed.
`maxMessagesPerSecond` lowers the maximum to the number of tasks that together stay within that rate.
Prod's steps:

| backlog | tasks |
|---|---|
$steps

Steps down are two minutes apart, because a count is up to two minutes old. A busy task protects
itself from them, for at most ten minutes at a time, so that no work is interrupted.

## What to expect

Prod's worker, at 30 seconds a message, with every delay at the middle of its range:

| messages | first one waits | longest wait | most tasks | reversals | back to zero after | task-hours |
|---|---|---|---|---|---|---|
$patterns

A reversal is a change from more tasks to fewer, or back. A burst has one; a message of a trickle has
one when the worker stops after it, and one when the next message starts it. "Back to zero" counts from
the end of the last message. 10,000 messages of 30 seconds are 83 hours of work: ten tasks, the maximum,
take more than eight hours.

## One message

Three delays lie between a message and the task that takes it: the minute that counts it (read 1 to 2
minutes after the minute began), the alarm's evaluation once a minute, and the start of a task (30 to 60
seconds). Over $combinations combinations of these and of the second in which it arrives, a message waits $least at
best, $median in the middle and $most at worst; $within % wait at most three minutes. No setting can
shorten the three; `minTasks: 1` removes all of them, for the price of one task.

SQS stops counting a queue that nobody uses for six hours, and takes up to 15 minutes to count it
again, as the second row shows. Reading its attributes keeps it active, which the hub's functions do every
hour.

## Missing counts

SQS reports messages in flight only while there are some. So the alarms count
`visible + FILL(in_flight, 0)`: a plain sum has no value in the very minute that should start the worker.
`visible` is not filled: its newest minute is always still missing, and a 0 there would hide the
backlog. Without any count the backlog alarm stays silent (`notBreaching`), and the idle alarm keeps its
state (`ignore`): missing data is no reason to stop what runs.

## What the simulation assumes

- a count is the highest of its minute, and all counts of a minute come at the same time;
- an alarm looks two minutes further back than it needs, and acts on the newest count it finds;
- a step up waits for no cooldown except that of its own policy's last step down;
- Spot has capacity: a task starts when it is requested. Without capacity the messages wait.
""")
