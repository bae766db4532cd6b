"""Previews made by hand, for the outputs that show them."""

from buylink.graph import STACK_TYPE, UNKNOWN, Graph, Resource, Secret
from buylink.preview.pack import PolicyInfo
from buylink.preview.result import StackPreview, Violation

PREFIX = "urn:pulumi:dev::shop::"
ROOT = f"{PREFIX}{STACK_TYPE}::shop-dev"
NETWORK = f"{PREFIX}shop:network:Network::network"
VPC = f"{PREFIX}shop:network:Network$aws:ec2/vpc:Vpc::vpc"
IMAGE = f"{PREFIX}awsx:ecr:Image::image"
PROVIDER = f"{PREFIX}pulumi:providers:aws::default_7_51_1"

GRAPH = Graph(
    "shop",
    "dev",
    (
        Resource(urn=ROOT, type=STACK_TYPE, name="shop-dev", custom=False),
        Resource(
            urn=NETWORK, type="shop:network:Network", name="network", parent=ROOT, custom=False
        ),
        Resource(urn=PROVIDER, type="pulumi:providers:aws", name="default_7_51_1"),
        Resource(
            urn=VPC,
            type="aws:ec2/vpc:Vpc",
            name="vpc",
            parent=NETWORK,
            inputs={"cidrBlock": "10.0.0.0/16", "tags": {"Owner": Secret("me"), "Id": UNKNOWN}},
            dependencies={"tags": (NETWORK,)},
            provider=PROVIDER,
            options={"protect": True},
        ),
        *(
            Resource(
                urn=f"{PREFIX}shop:network:Network$aws:ec2/subnet:Subnet::subnet-{number}",
                type="aws:ec2/subnet:Subnet",
                name=f"subnet-{number}",
                parent=NETWORK,
                inputs={"vpcId": UNKNOWN},
                dependencies={"vpcId": (VPC,)},
                provider=PROVIDER,
            )
            for number in (1, 2)
        ),
        Resource(urn=IMAGE, type="awsx:ecr:Image", name="image", parent=ROOT, custom=False),
    ),
)

POLICIES = (
    PolicyInfo(
        "vpc-size", "mandatory", "VPCs are small.", "Make it smaller.", "https://a.example/s"
    ),
    PolicyInfo("vpc-name", "advisory", "VPCs have names.", "", ""),
    PolicyInfo("vpc-arn", "mandatory", "ARNs are ours.", "Deploy it first.", ""),
    PolicyInfo("off", "disabled", "Not asked.", "", ""),
)

TOO_LARGE = Violation(
    policy="vpc-size",
    level="mandatory",
    urn=VPC,
    message="cidrBlock is 10.0.0.0/16 | <at most> /20 is allowed",
    remediation="Make it smaller.",
    url="https://a.example/s",
)
NAMELESS = Violation(
    policy="vpc-name", level="advisory", urn="", message="no name", remediation="", url=""
)
UNDECIDED = Violation(
    policy="vpc-arn",
    level="mandatory",
    urn=VPC,
    message="can't run policy 'vpc-arn'",
    remediation="Deploy it first.",
    url="",
)

PASSED = StackPreview(
    stack="dev",
    graph=GRAPH,
    policies=POLICIES[:2],
    invokes={"aws:index/getRegion:getRegion": True},
)
REFUSED = StackPreview(
    stack="dev",
    graph=GRAPH,
    policies=POLICIES,
    violations=(TOO_LARGE, NAMELESS),
    undecided=(UNDECIDED,),
    warnings=("old setting",),
    output="the program says hello\n",
)
FAILED = StackPreview(
    stack="dev",
    graph=Graph("shop", "dev", ()),
    error="Traceback (most recent call last):\n  [red]KeyError[/red]: 'no such thing'",
)
CASES = (PASSED, REFUSED, FAILED)
