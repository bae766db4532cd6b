"""Typed, validated settings of one stack.

Settings check what AWS accepts and what makes sense. Caps live in the policies alone: twelve
tasks are a valid setting and a policy violation.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, StringConstraints

from buylink.settings.base import Finding, SettingsError, SettingsModel
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
    MonitoringSettings,
    SecretSettings,
    TableSettings,
)
from buylink.settings.services import (
    FunctionSettings,
    HttpServiceSettings,
    ServiceName,
    ServiceSettings,
    TaskSettings,
    WorkerSettings,
)
from buylink.settings.storage import StorageSettings

__all__ = [
    "FunctionSettings",
    "HttpServiceSettings",
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
    storage: StorageSettings = StorageSettings()
    secrets: SecretSettings = SecretSettings()
    logs: LogSettings
    alerts: AlertSettings = AlertSettings()
    budget: BudgetSettings
    monitoring: MonitoringSettings = MonitoringSettings()
    load: LoadSettings

    @property
    def http_services(self) -> dict[str, HttpServiceSettings]:
        """The services behind the load balancer, by name."""
        return {
            name: service
            for name, service in self.services.items()
            if isinstance(service, HttpServiceSettings)
        }

    @property
    def workers(self) -> dict[str, WorkerSettings]:
        """The services that take their work from a queue, by name."""
        return {
            name: service
            for name, service in self.services.items()
            if isinstance(service, WorkerSettings)
        }

    @property
    def functions(self) -> dict[str, FunctionSettings]:
        """The functions that run by the clock, by name."""
        return {
            name: service
            for name, service in self.services.items()
            if isinstance(service, FunctionSettings)
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
        issued_in = self.domain.certificate_arn.split(":")[3]
        if issued_in != region:
            yield (
                ("domain", "certificateArn"),
                f"expected a certificate in {region}, got one in {issued_in}: {user} takes no "
                "other",
            )

    def _every_request_is_answered_once(self) -> Iterator[Finding]:
        rest = [name for name, service in self.http_services.items() if not service.paths]
        if self.http_services and len(rest) != 1:
            yield (
                ("services",),
                "expected exactly one http service without paths, which answers all other "
                f"requests, got {len(rest)} ({', '.join(rest) or 'none'})",
            )

    def _what_never_stops_is_there(self) -> Iterator[Finding]:
        for index, name in enumerate(self.budget.never_stop):
            if name not in self.services:
                yield (
                    ("budget", "neverStop", index),
                    f"expected one of {', '.join(self.services)}, got {name!r}",
                )

    def _one_worker_for_the_one_queue(self) -> Iterator[Finding]:
        if len(self.workers) != 1:
            yield (
                ("services",),
                "expected exactly one service of kind worker, as the hub has one queue of videos, "
                f"got {len(self.workers)} ({', '.join(self.workers) or 'none'})",
            )

    checks = (
        _one_worker_for_the_one_queue,
        _what_never_stops_is_there,
        _someone_is_told,
        _load_balancer_speaks_tls,
        _certificate_is_where_it_is_used,
        _every_request_is_answered_once,
    )
