"""Settings of the services: each entry under `buylink:services` and a folder in `app/` is one."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from buylink.aws.fargate_sizes import MEMORY_BY_CPU, size_problem
from buylink.aws.schedules import is_schedule
from buylink.settings.base import Finding, SettingsModel


def _accepted_by_scheduler(text: str) -> str:
    if is_schedule(text):
        return text
    raise ValueError(
        f"expected a schedule such as rate(45 minutes) or cron(0 7 * * ? *), got {text!r}: "
        "EventBridge Scheduler takes no other"
    )


Schedule = Annotated[str, AfterValidator(_accepted_by_scheduler)]
"""https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html"""


class FunctionSettings(SettingsModel):
    """A function that runs on a schedule."""

    kind: Literal["scheduled"]
    schedule: Schedule = Field(description="When it runs, UTC: `rate(45 minutes)`, `cron(...)`.")
    memory: int = Field(
        default=128,
        ge=128,
        le=10240,
        description="MiB of memory. Billed by the millisecond; CPU grows with it.",
    )
    timeout: int = Field(
        default=60, ge=1, le=900, description="Seconds after which a run is terminated."
    )


ServiceName = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=24)
]
"""Lower-case words joined by dashes; 24 characters, as target group names end at 32."""

OUR_VARIABLES = frozenset((
    "API_KEY_ARN", "AWS_REGION", "BEDROCK_MODEL_ID", "ENVIRONMENT", "JWT_SIGNING_KEY_ARN",
    "MAX_MESSAGES_PER_SECOND", "MAX_RECEIVES", "ORIGINALS_BUCKET", "PORT", "PROXIES", "PUBLIC_URL",
    "QUEUE_URL", "STACK_TAG", "STATE_TABLE", "TABLE_NAME", "THUMBNAILS_BUCKET", "TIKTOK_CLIENT_ARN",
    "TOKEN_KEY_ID", "WEBHOOK_KEY_ARN",
))  # fmt: skip
"""Variables that the stack gives containers: all of them those that every one gets, the others the
services that need them (`components/hub/service_access.py`)."""

BEDROCK_PROFILES = ("apac", "au", "ca", "eu", "global", "jp", "us", "us-gov")
"""What the IDs of cross-region inference profiles begin with.
https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html"""

EnvironmentName = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$")]
Path = Annotated[str, StringConstraints(pattern=r"^/[A-Za-z0-9_.$/~\"'@:+&*?-]*$", max_length=128)]
BedrockModel = Annotated[
    str,
    StringConstraints(
        pattern=r"^[a-z0-9-]+\.[a-z0-9-]+(\.[a-z0-9-]+)*(:[0-9a-z]+)*$", max_length=140
    ),
]
Cron = Annotated[str, StringConstraints(pattern=r"^(cron|rate|at)\(.+\)$")]


def _bounds_in_order(bounds: ScheduledScaling | TaskSettings) -> Iterator[Finding]:
    if bounds.min_tasks > bounds.max_tasks:
        yield (
            ("minTasks",),
            f"expected at most maxTasks, which is {bounds.max_tasks}, got {bounds.min_tasks}",
        )


class ScheduledScaling(SettingsModel):
    """Task bounds at certain times, such as fewer tasks at night."""

    cron: Cron = Field(
        description="When, as Application Auto Scaling writes it: `cron(0 20 * * ? *)`, UTC."
    )
    min_tasks: int = Field(ge=0, description="Fewest tasks from then on.")
    max_tasks: int = Field(ge=0, description="Most tasks from then on; the policy's cap holds.")

    checks = (_bounds_in_order,)


class TaskSettings(SettingsModel):
    """What every Fargate task has: its size and how many of it there may be."""

    cpu: int = Field(
        description="CPU units of a task; 1,024 are one vCPU. Billed by the second a task runs."
    )
    memory: int = Field(description="MiB of memory of a task. Billed by the second a task runs.")
    architecture: Literal["ARM64", "X86_64"] = Field(
        default="ARM64", description="ARM64 is 20 % cheaper than X86_64 in most regions."
    )
    min_tasks: int = Field(
        ge=0,
        description="Fewest tasks; the bill's floor. A worker may have 0 and costs nothing idle.",
    )
    max_tasks: int = Field(
        ge=1, description="Most tasks; the bill's ceiling. The policy `ecs-max-tasks` caps it."
    )
    digest: Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")] | None = Field(
        default=None,
        description="The image to run, by digest, when CI has pushed it. Without one it is built "
        "and pushed under `pulumi up`, which needs Docker.",
    )
    environment: dict[EnvironmentName, str] = Field(
        default={},
        description="Plain environment variables; never secrets (policy `no-plaintext-secrets`).",
    )

    def _fits_fargate(self) -> Iterator[Finding]:
        if problem := size_problem(self.cpu, self.memory):
            yield ("memory" if self.cpu in MEMORY_BY_CPU else "cpu",), problem

    def _leaves_our_variables_alone(self) -> Iterator[Finding]:
        for name in sorted(OUR_VARIABLES & self.environment.keys()):
            yield (
                ("environment", name),
                f"expected another name, got {name}: the stack sets it itself",
            )

    checks = (_bounds_in_order, _fits_fargate, _leaves_our_variables_alone)


class HttpServiceSettings(TaskSettings):
    """A service behind the load balancer."""

    kind: Literal["http"]
    min_tasks: int = Field(
        ge=1, description="Fewest tasks; the bill's floor. At least 1: requests do not wait."
    )
    on_demand_base: int = Field(
        default=0,
        ge=0,
        description="Tasks that run on demand before Spot gets any. Spot costs about 60 % less "
        "but can be taken back with two minutes' notice.",
    )
    on_demand_weight: int = Field(
        default=0,
        ge=0,
        le=1000,
        description="Share of the tasks past the base that run on demand.",
    )
    spot_weight: int = Field(
        default=1, ge=0, le=1000, description="Share of the tasks past the base that run on Spot."
    )
    requests_per_task: int = Field(
        default=1000, ge=1, description="Requests a minute and task that the autoscaler aims at."
    )
    cpu_target: int = Field(
        default=60, ge=10, le=95, description="Mean CPU, in percent, that the autoscaler aims at."
    )
    paths: tuple[Path, ...] = Field(
        default=(),
        max_length=5,
        description="Path patterns this service answers. One service has none: it gets the rest.",
    )
    port: int = Field(default=8080, ge=1024, le=65535, description="Port the container listens on.")
    health_check_path: Path = Field(default="/healthz", description="What the health check asks.")
    schedule: dict[ServiceName, ScheduledScaling] = Field(
        default={}, description="Bounds at certain times, by name. Fewer tasks off-hours cost less."
    )

    def _strategy_places_tasks(self) -> Iterator[Finding]:
        if self.spot_weight == 0 and self.on_demand_weight == 0:
            yield (
                ("spotWeight",),
                "expected spotWeight or onDemandWeight above 0, got 0 and 0: tasks past the base "
                "of onDemandBase would have nowhere to run; set spotWeight: 1",
            )

    checks = (*TaskSettings.checks, _strategy_places_tasks)


class WorkerSettings(TaskSettings):
    """A service that takes its work from a queue and scales from zero, on Spot."""

    kind: Literal["worker"]
    seconds_per_message: int = Field(
        default=30, ge=1, le=3600, description="Seconds a task works on a typical message."
    )
    acceptable_latency: int = Field(
        default=300,
        ge=60,
        le=86400,
        description="Seconds a message may wait. A longer wait needs fewer tasks for a burst.",
    )
    max_messages_per_second: Decimal | None = Field(
        default=None,
        gt=0,
        description="Most messages to take in a second, all tasks together: it lowers the maximum, "
        "and each task takes no more than its share.",
    )
    bedrock_model: BedrockModel | None = Field(
        default=None,
        description="An Amazon Bedrock model that finds the products, such as "
        "`amazon.nova-lite-v1:0`; without one, rules do. Bedrock bills its tokens, which the "
        "estimate has no figure for.",
    )
    retention_days: int = Field(
        default=14, ge=1, le=14, description="Days that a message is kept. Free."
    )
    max_receives: int = Field(
        default=3,
        ge=1,
        le=1000,
        description="Attempts before a message goes to the dead-letter queue. Free.",
    )

    def _model_is_asked_where_the_stack_is(self) -> Iterator[Finding]:
        place = (self.bedrock_model or "").split(".")[0]
        if place in BEDROCK_PROFILES:
            yield (
                ("bedrockModel",),
                "expected a model's own ID such as amazon.nova-lite-v1:0, got "
                f"{self.bedrock_model}: an inference profile asks in other regions, where the "
                "worker has no permissions",
            )

    def _waits_longer_than_it_works(self) -> Iterator[Finding]:
        if self.acceptable_latency < self.seconds_per_message:
            yield (
                ("acceptableLatency",),
                f"expected at least secondsPerMessage, which is {self.seconds_per_message}, got "
                f"{self.acceptable_latency}: no number of tasks is that fast",
            )

    checks = (
        *TaskSettings.checks,
        _model_is_asked_where_the_stack_is,
        _waits_longer_than_it_works,
    )


ServiceSettings = Annotated[
    HttpServiceSettings | WorkerSettings | FunctionSettings, Field(discriminator="kind")
]


def folder_of(service: str) -> str:
    """The folder in `app/` that holds a service: `ingestion-api` is in `ingestion_api`."""
    return service.replace("-", "_")
