"""Typed, validated settings of one stack.

Settings check what AWS accepts and what makes sense. Caps live in the policies alone: twelve
tasks are a valid setting and a policy violation.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, StringConstraints

from buylink.settings.base import Finding, SettingsModel
from buylink.settings.errors import Problem, SettingsError
from buylink.settings.network import NetworkSettings
from buylink.settings.operations import (
    AlertSettings,
    BudgetSettings,
    ClusterSettings,
    DomainSettings,
    EdgeSettings,
    LoadBalancerSettings,
    LoadSettings,
    LogSettings,
    TableSettings,
)
from buylink.settings.services import (
    HttpServiceSettings,
    ServiceName,
    ServiceSettings,
    TaskSettings,
    WorkerSettings,
)

__all__ = [
    "HttpServiceSettings",
    "Problem",
    "ServiceSettings",
    "Settings",
    "SettingsError",
    "TaskSettings",
    "WorkerSettings",
]

CLOUDFRONT_REGION = "us-east-1"
"""The region CloudFront takes its certificates from."""


class Settings(SettingsModel):
    """Everything one stack can choose: its region, and a key `buylink:<name>` for each group."""

    stack: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,15}$")] = Field(
        alias="pulumi:stack", description="The stack's name; Pulumi gives it."
    )
    region: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")] = Field(
        alias="aws:region", description="The AWS region. Prices differ by region."
    )
    network: NetworkSettings = NetworkSettings()
    cluster: ClusterSettings = ClusterSettings()
    load_balancer: LoadBalancerSettings = LoadBalancerSettings()
    edge: EdgeSettings = EdgeSettings()
    domain: DomainSettings | None = None
    services: dict[ServiceName, ServiceSettings] = Field(min_length=1)
    tables: TableSettings = TableSettings()
    logs: LogSettings
    alerts: AlertSettings = AlertSettings()
    budget: BudgetSettings
    load: LoadSettings

    @property
    def http_services(self) -> dict[str, HttpServiceSettings]:
        """The services behind the load balancer, by name."""
        return {
            name: service
            for name, service in self.services.items()
            if isinstance(service, HttpServiceSettings)
        }

    def _someone_is_told(self) -> Iterator[Finding]:
        if self.stack == "prod" and not self.alerts.emails:
            yield (
                ("alerts", "emails"),
                "expected at least one address in prod, got none: nobody would hear of an alert",
            )

    def _load_balancer_speaks_tls(self) -> Iterator[Finding]:
        if self.domain is None and not self.edge.enabled:
            yield (
                ("domain",),
                "expected a name and a certificateArn when edge.enabled is false, got none: the "
                "load balancer then faces the internet and must speak TLS",
            )

    def _certificate_is_where_it_is_used(self) -> Iterator[Finding]:
        if self.domain is None:
            return
        user, region = (
            ("CloudFront", CLOUDFRONT_REGION)
            if self.edge.enabled
            else ("the load balancer", self.region)
        )
        found = self.domain.certificate_arn.split(":")[3]
        if found != region:
            yield (
                ("domain", "certificateArn"),
                f"expected a certificate in {region}, got one in {found}: {user} takes no other",
            )

    def _every_request_is_answered_once(self) -> Iterator[Finding]:
        rest = [name for name, service in self.http_services.items() if not service.paths]
        if self.http_services and len(rest) != 1:
            yield (
                ("services",),
                "expected exactly one http service without paths, which answers all other "
                f"requests, got {len(rest)} ({', '.join(rest) or 'none'})",
            )

    checks = (
        _someone_is_told,
        _load_balancer_speaks_tls,
        _certificate_is_where_it_is_used,
        _every_request_is_answered_once,
    )
