"""Cases of `cost-surprise`."""

from __future__ import annotations

from typing import Final

from buylink.graph import Value
from tests.policies.graphs import CaseFactory, Later, Node

_ENTRY: Final = "needs an entry in the allow list of stack prod"


_case: Final = CaseFactory("cost-surprise")


def _endpoint(**inputs: Value) -> Node:
    return Node("aws:ec2/vpcEndpoint:VpcEndpoint", "endpoint", inputs)


def _table(**inputs: Value) -> Node:
    return Node("aws:dynamodb/table:Table", "links", inputs)


CASES: Final = (
    _case(
        "good",
        "what costs by use is fine",
        _endpoint(vpcEndpointType="Gateway"),
        _table(billingMode="PAY_PER_REQUEST"),
        Node("aws:ec2/instance:Instance", "box", {"instanceType": "t4g.small"}),
        Node("aws:kinesis/stream:Stream", "s", {"streamModeDetails": {"streamMode": "ON_DEMAND"}}),
    ),
    _case(
        "bad",
        "a cluster is refused",
        Node("aws:eks/cluster:Cluster", "k8s", {}),
        says=(f"k8s: aws:eks/cluster:Cluster {_ENTRY}",),
    ),
    _case(
        "bad",
        "an interface endpoint is refused",
        _endpoint(vpcEndpointType="Interface"),
        says=(f"endpoint: aws:ec2/vpcEndpoint:VpcEndpoint {_ENTRY}",),
    ),
    _case(
        "bad",
        "a GPU is refused, wherever it is written",
        Node("aws:ec2/instance:Instance", "box", {"instanceType": "g5.xlarge"}),
        Node("aws:ec2/launchTemplate:LaunchTemplate", "pool", {"instanceType": "p4d.24xlarge"}),
        says=(
            f"box: aws:ec2/instance:Instance {_ENTRY}: g5.xlarge is of an accelerated family",
            "pool: aws:ec2/launchTemplate:LaunchTemplate needs an entry",
        ),
    ),
    _case(
        "bad",
        "provisioned capacity is refused",
        _table(billingMode="PROVISIONED", readCapacity=5),
        Node(
            "aws:kinesis/stream:Stream", "s", {"streamModeDetails": {"streamMode": "PROVISIONED"}}
        ),
        says=(
            "links: aws:dynamodb/table:Table needs an entry",
            "s: aws:kinesis/stream:Stream needs an entry",
        ),
    ),
    _case(
        "unknown",
        "an unknown endpoint can't be decided",
        _endpoint(vpcEndpointType=Later("Gateway")),
        says=("endpoint: could not decide: vpcEndpointType",),
        deployed=(),
    ),
    _case(
        "unknown",
        "an unknown instance can't be decided",
        Node("aws:ec2/instance:Instance", "box", {"instanceType": Later("p5.48xlarge")}),
        says=("box: could not decide: instanceType",),
        deployed=(f"box: aws:ec2/instance:Instance {_ENTRY}",),
    ),
    _case(
        "unknown",
        "an unknown billing mode can't be decided",
        _table(billingMode=Later("PAY_PER_REQUEST")),
        says=("links: could not decide: billingMode",),
        deployed=(),
    ),
    _case("variant", "an endpoint that doesn't say so is a gateway", _endpoint()),
    _case(
        "variant",
        "a table that doesn't say so is provisioned",
        _table(),
        says=("links: aws:dynamodb/table:Table needs an entry",),
    ),
    _case(
        "variant",
        "a family that only begins with the same letter is fine",
        Node("aws:ec2/instance:Instance", "box", {"instanceType": "inferior"}),
        Node("aws:ec2/instance:Instance", "other", {"instanceType": "m7g.large"}),
    ),
    _case(
        "variant",
        "what is left empty is what AWS takes for it",
        _endpoint(vpcEndpointType=""),
        _table(billingMode=""),
        says=("links: aws:dynamodb/table:Table needs an entry",),
    ),
    *(
        _case(
            "variant",
            f"{kind} may name a GPU too",
            Node(kind, "pool", {"instanceType": "g6.xlarge"}),
            says=(f"pool: {kind} needs an entry",),
        )
        for kind in (
            "aws:ec2/launchConfiguration:LaunchConfiguration",
            "aws:ec2/spotInstanceRequest:SpotInstanceRequest",
        )
    ),
    *(
        _case(
            "bad",
            f"accelerators of {kind} are refused, wherever they are written",
            Node(kind, "pool", inputs),
            says=(f"pool: {kind} {_ENTRY}",),
        )
        for kind, inputs in (
            (
                "aws:autoscaling/group:Group",
                {
                    "mixedInstancesPolicy": {
                        "launchTemplate": {
                            "overrides": [
                                {"instanceType": "g5.xlarge"},
                                {"instanceType": "m7g.large"},
                            ]
                        }
                    }
                },
            ),
            (
                "aws:batch/computeEnvironment:ComputeEnvironment",
                {"computeResources": {"instanceTypes": ["optimal", "p4d"]}},
            ),
            (
                "aws:ec2/spotFleetRequest:SpotFleetRequest",
                {"launchSpecifications": [{"instanceType": "g5.xlarge"}]},
            ),
            (
                "aws:ec2/launchTemplate:LaunchTemplate",
                {"instanceRequirements": {"acceleratorCount": {"min": 1}}},
            ),
        )
    ),
    _case(
        "good",
        "no accelerators may be written out",
        Node(
            "aws:ec2/launchTemplate:LaunchTemplate",
            "pool",
            {"instanceRequirements": {"acceleratorCount": {"max": 0}}},
        ),
        Node("aws:ec2/fleet:Fleet", "fleet", {"launchTemplateConfigs": [{"overrides": []}]}),
    ),
    _case(
        "unknown",
        "unknown overrides can't be decided",
        Node("aws:autoscaling/group:Group", "pool", {"mixedInstancesPolicy": Later({})}),
        says=("pool: could not decide: mixedInstancesPolicy",),
        deployed=(),
    ),
    _case(
        "bad",
        "copies in other regions are refused",
        _table(billingMode="PAY_PER_REQUEST", replicas=[{"regionName": "eu-west-1"}]),
        Node("aws:dynamodb/tableReplica:TableReplica", "copy", {}),
        Node("aws:s3/bucket:Bucket", "media", {"replicationConfiguration": {"role": "r"}}),
        Node("aws:s3/bucketReplicationConfig:BucketReplicationConfig", "copies", {}),
        says=(
            f"copies: aws:s3/bucketReplicationConfig:BucketReplicationConfig {_ENTRY}: each object",
            f"copy: aws:dynamodb/tableReplica:TableReplica {_ENTRY}: each write and each GB",
            f"links: aws:dynamodb/table:Table {_ENTRY}: with replicas each write and each GB",
            f"media: aws:s3/bucket:Bucket {_ENTRY}: with replicationConfiguration each object",
        ),
    ),
    _case(
        "unknown",
        "unknown copies can't be decided",
        _table(billingMode="PAY_PER_REQUEST", replicas=Later([])),
        Node("aws:s3/bucketV2:BucketV2", "media", {"replicationConfiguration": Later({"a": "b"})}),
        says=(
            "links: could not decide: replicas",
            "media: could not decide: replicationConfiguration",
        ),
        deployed=("media: aws:s3/bucketV2:BucketV2 needs an entry",),
    ),
    _case(
        "variant",
        "no copies may be written out",
        _table(billingMode="PAY_PER_REQUEST", replicas=[]),
        Node("aws:s3/bucket:Bucket", "media", {"replicationConfiguration": {}}),
    ),
    *(
        _case("bad", f"{kind} is dear", Node(kind, "it"), says=(f"it: {kind} {_ENTRY}",))
        for kind in (
            "aws:lambda/capacityProvider:CapacityProvider",
            "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig",
            "aws:dynamodb/globalTable:GlobalTable",
            "aws:ecs/expressGatewayService:ExpressGatewayService",
            "aws:ecs/taskSet:TaskSet",
            "aws:autoscalingplans/scalingPlan:ScalingPlan",
            "aws:cloudcontrol/resource:Resource",
            "aws:cloudformation/stack:Stack",
            "aws:cloudformation/stackSet:StackSet",
        )
    ),
)
