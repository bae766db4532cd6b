"""What a component gives each of its children: a name, tags, a place in the tree, a log group.

Tags and explicit names are written here and nowhere else.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch


@dataclass(frozen=True)
class ChildFactory:
    """A component as its children see it; `label` is their `Component` tag."""

    component: pulumi.ComponentResource
    stack: str
    label: str

    def name(self, thing: str) -> str:
        """A child's name in the program: the component's, a dash, the thing's."""
        return f"{self.component.pulumi_resource_name}-{thing}"

    def tags(self, thing: str) -> dict[str, str]:
        """All tags of a child."""
        return tags(self.stack, self.label, thing)

    def opts(
        self,
        *depends_on: pulumi.Resource,
        protect: bool | None = None,
        ignore_changes: list[str] | None = None,
    ) -> pulumi.ResourceOptions:
        """The options that make a resource a child; it waits for `depends_on`.

        With `protect` Pulumi refuses to delete or replace it.
        https://www.pulumi.com/docs/iac/concepts/resources/options/protect/
        """
        return pulumi.ResourceOptions(
            parent=self.component,
            depends_on=list(depends_on) or None,
            protect=protect,
            ignore_changes=ignore_changes,
        )


PROJECT = "buylink"


def tags(stack: str, component: str, thing: str = "") -> dict[str, str]:
    """The tags of one resource of `component`; with a `thing` also its Name.

    `Stack` is the cost allocation tag: budgets and anomaly monitors filter by it, as it alone tells
    two stacks of one account apart. https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/custom-tags.html
    """
    name = {"Name": f"{PROJECT}-{stack}-{component}-{thing}"} if thing else {}
    return {
        "Project": PROJECT,
        "Environment": stack,
        "Stack": f"{PROJECT}-{stack}",
        "Component": component,
        "CostCenter": PROJECT,
        "ManagedBy": "pulumi",
        **name,
    }


def stack_tag(stack: str) -> str:
    """The value of the `Stack` tag; also the budget's name, as both are one of a kind."""
    return tags(stack, "")["Stack"]


RANDOM_SUFFIX = 8
"""Characters Pulumi adds to a name it makes: a dash and seven hex digits.
https://www.pulumi.com/docs/iac/concepts/resources/names/#autonaming"""

TARGET_GROUP_NAME = 32  # characters
"""Longest name of a target group.
https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html"""

_DIGEST = 7  # hex digits


def explicit_name(stack: str, thing: str) -> str:
    """The AWS name of what people and runbooks call by name: `buylink-prod-cluster`."""
    return f"buylink-{stack}-{thing}"


def auto_nameable(name: str, longest: int) -> str:
    """`name` when Pulumi's suffix still fits into `longest` characters, else a shorter name.

    The shorter one ends in a digest of the whole, so that two long names stay apart.
    """
    room = longest - RANDOM_SUFFIX
    if len(name) <= room:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:_DIGEST]
    return f"{name[: room - _DIGEST - 1].rstrip('-')}-{digest}"


def add_log_group(child: ChildFactory, thing: str, retention_days: int) -> cloudwatch.LogGroup:
    """The log group `/buylink/<stack>/<thing>`; a service is its own thing, others hold a slash.

    Named, as people search logs by name; made here, as AWS would make it without a retention.
    """
    return cloudwatch.LogGroup(
        child.name("logs"),
        name=f"/buylink/{child.stack}/{thing}",
        retention_in_days=retention_days,
        tags=child.tags("logs"),
        opts=child.opts(),
    )
