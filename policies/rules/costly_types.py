"""Resources known to be dear: they cost by the hour, used or not, or by a large minimum."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import yaml

from buylink.graph import UNKNOWN, Resource, Value, stack_of
from policies.engine.caps import StackCaps
from policies.engine.relations import items, nested
from policies.engine.resource_types import BUCKETS, TABLE
from policies.engine.rule import Rule, Violation, undecided

_FILE: Final = Path(__file__).with_suffix(".yaml")
_TYPES_BY_REASON: Final[dict[str, list[str]]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))

ALWAYS: Final = {kind: why for why, kinds in _TYPES_BY_REASON.items() for kind in kinds}
"""Types that always need an entry in the allow list, each with why: dear, or opaque."""

TABLE_REPLICA: Final = "aws:dynamodb/tableReplica:TableReplica"
BUCKET_REPLICATION: Final = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
VPC_ENDPOINT: Final = "aws:ec2/vpcEndpoint:VpcEndpoint"
INSTANCES: Final = (
    "aws:ec2/instance:Instance",
    "aws:ec2/launchTemplate:LaunchTemplate",
    "aws:ec2/launchConfiguration:LaunchConfiguration",
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest",
    "aws:ec2/spotFleetRequest:SpotFleetRequest",
    "aws:ec2/fleet:Fleet",
    "aws:autoscaling/group:Group",
    "aws:batch/computeEnvironment:ComputeEnvironment",
)
STREAM: Final = "aws:kinesis/stream:Stream"

_ACCELERATED: Final = re.compile(r"(p|g|gr|inf|trn|dl|vt|f)\d.*|u-.*|mac.*")

_ACCELERATORS: Final = ("acceleratorCount", "acceleratorTypes")
_CHOOSING: Final = frozenset((
    "instanceType", "instanceTypes", "instanceRequirements", *_ACCELERATORS, "overrides",
    "mixedInstancesPolicy", "launchTemplateConfigs", "launchSpecifications", "computeResources",
))  # fmt: skip


def costly(resource: Resource, _: StackCaps) -> Iterator[Violation]:
    """A dear resource; the allow list is looked at where violations are reported."""
    why = ALWAYS.get(resource.type)
    if resource.type == VPC_ENDPOINT:
        yield from _endpoint(resource)
    elif resource.type in INSTANCES:
        yield from _instances(resource)
    elif resource.type == TABLE:
        yield from _provisioned(resource, "billingMode", resource.get("billingMode"))
        yield from _copied(resource, "replicas", ALWAYS[TABLE_REPLICA])
    elif resource.type in BUCKETS:
        yield from _copied(resource, "replicationConfiguration", ALWAYS[BUCKET_REPLICATION])
    elif resource.type == STREAM:
        mode = nested(resource.get("streamModeDetails"), "streamMode")
        yield from _provisioned(resource, "streamModeDetails.streamMode", mode)
    elif why:
        yield _needs_entry(resource, why)


def _endpoint(resource: Resource) -> Iterator[Violation]:
    kind = resource.get("vpcEndpointType")
    if kind is UNKNOWN:
        yield undecided(resource, "vpcEndpointType", "Write it out: Gateway endpoints are free.")
    elif kind not in (None, "", "Gateway"):
        yield _needs_entry(
            resource, f"an endpoint of type {kind} is $0.01 an hour in every zone, and each GB"
        )


def _instances(resource: Resource) -> Iterator[Violation]:
    for name, kind in _chosen(resource.inputs):
        if kind is UNKNOWN:
            yield undecided(resource, name, "Write it out.")
        elif name in _ACCELERATORS:
            if _some(kind):
                yield _needs_entry(resource, f"{name} asks for accelerators")
        elif isinstance(kind, str) and _ACCELERATED.fullmatch(kind):
            yield _needs_entry(
                resource,
                f"{kind} is of an accelerated family, whose smallest is about $0.50 an hour",
            )


def _chosen(value: Value) -> Iterator[tuple[str, Value]]:
    """What chooses instances, wherever it is written: each with the name it goes by."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            if name in _CHOOSING and (item is UNKNOWN or name in _ACCELERATORS):
                yield name, item
            elif name in ("instanceType", "instanceTypes"):
                yield from ((name, kind) for kind in (items(item) or [item]))
            else:
                yield from _chosen(item)
    else:
        for item in items(value):
            yield from _chosen(item)


def _some(accelerators: Value) -> bool:
    """Whether a count (min, max) or a list of accelerators isn't none."""
    if isinstance(accelerators, Mapping):
        return any(value not in (None, 0, "0") for value in accelerators.values())
    return bool(accelerators)


def _provisioned(resource: Resource, name: str, mode: Value) -> Iterator[Violation]:
    if mode is UNKNOWN:
        yield undecided(resource, name, "Write it out.")
    elif mode in (None, "", "PROVISIONED"):
        shown = mode or "not set, which means PROVISIONED"
        yield _needs_entry(resource, f"{name} is {shown}: capacity is billed, used or not")


def _copied(resource: Resource, name: str, why: str) -> Iterator[Violation]:
    source = resource.get(name)
    if source is UNKNOWN:
        yield undecided(resource, name, "Write it out, or leave it out.")
    elif source:
        yield _needs_entry(resource, f"with {name} {why}")


def _needs_entry(resource: Resource, why: str) -> Violation:
    return Violation(
        resource.urn,
        f"{resource.type} needs an entry in the allow list of stack {stack_of(resource.urn)}:"
        f" {why}",
    )


RULES: Final = (
    Rule(
        id="cost-surprise",
        title="Dear resources are there on purpose",
        description="A resource of a type known to be dear has an entry in the stack's allow list.",
        details="""
            Types known to be dear need an entry in the [allow list](#the-allow-list): clusters and
            databases billed by the node, endpoints and accelerators billed by the hour,
            reservations and subscriptions (`policies/rules/costly_types.yaml` lists them with why).
            Of some types only a kind is dear: VPC endpoints other than Gateway, instances of
            accelerated families (also among the choices of groups, fleets and batch environments),
            tables and streams with provisioned capacity, tables with replicas and buckets with
            replication. A table that doesn't say `billingMode` is provisioned. What is merely not
            free, as a secret or a dashboard, is the bill's to tell.

            Types that the other policies can't see into need an entry as well: CloudFormation
            stacks, Cloud Control resources, scaling plans, task sets and Express gateway services.
        """,
        unknowns="""
            An unknown kind, instance type, mode or list of choices is a violation, and so are
            unknown replicas.
        """,
        severity="high",
        pillar="Cost Optimization",
        tags=("cost",),
        remediation="Do without it, or add an entry under `allow` for this stack in"
        " policies/caps.yaml: policy cost-surprise, the type, a glob over the name, the reason.",
        url="https://docs.aws.amazon.com/wellarchitected/latest/cost-optimization-pillar/welcome.html",
        types=(*ALWAYS, VPC_ENDPOINT, *INSTANCES, TABLE, STREAM, *BUCKETS),
        on_resource=costly,
    ),
)
