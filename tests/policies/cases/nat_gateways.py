"""Cases of `nat-gateways`."""

from __future__ import annotations

from typing import Final

from buylink.graph import Value
from tests.policies.graphs import CaseFactory, Later, Node, merged, ref


def _subnet(name: str, **inputs: Value) -> Node:
    return Node("aws:ec2/subnet:Subnet", name, inputs)


def _gateway(name: str, subnet: Later | str | None = None, **inputs: Value) -> Node:
    return Node("aws:ec2/natGateway:NatGateway", name, merged({"subnetId": subnet}, inputs))


_case: Final = CaseFactory("nat-gateways")
_A: Final = _subnet("public-a", availabilityZone="us-east-1a")
_B: Final = _subnet("public-b", availabilityZone="us-east-1b")
_TWO: Final = (_gateway("nat-a", ref("public-a")), _gateway("nat-b", ref("public-b")))

CASES: Final = (
    _case(
        "unknown",
        "an unknown mode can't be decided",
        _A,
        _gateway("nat-a", ref("public-a"), availabilityMode=Later("regional")),
        says=("nat-a: could not decide: availabilityMode",),
        deployed=("nat-a: could not decide: a regional NAT gateway",),
    ),
    _case("good", "two in different zones are fine in prod", _A, _B, *_TWO),
    _case("good", "one is fine in dev", _A, _gateway("nat-a", ref("public-a")), stack="dev"),
    _case(
        "bad",
        "two are refused in dev",
        _A,
        _B,
        *_TWO,
        says=("nat-b: the stack has 2 NAT gateways, at most 1 are allowed in stack dev",),
        stack="dev",
    ),
    _case(
        "bad",
        "three are refused in prod, once",
        _A,
        _B,
        _subnet("public-c", availabilityZone="us-east-1c"),
        *_TWO,
        _gateway("nat-c", ref("public-c")),
        says=("nat-c: the stack has 3 NAT gateways, at most 2",),
    ),
    _case(
        "bad",
        "two in one zone are refused in prod",
        _A,
        _subnet("public-b", availabilityZone="us-east-1a"),
        *_TWO,
        says=("nat-b: it is in the same availability zone as nat-a",),
    ),
    _case(
        "bad",
        "two in one subnet are refused in prod",
        _subnet("public-a"),
        _gateway("nat-a", ref("public-a")),
        _gateway("nat-b", ref("public-a")),
        says=("nat-b: it is in the same availability zone as nat-a",),
    ),
    _case(
        "unknown",
        "an unknown zone can't be decided",
        _A,
        _subnet("public-b", availabilityZone=Later("us-east-1b")),
        *_TWO,
        says=("nat-b: could not decide: whether nat-a is in another zone",),
        deployed=(),
    ),
    _case(
        "unknown",
        "an unknown zone may turn out the same",
        _A,
        _subnet("public-b", availabilityZone=Later("us-east-1a")),
        *_TWO,
        says=("nat-b: could not decide: whether nat-a is in another zone",),
        deployed=("nat-b: it is in the same availability zone as nat-a",),
    ),
    _case(
        "unknown",
        "a regional gateway can't be counted",
        _gateway("nat", availabilityMode="regional"),
        says=("nat: could not decide: a regional NAT gateway is billed for every zone",),
    ),
    _case(
        "unknown",
        "subnets of another stack can't be looked into",
        _gateway("nat-a", "subnet-1"),
        _gateway("nat-b", "subnet-2"),
        says=("nat-b: could not decide: whether nat-a is in another zone",),
    ),
    _case("variant", "none is fine"),
    _case(
        "variant",
        "zones may be chosen by id",
        _subnet("public-a", availabilityZoneId="use1-az1", availabilityZone=Later("us-east-1a")),
        _subnet("public-b", availabilityZoneId="use1-az2", availabilityZone=Later("us-east-1b")),
        *_TWO,
    ),
    _case(
        "variant",
        "one zone by id is one zone",
        _subnet("public-a", availabilityZoneId="use1-az1", availabilityZone=Later("us-east-1a")),
        _subnet("public-b", availabilityZoneId="use1-az1", availabilityZone=Later("us-east-1a")),
        *_TWO,
        says=("nat-b: it is in the same availability zone as nat-a",),
    ),
    _case(
        "variant",
        "a private gateway costs the same",
        _A,
        _B,
        _gateway("nat-a", ref("public-a"), connectivityType="private"),
        _gateway("nat-b", ref("public-b"), connectivityType="private"),
        says=("nat-b: the stack has 2 NAT gateways, at most 1",),
        stack="staging",
    ),
    _case(
        "variant",
        "a regional gateway counts once for each zone it lists",
        _gateway(
            "nat",
            availabilityMode="regional",
            availabilityZoneAddresses=[{"availabilityZone": f"us-east-1{zone}"} for zone in "abc"],
        ),
        says=("nat: the stack has 3 NAT gateways, at most 2",),
    ),
    _case(
        "variant",
        "a stack nobody knows may have one",
        _A,
        _B,
        *_TWO,
        says=("nat-b: the stack has 2 NAT gateways, at most 1",),
        stack="holiday-demo",
    ),
    _case(
        "variant",
        "a regional gateway is in no one's zone",
        _A,
        _gateway("nat-a", ref("public-a")),
        _gateway(
            "nat",
            availabilityMode="regional",
            availabilityZoneAddresses=[{"availabilityZone": "us-east-1b"}],
        ),
    ),
    _case(
        "variant",
        "a default subnet is a subnet",
        _A,
        Node("aws:ec2/defaultSubnet:DefaultSubnet", "public-b", {"availabilityZone": "us-east-1b"}),
        *_TWO,
    ),
)
