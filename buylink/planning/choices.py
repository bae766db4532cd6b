"""The changes that `buylink options` previews: what is chosen otherwise, and at what risk.

Each choice is offered where the stack hasn't made it already. What has no setting is in
`calculated`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from buylink.fargate_sizes import MEMORY_BY_CPU
from buylink.planning.change import Change
from buylink.planning.options_result import Degree
from buylink.settings import Settings

_RATE: Final = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
NEEDED_ENDPOINTS: Final = ("ecr.api", "ecr.dkr", "kms", "logs", "secretsmanager", "sqs")
"""What the hub's tasks ask of AWS, S3 and DynamoDB aside."""
EXAMPLE_DOMAIN: Final = "hub.example.com"
EXAMPLE_CERTIFICATE: Final = "arn:aws:acm:{}:123456789012:certificate/00000000-0000"
SHORT_RETENTION: Final = 7
EARLY_DAYS: Final = 7
"""Uploads are read once, within minutes, by the worker."""
YEAR: Final = 365
NIGHT: Final = {
    "evening": {"cron": "cron(0 19 ? * MON-FRI *)", "minTasks": 0, "maxTasks": 0},
}
"""UTC; the morning brings the stack's own bounds back."""
MORNING: Final = "cron(0 7 ? * MON-FRI *)"


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


class _Offer:
    """Makes choices of one stack's settings."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._plain: dict[str, Any] = settings.model_dump(mode="json", by_alias=True)

    def choice(
        self, name: str, title: str, values: dict[str, Any], rated: tuple[Degree, Degree], why: str
    ) -> Choice:
        """`values` by dotted path; `rated` are risk and effort."""
        group, _, _ = name.partition("-")
        changes = tuple(self._change(path, value) for path, value in values.items())
        risk, effort = rated
        return Choice(
            id=name, group=group, title=title, changes=changes, risk=risk, effort=effort, why=why
        )

    def of_http(self, name: str, value: Any) -> dict[str, Any]:
        """The same of each service behind the load balancer."""
        return {f"services.{it}.{name}": value for it in self.settings.http_services}

    def of_bucket(self, bucket: str, name: str, value: Any) -> dict[str, Any]:
        """A bucket's settings stand together: one that is given replaces all."""
        return {f"storage.{bucket}": {**self._plain["storage"][bucket], name: value}}

    def _change(self, path: str, value: Any) -> Change:
        before: Any = self._plain
        for key in path.split("."):
            before = before.get(key) if isinstance(before, dict) else None
        return Change(key=f"buylink:{path}", before=_text(before), after=_text(value))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def choices(settings: Settings) -> tuple[Choice, ...]:
    """All that a stack has not chosen yet."""
    offer = _Offer(settings)
    return tuple(
        choice
        for offered in (_network, _edge, _tasks, _hours, _feeds, _watching, _storage, _data)
        for choice in offered(offer)
    )


def _network(offer: _Offer) -> Iterator[Choice]:
    gateways = offer.settings.network.nat_gateways
    if gateways != "dual":
        yield offer.choice(
            "nat-dual",
            "Two NAT gateways, in two zones",
            {"network.natGateways": "dual"},
            ("low", "low"),
            "an outage of one zone leaves the other's way out",
        )
    if gateways != "single":
        yield offer.choice(
            "nat-single",
            "One NAT gateway for all zones",
            {"network.natGateways": "single"},
            ("medium", "low"),
            "an outage of its zone takes the other zone's way out along",
        )
    if gateways == "none":
        return
    yield offer.choice(
        "nat-none",
        "No NAT gateway: tasks with public addresses",
        {"network.natGateways": "none"},
        ("medium", "low"),
        "each task pays for its address; security groups stay closed, and no gateway can fail",
    )
    endpoints = [*NEEDED_ENDPOINTS]
    yield offer.choice(
        "nat-endpoints",
        "Interface endpoints instead of NAT",
        {"network.natGateways": "none", "network.interfaceEndpoints": endpoints},
        ("medium", "medium"),
        f"{len(endpoints)} endpoints in each zone bill by the hour; TikTok is reached past them",
    )


def _edge(offer: _Offer) -> Iterator[Choice]:
    if not offer.settings.edge.enabled:
        yield offer.choice(
            "edge-on",
            "CloudFront before an internal load balancer",
            {"edge.enabled": True},
            ("low", "medium"),
            "no public addresses of the load balancer, cached pages, and data out from the edge",
        )
        return
    values: dict[str, Any] = {"edge.enabled": False}
    if offer.settings.domain is None:
        values["domain.name"] = EXAMPLE_DOMAIN
        values["domain.certificateArn"] = EXAMPLE_CERTIFICATE.format(offer.settings.region)
    yield offer.choice(
        "edge-off",
        "The load balancer on the internet, without CloudFront",
        values,
        ("medium", "medium"),
        "two public addresses, every page from the services; needs a domain and a certificate",
    )


def _tasks(offer: _Offer) -> Iterator[Choice]:
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


def _hours(offer: _Offer) -> Iterator[Choice]:
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


def _feeds(offer: _Offer) -> Iterator[Choice]:
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
    rate = _RATE.fullmatch(schedule)
    return f"rate({int(rate[1]) * 2} {rate[2]}s)" if rate else None


def _watching(offer: _Offer) -> Iterator[Choice]:
    levels = {
        "disabled": ("No Container Insights", "medium", "CPU, memory and the hub's alarms stay"),
        "enabled": ("Container Insights by service", "low", "no series of single tasks"),
        "enhanced": ("Enhanced Container Insights", "low", "series of every task and container"),
    }
    for level, (title, risk, why) in levels.items():
        if level != offer.settings.cluster.container_insights:
            rated: tuple[Degree, Degree] = ("medium" if risk == "medium" else "low", "low")
            values = {"cluster.containerInsights": level}
            yield offer.choice(f"insights-{level}", title, values, rated, why)
    if offer.settings.monitoring.dashboard:
        yield offer.choice(
            "watching-dashboard",
            "Without the CloudWatch dashboard",
            {"monitoring.dashboard": False},
            ("low", "low"),
            "alarms stay; its graphs are a console query away, and free below four an account",
        )
    if offer.settings.logs.retention_days > SHORT_RETENTION:
        yield offer.choice(
            "logs-retention",
            f"Logs for {SHORT_RETENTION} days",
            {"logs.retentionDays": SHORT_RETENTION},
            ("medium", "low"),
            "what is taken in costs far more than what is kept; an older fault can't be read up",
        )


def _storage(offer: _Offer) -> Iterator[Choice]:
    originals = offer.settings.storage.originals
    early = [{"afterDays": EARLY_DAYS, "storageClass": "GLACIER_IR"}]
    intelligent = [{"afterDays": 0, "storageClass": "INTELLIGENT_TIERING"}]
    yield offer.choice(
        "s3-glacier",
        f"Uploads to Glacier Instant Retrieval after {EARLY_DAYS} days",
        offer.of_bucket("originals", "transitions", early),
        ("low", "low"),
        "read as fast as before, at $0.03 a GB; who reads uploads often pays more",
    )
    yield offer.choice(
        "s3-intelligent",
        "Uploads in Intelligent-Tiering",
        offer.of_bucket("originals", "transitions", intelligent),
        ("low", "low"),
        "S3 moves what nobody reads, for a fee an object; reading costs nothing",
    )
    if originals.transitions:
        yield offer.choice(
            "s3-standard",
            "Uploads stay in Standard",
            offer.of_bucket("originals", "transitions", []),
            ("low", "low"),
            "what tiering saves already",
        )
    yield offer.choice(
        "s3-thumbnails",
        "Thumbnails in Intelligent-Tiering",
        offer.of_bucket("thumbnails", "transitions", intelligent),
        ("low", "low"),
        f"{offer.settings.storage.thumbnails.typical_kb} KB is the size that a move is judged by",
    )
    if (originals.expire_days or 0) > YEAR:
        yield offer.choice(
            "s3-expire",
            f"Uploads for one year, not {originals.expire_days} days",
            offer.of_bucket("originals", "expireDays", YEAR),
            ("medium", "low"),
            "creators' older uploads are gone",
        )


def _data(offer: _Offer) -> Iterator[Choice]:
    if offer.settings.tables.point_in_time_recovery:
        yield offer.choice(
            "data-recovery",
            "Tables without point-in-time recovery",
            {"tables.pointInTimeRecovery": False},
            ("high", "low"),
            "a table that somebody spoils stays spoiled",
        )
