"""Log groups: always ours, always with a retention."""

from __future__ import annotations

from pulumi_aws import cloudwatch

from components.parts.owner import Owner


def add_log_group(own: Owner, thing: str, retention_days: int) -> cloudwatch.LogGroup:
    """The log group `/buylink/<stack>/<thing>`; a service is its own thing, others hold a slash.

    Named, as people search logs by name; made here, as AWS would make it without a retention.
    """
    return cloudwatch.LogGroup(
        own.name("logs"),
        name=f"/buylink/{own.stack}/{thing}",
        retention_in_days=retention_days,
        tags=own.tags("logs"),
        opts=own.opts(),
    )
