"""The changes that `buylink options` previews: what is chosen otherwise, and at what risk.

Each is proposed where the stack hasn't chosen it already. What has no setting is in `calculated`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from buylink.aws.fargate_sizes import MEMORY_BY_CPU
from buylink.aws.schedules import RATE
from buylink.planning.change import Change
from buylink.planning.options.result import Degree
from buylink.settings import Settings

NEEDED_ENDPOINTS: Final = ("ecr.api", "ecr.dkr", "kms", "logs", "secretsmanager", "sqs")
"""What the hub's tasks ask of AWS, S3 and DynamoDB aside."""
EXAMPLE_DOMAIN: Final = "hub.example.com"
EXAMPLE_CERTIFICATE: Final = "arn:aws:acm:{}:123456789012:certificate/00000000-0000"
NIGHT: Final = {
    "evening": {"cron": "cron(0 19 ? * MON-FRI *)", "minTasks": 0, "maxTasks": 0},
}
"""UTC; the morning brings the stack's own bounds back."""
MORNING: Final = "cron(0 7 ? * MON-FRI *)"
SHORT_RETENTION: Final = 7
EARLY_DAYS: Final = 7
"""Uploads are read once, within minutes, by the worker."""
YEAR: Final = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A change to preview; `why` says in a line what it is good or bad for."""

    id: str
    group: str
    title: str
    changes: tuple[Change, ...]
    risk: Degree
    effort: Degree
    why: str


class OptionBuilder:
    """Builds choices from the settings of one stack."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._values: object = settings.model_dump(mode="json", by_alias=True)

    def choice(
        self,
        name: str,
        title: str,
        values: Mapping[str, object],
        risk_and_effort: tuple[Degree, Degree],
        why: str,
    ) -> Choice:
        """`values` by dotted path."""
        group, _, _ = name.partition("-")
        changes = tuple(self._change(path, value) for path, value in values.items())
        risk, effort = risk_and_effort
        return Choice(
            id=name, group=group, title=title, changes=changes, risk=risk, effort=effort, why=why
        )

    def of_http(self, key: str, value: object) -> dict[str, object]:
        """The same value for each service behind the load balancer."""
        return {f"services.{name}.{key}": value for name in self.settings.http_services}

    def of_bucket(self, bucket: str, key: str, value: object) -> dict[str, object]:
        """A bucket's settings stand together: an override replaces all of them."""
        path = f"storage.{bucket}"
        settings = self._value(path)
        others = settings if isinstance(settings, dict) else {}
        return {path: {**others, key: value}}

    def _change(self, path: str, value: object) -> Change:
        return Change(key=f"buylink:{path}", before=_yaml(self._value(path)), after=_yaml(value))

    def _value(self, path: str) -> object:
        """None where the stack has no such setting."""
        value = self._values
        for key in path.split("."):
            value = value.get(key) if isinstance(value, dict) else None
        return value


def _yaml(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def network(builder: OptionBuilder) -> Iterator[Choice]:
    """NAT gateways, and endpoints instead."""
    gateways = builder.settings.network.nat_gateways
    if gateways != "dual":
        yield builder.choice(
            "nat-dual",
            "Two NAT gateways, in two zones",
            {"network.natGateways": "dual"},
            ("low", "low"),
            "an outage of one zone leaves the other's way out",
        )
    if gateways != "single":
        yield builder.choice(
            "nat-single",
            "One NAT gateway for all zones",
            {"network.natGateways": "single"},
            ("medium", "low"),
            "an outage of its zone takes the other zone's way out along",
        )
    if gateways == "none":
        return
    yield builder.choice(
        "nat-none",
        "No NAT gateway: tasks with public addresses",
        {"network.natGateways": "none"},
        ("medium", "low"),
        "each task pays for its address; security groups stay closed, and no gateway can fail",
    )
    endpoints = [*NEEDED_ENDPOINTS]
    yield builder.choice(
        "nat-endpoints",
        "Interface endpoints instead of NAT",
        {"network.natGateways": "none", "network.interfaceEndpoints": endpoints},
        ("medium", "medium"),
        f"{len(endpoints)} endpoints in each zone bill by the hour; TikTok is reached past them",
    )


def edge(builder: OptionBuilder) -> Iterator[Choice]:
    """CloudFront, or not."""
    if not builder.settings.edge.enabled:
        yield builder.choice(
            "edge-on",
            "CloudFront before an internal load balancer",
            {"edge.enabled": True},
            ("low", "medium"),
            "no public addresses of the load balancer, cached pages, and data out from the edge",
        )
        return
    values: dict[str, object] = {"edge.enabled": False}
    if builder.settings.domain is None:
        values["domain.name"] = EXAMPLE_DOMAIN
        values["domain.certificateArn"] = EXAMPLE_CERTIFICATE.format(builder.settings.region)
    yield builder.choice(
        "edge-off",
        "The load balancer on the internet, without CloudFront",
        values,
        ("medium", "medium"),
        "two public addresses, every page from the services; needs a domain and a certificate",
    )


def tasks(builder: OptionBuilder) -> Iterator[Choice]:
    """Machine, Spot share, size and number of the tasks."""
    services = builder.settings.http_services
    tasks = {**services, **builder.settings.workers}
    for machine, name, why in (
        ("ARM64", "Graviton (ARM64)", "cheaper in every region; images are built for it already"),
        ("X86_64", "x86", "only for a library that ARM doesn't have"),
    ):
        if any(task.architecture != machine for task in tasks.values()):
            values = {f"services.{task}.architecture": machine for task in tasks}
            title = f"Tasks on {name}"
            yield builder.choice(f"tasks-{machine.lower()}", title, values, ("low", "low"), why)
    if any(service.on_demand_base for service in services.values()):
        yield builder.choice(
            "spot-all",
            "Every task on Spot",
            builder.of_http("onDemandBase", 0),
            ("high", "low"),
            "AWS can take all tasks of a service back within two minutes",
        )
    yield builder.choice(
        "spot-none",
        "Every HTTP task on demand",
        {**builder.of_http("spotWeight", 0), **builder.of_http("onDemandWeight", 1)},
        ("low", "low"),
        "what Spot saves already: nothing is taken back, at the full price",
    )
    if smaller := _smaller(builder.settings):
        yield builder.choice(
            "tasks-smaller",
            "HTTP tasks of half the size",
            smaller,
            ("medium", "low"),
            "the autoscaler adds tasks sooner; watch memory and latency for a week first",
        )
    if any(service.min_tasks > 1 for service in services.values()):
        yield builder.choice(
            "tasks-one",
            "One task for each HTTP service",
            builder.of_http("minTasks", 1),
            ("high", "low"),
            "an outage of its zone, or a Spot interruption, is an outage of the hub",
        )


def _smaller(settings: Settings) -> dict[str, object]:
    values: dict[str, object] = {}
    for name, service in settings.http_services.items():
        cpu, memory = service.cpu // 2, service.memory // 2
        if memory in MEMORY_BY_CPU.get(cpu, ()):
            values |= {f"services.{name}.cpu": cpu, f"services.{name}.memory": memory}
    return values


def hours(builder: OptionBuilder) -> Iterator[Choice]:
    """Off-hours, where no clock sets any yet."""
    services = builder.settings.http_services
    if any(service.schedule for service in services.values()):
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
    yield builder.choice(
        "hours-work",
        "HTTP services on weekdays from 7 to 19 UTC only",
        values,
        ("low", "low"),
        "nobody is served at night and at weekends",
    )


def feeds(builder: OptionBuilder) -> Iterator[Choice]:
    """How often creators' feeds are asked."""
    functions = builder.settings.functions
    values = {
        f"services.{name}.schedule": slower
        for name, function in functions.items()
        if (slower := _half_as_often(function.schedule))
    }
    if values:
        yield builder.choice(
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


def watching(builder: OptionBuilder) -> Iterator[Choice]:
    """Container Insights, the dashboard and the logs."""
    levels: dict[str, tuple[str, Degree, str]] = {
        "disabled": ("No Container Insights", "medium", "CPU, memory and the hub's alarms stay"),
        "enabled": ("Container Insights by service", "low", "no series of single tasks"),
        "enhanced": ("Enhanced Container Insights", "low", "series of every task and container"),
    }
    for level, (title, risk, why) in levels.items():
        if level != builder.settings.cluster.container_insights:
            values = {"cluster.containerInsights": level}
            yield builder.choice(f"insights-{level}", title, values, (risk, "low"), why)
    if builder.settings.monitoring.dashboard:
        yield builder.choice(
            "watching-dashboard",
            "Without the CloudWatch dashboard",
            {"monitoring.dashboard": False},
            ("low", "low"),
            "alarms stay; its graphs are a console query away, and free below four an account",
        )
    if builder.settings.logs.retention_days > SHORT_RETENTION:
        yield builder.choice(
            "logs-retention",
            f"Logs for {SHORT_RETENTION} days",
            {"logs.retentionDays": SHORT_RETENTION},
            ("medium", "low"),
            "what is taken in costs far more than what is kept; an older fault can't be read up",
        )


def storage(builder: OptionBuilder) -> Iterator[Choice]:
    """Moves and expiry of objects, at their real size."""
    originals = builder.settings.storage.originals
    early = [{"afterDays": EARLY_DAYS, "storageClass": "GLACIER_IR"}]
    intelligent = [{"afterDays": 0, "storageClass": "INTELLIGENT_TIERING"}]
    yield builder.choice(
        "s3-glacier",
        f"Uploads to Glacier Instant Retrieval after {EARLY_DAYS} days",
        builder.of_bucket("originals", "transitions", early),
        ("low", "low"),
        "read as fast as before, at $0.03 a GB; who reads uploads often pays more",
    )
    yield builder.choice(
        "s3-intelligent",
        "Uploads in Intelligent-Tiering",
        builder.of_bucket("originals", "transitions", intelligent),
        ("low", "low"),
        "S3 moves what nobody reads, for a fee an object; reading costs nothing",
    )
    if originals.transitions:
        yield builder.choice(
            "s3-standard",
            "Uploads stay in Standard",
            builder.of_bucket("originals", "transitions", []),
            ("low", "low"),
            "what tiering saves already",
        )
    yield builder.choice(
        "s3-thumbnails",
        "Thumbnails in Intelligent-Tiering",
        builder.of_bucket("thumbnails", "transitions", intelligent),
        ("low", "low"),
        f"{builder.settings.storage.thumbnails.typical_kb} KB is the size that a move is judged by",
    )
    if (originals.expire_days or 0) > YEAR:
        yield builder.choice(
            "s3-expire",
            f"Uploads for one year, not {originals.expire_days} days",
            builder.of_bucket("originals", "expireDays", YEAR),
            ("medium", "low"),
            "creators' older uploads are gone",
        )


def recovery(builder: OptionBuilder) -> Iterator[Choice]:
    """Recovery of the tables."""
    if builder.settings.tables.point_in_time_recovery:
        yield builder.choice(
            "data-recovery",
            "Tables without point-in-time recovery",
            {"tables.pointInTimeRecovery": False},
            ("high", "low"),
            "a table that somebody spoils stays spoiled",
        )


_CHOICES: Final = (network, edge, tasks, hours, feeds, watching, storage, recovery)


def choices(settings: Settings) -> tuple[Choice, ...]:
    """All that a stack has not chosen yet."""
    builder = OptionBuilder(settings)
    return tuple(choice for choices_of in _CHOICES for choice in choices_of(builder))
