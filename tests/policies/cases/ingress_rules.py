"""Cases of `no-public-ingress`."""

from __future__ import annotations

from typing import Final

from buylink.graph import Value
from tests.policies.graphs import CaseFactory, Later, Node, merged, ref

_ANYWHERE: Final = "0.0.0.0/0"
_LIST: Final = "aws:ec2/managedPrefixList:ManagedPrefixList"
_ENTRY: Final = "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry"


def _group(name: str = "group", *ingress: dict[str, Value], **inputs: Value) -> Node:
    rules = {"ingress": list(ingress)} if ingress else {}
    return Node("aws:ec2/securityGroup:SecurityGroup", name, {**rules, **inputs})


def _inline(port: Value, *cidrs: Value, **more: Value) -> dict[str, Value]:
    rule = {"protocol": "tcp", "fromPort": port, "toPort": port, "cidrBlocks": list(cidrs)}
    return rule | more


def _rule(name: str, port: Value, cidr: Value = _ANYWHERE, **more: Value) -> Node:
    inputs = {
        "securityGroupId": ref("group"),
        "ipProtocol": "tcp",
        "fromPort": port,
        "toPort": port,
        "cidrIpv4": cidr,
    }
    kind = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
    return Node(kind, name, merged(inputs, more))


def _old_rule(name: str, port: Value, *cidrs: Value, **more: Value) -> Node:
    inputs = {"type": "ingress", "securityGroupId": ref("group"), **_inline(port, *cidrs)}
    return Node("aws:ec2/securityGroupRule:SecurityGroupRule", name, inputs | more)


def _balancer(type_: str = "aws:lb/loadBalancer:LoadBalancer", **inputs: Value) -> Node:
    return Node(type_, "front", {"securityGroups": [ref("group")], **inputs})


_case: Final = CaseFactory("no-public-ingress")

CASES: Final = (
    _case(
        "good",
        "a private range and another group may come in",
        _group("group", _inline(8080, "10.0.0.0/16"), _inline(80, securityGroups=[ref("other")])),
        _group("other"),
        _rule("from-inside", 8080, "10.0.0.0/8"),
        _old_rule("from-vpc", 8080, "172.16.0.0/12"),
    ),
    _case(
        "good",
        "the internet may reach an internet-facing load balancer's web ports",
        _group("group"),
        _rule("http", 80),
        _rule("https", 443),
        _rule("https-6", 443, None, cidrIpv6="::/0"),
        _balancer(internal=False),
    ),
    _case(
        "bad",
        "an open SSH port is refused",
        _group("group", _inline(22, _ANYWHERE)),
        says=("group: tcp port 22 is open to 0.0.0.0/0",),
    ),
    _case(
        "bad",
        "web ports of anything but a load balancer are refused",
        _group("group"),
        _rule("https", 443),
        Node(
            "aws:ecs/service:Service",
            "api",
            {"networkConfiguration": {"securityGroups": [ref("group")]}},
        ),
        says=("https: tcp port 443 is open to 0.0.0.0/0, and the group isn't that of an",),
    ),
    _case(
        "bad",
        "web ports of an internal load balancer are refused",
        _group("group"),
        _rule("http", 80),
        _balancer(internal=True),
        says=("http: tcp port 80 is open to 0.0.0.0/0, and the load balancer behind it is",),
    ),
    _case(
        "bad",
        "a group shared with a load balancer is not its own",
        _group("group"),
        _rule("https", 443),
        _balancer(),
        Node("aws:ec2/instance:Instance", "box", {"vpcSecurityGroupIds": [ref("group")]}),
        says=("https: tcp port 443 is open to 0.0.0.0/0, and the group isn't that of an",),
    ),
    _case(
        "bad",
        "a load balancer's other ports are refused",
        _group("group"),
        _rule("admin", 8443),
        _balancer(),
        says=("admin: tcp port 8443 is open to 0.0.0.0/0",),
    ),
    _case(
        "bad",
        "a range of ports around the web ports is refused",
        _group("group"),
        _rule("both", 80, toPort=443),
        _balancer(),
        says=("both: tcp ports 80 to 443 are open to 0.0.0.0/0",),
    ),
    _case(
        "bad",
        "a group that nothing uses is refused",
        _group("group", _inline(443, _ANYWHERE)),
        says=("group: tcp port 443 is open to 0.0.0.0/0, and the group isn't that of an",),
    ),
    _case(
        "unknown",
        "an unknown source can't be decided",
        _group("group", _inline(22, Later("203.0.113.7/32"))),
        says=("group: could not decide: who is let in (ingress)",),
        deployed=(),
    ),
    _case(
        "unknown",
        "an unknown source may turn out to be the internet",
        _group("group"),
        _rule("ssh", 22, Later(_ANYWHERE, ("group",))),
        says=("ssh: could not decide: who is let in (cidrIpv4)",),
        deployed=("ssh: tcp port 22 is open to 0.0.0.0/0",),
    ),
    _case(
        "unknown",
        "unknown rules can't be decided",
        Node(
            "aws:ec2/securityGroup:SecurityGroup",
            "group",
            {"ingress": Later([_inline(22, _ANYWHERE)], ("other",))},
        ),
        _group("other"),
        says=("group: could not decide: who is let in (ingress)",),
        deployed=("group: tcp port 22 is open to 0.0.0.0/0",),
    ),
    _case(
        "unknown",
        "an unknown port can't be decided",
        _group("group"),
        _rule("some", Later(443, ("group",))),
        _balancer(),
        says=("some: could not decide: what is open to 0.0.0.0/0",),
        deployed=(),
    ),
    _case(
        "unknown",
        "an unknown scheme can't be decided",
        _group("group"),
        _rule("https", 443),
        _balancer(internal=Later(value=True, of=("group",))),
        says=("https: could not decide: whether front is internal",),
        deployed=("https: tcp port 443 is open to 0.0.0.0/0, and the load balancer behind",),
    ),
    _case(
        "variant",
        "the range of the stack's own network is inside, known or not",
        Node("aws:ec2/vpc:Vpc", "vpc"),
        _group("group"),
        _rule("from-vpc", 8080, Later("10.0.0.0/16", ("vpc",))),
    ),
    _case(
        "variant",
        "a prefix list is not the internet",
        _group("group", {**_inline(80), "prefixListIds": ["pl-3b927c52"]}),
        _rule("edge", 443, None, prefixListId=Later("pl-3b927c52", ("group",))),
        _balancer(internal=True),
    ),
    *(
        _case(
            "bad",
            f"the internet in a prefix list of the stack is refused in {name}",
            Node(_LIST, "list", {"entries": [{"cidr": "10.0.0.0/8"}, {"cidr": _ANYWHERE}]}),
            Node(_ENTRY, "entry", {"prefixListId": ref("list"), "cidr": "8.0.0.0/8"}),
            *nodes,
            says=("entry: 8.0.0.0/8 is in a prefix list", "list: 0.0.0.0/0 is in a prefix list"),
        )
        for name, nodes in (
            ("a group", (_group("group", {**_inline(80), "prefixListIds": [ref("list")]}),)),
            ("a rule", (_group(), _rule("edge", 443, None, prefixListId=ref("list")))),
            ("an old rule", (_group(), _old_rule("edge", 443, prefixListIds=[ref("list")]))),
        )
    ),
    _case(
        "unknown",
        "an unknown prefix list of the stack can't be decided",
        Node(_LIST, "list", {"entries": Later([{"cidr": "10.0.0.0/8"}])}),
        Node(_ENTRY, "entry", {"prefixListId": ref("list"), "cidr": Later("10.0.0.0/8")}),
        _group(),
        _rule("edge", 443, None, prefixListId=ref("list")),
        says=("entry: could not decide: who is let in", "list: could not decide: who is let in"),
        deployed=(),
    ),
    _case(
        "variant",
        "a prefix list for what goes out may hold the internet",
        Node(_LIST, "list", {"entries": [{"cidr": _ANYWHERE}]}),
        _group(),
        _old_rule("out", 443, type="egress", prefixListIds=[ref("list")]),
    ),
    _case(
        "unknown",
        "unknown rules that come from nothing in the stack can't be decided",
        Node("aws:ec2/securityGroup:SecurityGroup", "group", {"ingress": Later([])}),
        says=("group: could not decide: who is let in (ingress)",),
        deployed=(),
    ),
    _case(
        "variant",
        "a rule resource of the old kind is read too",
        _group("group"),
        _old_rule("ssh", 22, _ANYWHERE),
        _old_rule("ssh-6", 22, ipv6CidrBlocks=["::/0"]),
        says=("ssh: tcp port 22 is open to 0.0.0.0/0", "ssh-6: tcp port 22 is open to ::/0"),
    ),
    _case(
        "variant",
        "an outgoing rule may go anywhere",
        _group("group", egress=[_inline(0, _ANYWHERE, protocol="-1")]),
        _old_rule("out", 0, _ANYWHERE, type="egress", protocol="-1"),
    ),
    _case(
        "variant",
        "the default group is read too",
        Node(
            "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
            "default",
            {"ingress": [_inline(0, _ANYWHERE, protocol="-1")]},
        ),
        says=("default: every port is open to 0.0.0.0/0",),
    ),
    _case(
        "variant",
        "half of the internet is the internet",
        _group("group", _inline(22, "0.0.0.0/1", "128.0.0.0/1")),
        says=(
            "group: tcp port 22 is open to 0.0.0.0/1",
            "group: tcp port 22 is open to 128.0.0.0/1",
        ),
    ),
    _case(
        "variant",
        "a network written with host bits is read like any other",
        _group("group", _inline(22, "1.2.3.4/0")),
        says=("group: tcp port 22 is open to 1.2.3.4/0",),
    ),
    _case(
        "variant",
        "a load balancer that doesn't say so is internet-facing",
        _group("group", _inline(443, _ANYWHERE)),
        _balancer(),
    ),
    _case(
        "variant",
        "the load balancer may be of the other spelling",
        _group("group", _inline(443, _ANYWHERE)),
        _balancer("aws:alb/loadBalancer:LoadBalancer"),
    ),
    _case(
        "variant",
        "UDP to a web port is refused",
        _group("group", _inline(443, _ANYWHERE, protocol="udp")),
        _balancer(),
        says=("group: udp port 443 is open to 0.0.0.0/0",),
    ),
    _case(
        "variant",
        "what isn't a CIDR can't be decided",
        _group("group", _inline(22, "anywhere")),
        says=("group: could not decide: who is let in",),
    ),
    _case(
        "variant",
        "IPv6 is the internet too",
        _group("group", _inline(22, ipv6CidrBlocks=["::/0"])),
        _rule("ssh-6", 22, None, cidrIpv6="::/0"),
        says=("group: tcp port 22 is open to ::/0", "ssh-6: tcp port 22 is open to ::/0"),
    ),
    _case(
        "variant",
        "TCP may be given by its number, and an address left empty",
        _group("group"),
        _rule("https", 443, ipProtocol="6"),
        _old_rule("http", 80, "", _ANYWHERE),
        _balancer(),
    ),
    _case(
        "variant",
        "a rule that may turn out to let in is read as one that does",
        _group("group"),
        _old_rule("ssh", 22, _ANYWHERE, type=Later("ingress", ("group",))),
        says=("ssh: tcp port 22 is open to 0.0.0.0/0",),
    ),
    *(
        _case(
            "variant",
            f"a group used in {name} is not a load balancer's own",
            _group("group", _inline(443, _ANYWHERE)),
            _balancer(),
            Node("aws:example/thing:Thing", "thing", {name: reference}),
            says=("group: tcp port 443 is open to 0.0.0.0/0, and the group isn't that",),
        )
        for name, reference in (
            ("securityGroups", [ref("group")]),
            ("securityGroupIds", [ref("group")]),
            ("vpcSecurityGroupIds", [ref("group")]),
            ("networkConfiguration", {"securityGroups": [ref("group")]}),
            ("networkInterfaces", [{"securityGroups": [ref("group")]}]),
            ("vpcConfig", {"securityGroupIds": [ref("group")]}),
        )
    ),
    *(
        _case(
            "variant",
            f"the range of {kind} is inside, known or not",
            Node(kind, "place"),
            _group("group"),
            _rule("from-inside", 8080, Later("10.0.0.0/16", ("place",))),
        )
        for kind in (
            "aws:ec2/defaultVpc:DefaultVpc",
            "aws:ec2/subnet:Subnet",
            "aws:ec2/defaultSubnet:DefaultSubnet",
        )
    ),
    *(
        _case(
            "variant",
            f"{kind} is a load balancer",
            _group("group", _inline(443, _ANYWHERE)),
            _balancer(kind),
        )
        for kind in (
            "aws:applicationloadbalancing/loadBalancer:LoadBalancer",
            "aws:elasticloadbalancingv2/loadBalancer:LoadBalancer",
        )
    ),
)
