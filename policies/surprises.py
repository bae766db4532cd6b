"""Resources known to be dear: they cost by the hour, used or not, or by a large minimum.

Prices, where one is given, are AWS list prices for us-east-1, read between June 2025 and July
2026, before tax: a sense of scale. The bill itself is the estimator's to tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from buylink.graph import UNKNOWN, Resource, stack_of
from policies.bucket_lifecycle import BUCKETS
from policies.caps import StackCaps
from policies.dynamodb_tables import TABLE
from policies.relations import items, nested
from policies.rule import Finding, Rule, undecided

BY_THE_NODE: Final = "nodes are billed by the hour, idle or not"
BY_THE_HOUR: Final = "it is billed by the hour, used or not"
COMMITMENT: Final = "it is bought or subscribed to in advance"
REPLICA: Final = "each write and each GB is billed again in every region"
OPAQUE: Final = "the other policies can't see what it makes or how far it scales"
COPIES: Final = "each object is stored, and moved, once more"

ALWAYS: Final = {
    "aws:rds/cluster:Cluster": BY_THE_NODE,
    "aws:rds/instance:Instance": BY_THE_NODE,
    "aws:rds/clusterInstance:ClusterInstance": BY_THE_NODE,
    "aws:rds/proxy:Proxy": BY_THE_HOUR,
    "aws:rds/reservedInstance:ReservedInstance": COMMITMENT,
    "aws:docdb/cluster:Cluster": BY_THE_NODE,
    "aws:docdb/clusterInstance:ClusterInstance": BY_THE_NODE,
    "aws:docdb/elasticCluster:ElasticCluster": BY_THE_NODE,
    "aws:neptune/cluster:Cluster": BY_THE_NODE,
    "aws:neptune/clusterInstance:ClusterInstance": BY_THE_NODE,
    "aws:neptunegraph/graph:Graph": BY_THE_HOUR,
    "aws:elasticache/cluster:Cluster": BY_THE_NODE,
    "aws:elasticache/replicationGroup:ReplicationGroup": BY_THE_NODE,
    "aws:elasticache/serverlessCache:ServerlessCache": "it has a minimum that is always billed",
    "aws:elasticache/reservedCacheNode:ReservedCacheNode": COMMITMENT,
    "aws:memorydb/cluster:Cluster": BY_THE_NODE,
    "aws:memorydb/multiRegionCluster:MultiRegionCluster": BY_THE_NODE,
    "aws:dax/cluster:Cluster": BY_THE_NODE,
    "aws:opensearch/domain:Domain": BY_THE_NODE,
    "aws:opensearch/serverlessCollection:ServerlessCollection": "its least capacity is always"
    " billed",
    "aws:opensearchingest/pipeline:Pipeline": BY_THE_HOUR,
    "aws:elasticsearch/domain:Domain": BY_THE_NODE,
    "aws:redshift/cluster:Cluster": BY_THE_NODE,
    "aws:redshiftserverless/workgroup:Workgroup": "its base capacity is large",
    "aws:timestreaminfluxdb/dbInstance:DbInstance": BY_THE_NODE,
    "aws:timestreaminfluxdb/dbCluster:DbCluster": BY_THE_NODE,
    "aws:msk/cluster:Cluster": BY_THE_NODE,
    "aws:msk/serverlessCluster:ServerlessCluster": BY_THE_HOUR,
    "aws:mq/broker:Broker": BY_THE_NODE,
    "aws:mwaa/environment:Environment": BY_THE_HOUR,
    "aws:emr/cluster:Cluster": BY_THE_NODE,
    "aws:eks/cluster:Cluster": "the control plane is $0.10 an hour, six times that in extended"
    " support",
    "aws:eks/nodeGroup:NodeGroup": BY_THE_NODE,
    "aws:fsx/lustreFileSystem:LustreFileSystem": "storage and throughput are provisioned",
    "aws:fsx/windowsFileSystem:WindowsFileSystem": "storage and throughput are provisioned",
    "aws:fsx/ontapFileSystem:OntapFileSystem": "storage and throughput are provisioned",
    "aws:fsx/openZfsFileSystem:OpenZfsFileSystem": "storage and throughput are provisioned",
    "aws:fsx/fileCache:FileCache": "storage and throughput are provisioned",
    "aws:sagemaker/endpoint:Endpoint": "its instances are billed by the hour, idle or not",
    "aws:sagemaker/notebookInstance:NotebookInstance": BY_THE_HOUR,
    "aws:sagemaker/mlflowTrackingServer:MlflowTrackingServer": BY_THE_HOUR,
    "aws:bedrock/provisionedModelThroughput:ProvisionedModelThroughput": COMMITMENT,
    "aws:kendra/index:Index": BY_THE_HOUR,
    "aws:globalaccelerator/accelerator:Accelerator": BY_THE_HOUR,
    "aws:globalaccelerator/customRoutingAccelerator:CustomRoutingAccelerator": BY_THE_HOUR,
    "aws:shield/subscription:Subscription": "it commits the account for a year",
    "aws:macie2/account:Account": "it bills every bucket and object of the account",
    "aws:networkfirewall/firewall:Firewall": "each endpoint is billed by the hour",
    "aws:ec2transitgateway/transitGateway:TransitGateway": "its attachments are billed by the hour",
    "aws:ec2transitgateway/vpcAttachment:VpcAttachment": BY_THE_HOUR,
    "aws:ec2clientvpn/endpoint:Endpoint": "its associations are billed by the hour",
    "aws:ec2/vpnConnection:VpnConnection": BY_THE_HOUR,
    "aws:directconnect/connection:Connection": BY_THE_HOUR,
    "aws:route53/resolverEndpoint:ResolverEndpoint": "each of its addresses is billed by the hour",
    "aws:directoryservice/directory:Directory": BY_THE_HOUR,
    "aws:workspaces/workspace:Workspace": "it is billed by the month",
    "aws:workspaces/pool:Pool": BY_THE_HOUR,
    "aws:appstream/fleet:Fleet": BY_THE_HOUR,
    "aws:gamelift/fleet:Fleet": BY_THE_NODE,
    "aws:acmpca/certificateAuthority:CertificateAuthority": "it is billed by the month",
    "aws:cloudhsmv2/hsm:Hsm": BY_THE_HOUR,
    "aws:ec2/dedicatedHost:DedicatedHost": "the whole host is billed by the hour",
    "aws:ec2/capacityReservation:CapacityReservation": "what is reserved is billed, used or not",
    "aws:ec2/capacityBlockReservation:CapacityBlockReservation": COMMITMENT,
    "aws:athena/capacityReservation:CapacityReservation": "what is reserved is billed, used or not",
    "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig": "capacity is billed by"
    " the second, used or not",
    "aws:lambda/capacityProvider:CapacityProvider": "its instances are billed by the hour",
    "aws:dynamodb/globalTable:GlobalTable": REPLICA,
    "aws:dynamodb/tableReplica:TableReplica": REPLICA,
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": COPIES,
    "aws:ecs/expressGatewayService:ExpressGatewayService": OPAQUE,
    "aws:ecs/taskSet:TaskSet": OPAQUE,
    "aws:autoscalingplans/scalingPlan:ScalingPlan": OPAQUE,
    "aws:cloudcontrol/resource:Resource": OPAQUE,
    "aws:cloudformation/stack:Stack": OPAQUE,
    "aws:cloudformation/stackSet:StackSet": OPAQUE,
    "aws:cloudformation/stackSetInstance:StackSetInstance": OPAQUE,
    "aws:cloudformation/stackInstances:StackInstances": OPAQUE,
}
"""Types that always need an entry in the allow list, each with why: dear, or opaque."""

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


def surprise(resource: Resource, caps: StackCaps) -> Iterator[Finding]:
    """A dear resource; the allow list is looked at where findings are reported."""
    del caps
    why = ALWAYS.get(resource.type)
    if resource.type == VPC_ENDPOINT:
        yield from _endpoint(resource)
    elif resource.type in INSTANCES:
        yield from _instances(resource)
    elif resource.type == TABLE:
        yield from _provisioned(resource, "billingMode", resource.get("billingMode"))
        yield from _copied(resource, "replicas", REPLICA)
    elif resource.type in BUCKETS:
        yield from _copied(resource, "replicationConfiguration", COPIES)
    elif resource.type == STREAM:
        mode = nested(resource.get("streamModeDetails"), "streamMode")
        yield from _provisioned(resource, "streamModeDetails.streamMode", mode)
    elif why:
        yield _needs_entry(resource, why)


def _endpoint(resource: Resource) -> Iterator[Finding]:
    kind = resource.get("vpcEndpointType")
    if kind is UNKNOWN:
        yield undecided(resource, "vpcEndpointType", "Write it out: Gateway endpoints are free.")
    elif kind not in (None, "", "Gateway"):
        yield _needs_entry(
            resource, f"an endpoint of type {kind} is $0.01 an hour in every zone, and each GB"
        )


def _instances(resource: Resource) -> Iterator[Finding]:
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


def _chosen(value: Any) -> Iterator[tuple[str, Any]]:
    """What chooses instances, wherever it is written: each with the name it goes by."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            if name in _CHOOSING and (item is UNKNOWN or name in _ACCELERATORS):
                yield name, item
            elif name in ("instanceType", "instanceTypes"):
                yield from ((name, each) for each in (items(item) or [item]))
            else:
                yield from _chosen(item)
    else:
        for item in items(value):
            yield from _chosen(item)


def _some(accelerators: Any) -> bool:
    """Whether a count (min, max) or a list of accelerators isn't none."""
    if isinstance(accelerators, Mapping):
        return any(value not in (None, 0, "0") for value in accelerators.values())
    return bool(accelerators)


def _provisioned(resource: Resource, name: str, mode: Any) -> Iterator[Finding]:
    if mode is UNKNOWN:
        yield undecided(resource, name, "Write it out.")
    elif mode in (None, "", "PROVISIONED"):
        given = mode or "not set, which means PROVISIONED"
        yield _needs_entry(resource, f"{name} is {given}: capacity is billed, used or not")


def _copied(resource: Resource, name: str, why: str) -> Iterator[Finding]:
    given = resource.get(name)
    if given is UNKNOWN:
        yield undecided(resource, name, "Write it out, or leave it out.")
    elif given:
        yield _needs_entry(resource, f"with {name} {why}")


def _needs_entry(resource: Resource, why: str) -> Finding:
    return Finding(
        resource.urn,
        f"{resource.type} needs an entry in the allow list of stack {stack_of(resource.urn)}:"
        f" {why}",
    )


RULES: Final = (
    Rule(
        id="cost-surprise",
        title="Dear resources are there on purpose",
        description="A resource of a type known to be dear has an entry in the stack's allow list.",
        severity="high",
        pillar="Cost Optimization",
        tags=("cost",),
        remediation="Do without it, or add an entry under `allow` for this stack in"
        " policies/caps.yaml: policy cost-surprise, the type, a glob over the name, the reason.",
        url="https://docs.aws.amazon.com/wellarchitected/latest/cost-optimization-pillar/welcome.html",
        types=(*ALWAYS, VPC_ENDPOINT, *INSTANCES, TABLE, STREAM, *BUCKETS),
        on_resource=surprise,
    ),
)
