"""Settings of the cluster, the ways in, the logs, the tables, the budget and the load."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, field_validator

from buylink.settings.base import SettingsModel
from buylink.settings.services import Schedule

RETENTION_DAYS = (
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
)  # fmt: skip
"""https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html"""

LEAST_RECOVERY_DAYS = 7
MOST_RECOVERY_DAYS = 30
"""https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html"""

MOST_ADDRESSES = 10
MOST_ALERTS = 10
"""Of a budget, and of each of its alerts.
https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Notification.html"""

CertificateArn = Annotated[
    str, StringConstraints(pattern=r"^arn:aws:acm:[a-z0-9-]+:\d{12}:certificate/[0-9a-f-]+$")
]
DomainName = Annotated[
    str, StringConstraints(pattern=r"^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$", max_length=253)
]
Email = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s.]+$")]


Insights = Literal["disabled", "enabled", "enhanced"]
"""Values of an ECS cluster's `containerInsights` setting."""


class ClusterSettings(SettingsModel):
    """The ECS cluster of the HTTP services; the worker's own has no Container Insights."""

    container_insights: Insights = Field(
        default="disabled",
        description="Container metrics. `enhanced` adds task-level ones; each series is billed by "
        "the month.",
    )


class LoadBalancerSettings(SettingsModel):
    """The application load balancer."""

    idle_timeout: int = Field(
        default=60,
        ge=1,
        le=70,
        description="Seconds a silent connection stays open. At most 70: the services close theirs "
        "after 75, and one that closes first gives its client a 502. Free.",
    )
    deletion_protection: bool = Field(
        default=False, description="Refuse to delete the load balancer. Free."
    )
    access_logs_bucket: str | None = Field(
        default=None,
        description="An S3 bucket of yours to write access logs to; billed as S3 storage. The "
        "bucket must allow the load balancer to write.",
    )


class EdgeSettings(SettingsModel):
    """CloudFront in front of the load balancer."""

    enabled: bool = Field(
        default=True,
        description="On: the load balancer is internal and has no public address to pay for. Off: "
        "it faces the internet and needs a certificate.",
    )
    price_class: Literal["PriceClass_100", "PriceClass_200", "PriceClass_All"] = Field(
        default="PriceClass_100",
        description="Which edge locations serve. 100 is the cheapest: North America and Europe.",
    )
    rate_limit: int | None = Field(
        default=None,
        ge=10,
        le=2_000_000_000,
        description="Requests that one address may make in five minutes. A limit adds a WAF web "
        "ACL, billed by the month, by rule and by request.",
    )


class DomainSettings(SettingsModel):
    """The hub's own name and its certificate."""

    name: DomainName = Field(description="Such as `hub.example.com`. Free; DNS is yours.")
    certificate_arn: CertificateArn = Field(
        description="An issued ACM certificate for the name: in us-east-1 when the edge is on, "
        "else in the stack's region. Free."
    )


class TableSettings(SettingsModel):
    """The DynamoDB tables."""

    point_in_time_recovery: bool = Field(
        default=False, description="Restore to any second of 35 days; billed by the GB stored."
    )
    deletion_protection: bool = Field(
        default=False, description="Refuse to delete the tables. Free."
    )


class LogSettings(SettingsModel):
    """The log groups."""

    retention_days: int = Field(
        description="Days that logs are kept; storage is billed by the GB and month. The policy "
        "`log-retention` caps it."
    )

    @field_validator("retention_days")
    @classmethod
    def _accepted_by_cloudwatch(cls, days: int) -> int:
        if days not in RETENTION_DAYS:
            accepted = ", ".join(str(value) for value in RETENTION_DAYS)
            raise ValueError(
                f"expected one of {accepted}, got {days}: CloudWatch Logs takes no other"
            )
        return days


class AlertSettings(SettingsModel):
    """Who receives notices."""

    emails: tuple[Email, ...] = Field(
        default=(),
        max_length=MOST_ADDRESSES,
        description="Up to ten addresses for cost and operations alerts; required in prod. Free.",
    )


class BudgetSettings(SettingsModel):
    """The stack's budget."""

    limit: Decimal = Field(gt=0, description="USD a month. A budget without actions is free.")
    alert_percents: tuple[int, ...] = Field(
        default=(80, 100, 150), description="Shares of the limit, in percent, that raise an alert."
    )
    never_stop: tuple[str, ...] = Field(
        default=(), description="Services that the guard leaves running, whatever they cost."
    )
    braked_worker_tasks: int = Field(
        default=1,
        ge=0,
        description="Most tasks of a worker from 100 % on, until the month ends. Fewer cost less.",
    )
    on_projection: Literal["warn", "brake", "stop"] = Field(
        default="warn",
        description="The most that the guard does before the money is spent, when the tasks that "
        "run now would take the month beyond its limit: bills lag by hours. `stop` from 150 %.",
    )

    @field_validator("alert_percents")
    @classmethod
    def _rising(cls, percents: tuple[int, ...]) -> tuple[int, ...]:
        if not percents or list(percents) != sorted(set(percents)) or percents[0] <= 0:
            raise ValueError(f"expected rising percents above 0, got {list(percents)}")
        if len(percents) > MOST_ALERTS:
            raise ValueError(
                f"expected at most {MOST_ALERTS} percents, got {len(percents)}: "
                "AWS Budgets takes no more alerts"
            )
        return percents


class SecretSettings(SettingsModel):
    """The secrets."""

    recovery_days: int = Field(
        default=30,
        description="Days that a deleted secret can be brought back: 7 to 30, or 0 for not at all, "
        "which frees its name at once. Free.",
    )

    @field_validator("recovery_days")
    @classmethod
    def _accepted_by_secrets_manager(cls, days: int) -> int:
        if days != 0 and not LEAST_RECOVERY_DAYS <= days <= MOST_RECOVERY_DAYS:
            raise ValueError(
                f"expected 0, or {LEAST_RECOVERY_DAYS} to {MOST_RECOVERY_DAYS}, got {days}: "
                "Secrets Manager takes no other"
            )
        return days


class MonitoringSettings(SettingsModel):
    """Cost monitoring, and the operations dashboard."""

    anomaly_threshold: Decimal = Field(
        default=Decimal(10),
        gt=0,
        description="USD by which a day's cost may exceed the expectation without a notice. Free.",
    )
    account_limit: Decimal | None = Field(
        default=None,
        gt=0,
        description="USD a month for the whole account. The one stack that sets it owns the "
        "billing alarms, which ignore tags. $0.10 an alarm and month.",
    )
    dashboard: bool = Field(
        default=False, description="A CloudWatch dashboard. $3 a month, after three an account."
    )
    daily_report: Schedule = Field(
        default="cron(0 7 * * ? *)", description="When the day's cost is sent. $0.02 a report."
    )
    weekly_review: Schedule = Field(
        default="cron(0 8 ? * MON *)",
        description="When the week's cost is sent. $0.01 a report, more without a daily report.",
    )


class LoadSettings(SettingsModel):
    """What the business expects; the bill is estimated from it."""

    users: int = Field(ge=0, description="Active users a month. Drives requests, hence the bill.")
    videos_per_day: int = Field(
        ge=0, description="Videos taken in a day. Drives the worker's hours."
    )
