"""What runs: the tasks, where, how many, and when."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from buylink.aws.fargate_sizes import MEMORY_BY_CPU
from buylink.aws.schedules import RATE
from buylink.planning.options.choices.offer import Choice, Offer
from buylink.settings import Settings

NIGHT: Final = {
    "evening": {"cron": "cron(0 19 ? * MON-FRI *)", "minTasks": 0, "maxTasks": 0},
}
"""UTC; the morning brings the stack's own bounds back."""
MORNING: Final = "cron(0 7 ? * MON-FRI *)"


def tasks(offer: Offer) -> Iterator[Choice]:
    """Machine, Spot share, size and number of the tasks."""
    services = offer.settings.http_services
    tasks = {**services, **offer.settings.workers}
    for machine, name, why in (
        ("ARM64", "Graviton (ARM64)", "cheaper in every region; images are built for it already"),
        ("X86_64", "x86", "only for a library that ARM doesn't have"),
    ):
        if any(it.architecture != machine for it in tasks.values()):
            values = {f"services.{it}.architecture": machine for it in tasks}
            title = f"Tasks on {name}"
            yield offer.choice(f"tasks-{machine.lower()}", title, values, ("low", "low"), why)
    if any(it.on_demand_base for it in services.values()):
        yield offer.choice(
            "spot-all",
            "Every task on Spot",
            offer.of_http("onDemandBase", 0),
            ("high", "low"),
            "AWS can take all tasks of a service back within two minutes",
        )
    yield offer.choice(
        "spot-none",
        "Every HTTP task on demand",
        {**offer.of_http("spotWeight", 0), **offer.of_http("onDemandWeight", 1)},
        ("low", "low"),
        "what Spot saves already: nothing is taken back, at the full price",
    )
    if smaller := _smaller(offer.settings):
        yield offer.choice(
            "tasks-smaller",
            "HTTP tasks of half the size",
            smaller,
            ("medium", "low"),
            "the autoscaler adds tasks sooner; watch memory and latency for a week first",
        )
    if any(it.min_tasks > 1 for it in services.values()):
        yield offer.choice(
            "tasks-one",
            "One task for each HTTP service",
            offer.of_http("minTasks", 1),
            ("high", "low"),
            "an outage of its zone, or a Spot interruption, is an outage of the hub",
        )


def _smaller(settings: Settings) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, service in settings.http_services.items():
        cpu, memory = service.cpu // 2, service.memory // 2
        if memory in MEMORY_BY_CPU.get(cpu, ()):
            values |= {f"services.{name}.cpu": cpu, f"services.{name}.memory": memory}
    return values


def hours(offer: Offer) -> Iterator[Choice]:
    """Off-hours, where no clock sets any yet."""
    services = offer.settings.http_services
    if any(it.schedule for it in services.values()):
        return
    values = {
        f"services.{name}.schedule": {
            **NIGHT,
            "morning": {
                "cron": MORNING,
                "minTasks": service.min_tasks,
                "maxTasks": service.max_tasks,
            },
        }
        for name, service in services.items()
    }
    yield offer.choice(
        "hours-work",
        "HTTP services on weekdays from 7 to 19 UTC only",
        values,
        ("low", "low"),
        "nobody is served at night and at weekends",
    )


def feeds(offer: Offer) -> Iterator[Choice]:
    """How often creators' feeds are asked."""
    functions = offer.settings.functions
    values = {
        f"services.{name}.schedule": slower
        for name, it in functions.items()
        if (slower := _half_as_often(it.schedule))
    }
    if values:
        yield offer.choice(
            "feeds-slower",
            "Creators' feeds asked half as often",
            values,
            ("low", "low"),
            "a video that nobody posts is found later; each poll opens a token of each creator",
        )


def _half_as_often(schedule: str) -> str | None:
    """Of a `rate(...)`; a cron has no half."""
    rate = RATE.fullmatch(schedule)
    return f"rate({int(rate[1]) * 2} {rate[2]}s)" if rate else None
