"""CloudWatch log groups: how long they keep what they are given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from buylink.graph import UNKNOWN, Resource
from policies.engine.caps import StackCaps
from policies.engine.relations import containers, lowered, nested, stated
from policies.engine.resource_types import LOG_GROUP, TASK_DEFINITION
from policies.engine.rule import Rule, Violation, above_cap, undecided


def retention(resource: Resource, caps: StackCaps) -> Iterator[Violation]:
    """A log group keeps its events for a stated number of days, at most the cap."""
    if resource.type == TASK_DEFINITION:
        yield from _made_by_the_driver(resource)
        return
    if resource.get("logGroupClass") == "DELIVERY":
        return  # AWS keeps these for two days, whatever is asked for
    cap = caps.max_log_retention_days
    days = stated(resource, "retentionInDays")
    if days is UNKNOWN:
        yield undecided(resource, "retentionInDays", f"Give at most {cap} days.")
    elif not days:
        shown = "not set" if days is None else "0"
        yield Violation(
            resource.urn,
            f"retentionInDays is {shown}: it never expires, and the storage is paid for every"
            " month",
        )
    elif int(days) < 0:
        yield Violation(resource.urn, f"retentionInDays is {int(days)}: it is no number of days")
    elif int(days) > cap:
        yield above_cap(resource.urn, f"retentionInDays is {int(days)}", f"{cap} days")


def _made_by_the_driver(definition: Resource) -> Iterator[Violation]:
    """Containers whose log driver makes the group: nobody gives that one a retention."""
    for container in containers(definition) or ():
        logs = container.get("logconfiguration")
        options = nested(lowered(logs) if isinstance(logs, Mapping) else logs, "options")
        if str(nested(options, "awslogs-create-group")).lower() in ("true", "t", "1"):
            yield Violation(
                definition.urn,
                f"container {container.get('name')} has awslogs-create-group: the log group that"
                " its driver makes never expires. Declare the group, and leave it out",
            )


RULES: Final = (
    Rule(
        id="log-retention",
        title="Log groups expire",
        description="Every log group has a retention of at most the stack's cap of days.",
        details="""
            A log group has `retentionInDays`, at most the stack's cap. Absent and 0 both mean that
            it never expires, and less is no number of days. A group of class `DELIVERY` is kept for
            two days by AWS and not judged. A container with `awslogs-create-group` is refused:
            nobody gives that group a retention.
        """,
        unknowns="""
            An unknown retention is a violation. The log options of containers that aren't known yet
            can't be seen: they are judged in the update, before the task definition is created.
        """,
        severity="medium",
        pillar="Cost Optimization",
        tags=("cost", "logs"),
        remediation="Set retentionInDays on the log group, or raise maxLogRetentionDays for this"
        " stack in policies/caps.yaml.",
        url="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
        caps=("maxLogRetentionDays",),
        types=(LOG_GROUP, TASK_DEFINITION),
        on_resource=retention,
    ),
)
