"""Cases of `https-only`: listeners, and CloudFront."""

from __future__ import annotations

from typing import Final

from buylink.graph import Value
from tests.policies.graphs import CaseFactory, Later, Node, ref

_TLS: Final = "ELBSecurityPolicy-TLS13-1-2-2021-06"
_FORWARD: Final = {"type": "forward", "targetGroupArn": Later("arn:tg")}
_REDIRECT: Final = {"type": "redirect", "redirect": {"protocol": "HTTPS", "statusCode": "HTTP_301"}}


def _listener(kind: str = "lb", **inputs: Value) -> Node:
    defaults = {"loadBalancerArn": ref("front", "arn"), "defaultActions": [_FORWARD]}
    return Node(f"aws:{kind}/listener:Listener", "listener", defaults | inputs)


def _balancer(**inputs: Value) -> Node:
    defaults = {"internal": True, "securityGroups": [ref("group")]}
    return Node("aws:lb/loadBalancer:LoadBalancer", "front", defaults | inputs)


_GROUP: Final = Node("aws:ec2/securityGroup:SecurityGroup", "group", {"name": "front"})
_ORIGIN: Final = Node(
    "aws:cloudfront/vpcOrigin:VpcOrigin",
    "origin",
    {"vpcOriginEndpointConfig": {"arn": ref("front", "arn"), "httpPort": 80}},
)


def _ingress(name: str, **source: Value) -> Node:
    inputs = {"securityGroupId": ref("group"), "ipProtocol": "tcp", "fromPort": 80, "toPort": 80}
    kind = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
    return Node(kind, name, inputs | source)


_FROM_EDGE: Final = _ingress("from-edge", prefixListId="pl-3b927c52")
_PLAIN: Final = _listener(protocol="HTTP", port=80)
_BEHIND_EDGE: Final = (_PLAIN, _balancer(), _GROUP, _FROM_EDGE, _ORIGIN)

_NO_REDIRECT: Final = "listener: protocol is HTTP without a redirect"
_NOT_INTERNAL: Final = f"{_NO_REDIRECT}, and its load balancer front isn't"
_NO_GROUP: Final = f"{_NO_REDIRECT}, and its load balancer front has no"
_OPEN_GROUP: Final = f"{_NO_REDIRECT}, and the security group of front"

_case: Final = CaseFactory("https-only")


def _listener_rule(kind: str, actions: Value) -> Node:
    inputs = {"listenerArn": ref("listener", "arn"), "actions": actions}
    return Node(f"aws:{kind}/listenerRule:ListenerRule", "rule", inputs)


_LISTENERS: Final = (
    _case(
        "good",
        "TLS 1.2 is fine",
        _listener(protocol="HTTPS", port=443, sslPolicy=_TLS),
        _balancer(internal=False),
    ),
    _case(
        "good",
        "port 80 may redirect",
        _listener(protocol="HTTP", port=80, defaultActions=[_REDIRECT]),
    ),
    _case(
        "good",
        "a listener that only a VPC origin can reach may be plain",
        *_BEHIND_EDGE,
    ),
    _case(
        "bad",
        "a plain listener is refused",
        _PLAIN,
        _balancer(internal=False),
        _GROUP,
        says=(_NOT_INTERNAL,),
    ),
    _case(
        "bad",
        "an internal listener without a VPC origin is refused",
        _PLAIN,
        _balancer(),
        _GROUP,
        _FROM_EDGE,
        says=("listener: protocol is HTTP without a redirect, and no CloudFront VPC origin",),
    ),
    _case(
        "bad",
        "others than CloudFront may reach it",
        *_BEHIND_EDGE,
        _ingress("from-inside", cidrIpv4="10.0.0.0/16"),
        says=(_OPEN_GROUP,),
    ),
    _case(
        "bad",
        "others may be let in by a rule inside the group",
        _PLAIN,
        _balancer(),
        Node(_GROUP.type, "group", {"ingress": [{"cidrBlocks": ["10.0.0.0/16"]}]}),
        _FROM_EDGE,
        _ORIGIN,
        says=(_OPEN_GROUP,),
    ),
    _case(
        "bad",
        "a policy that accepts TLS 1.0 is refused",
        _listener(protocol="HTTPS", port=443, sslPolicy="ELBSecurityPolicy-2016-08"),
        says=("listener: sslPolicy is ELBSecurityPolicy-2016-08: it accepts TLS before 1.2",),
    ),
    _case(
        "bad",
        "a policy for TLS 1.3 may still accept 1.0",
        _listener(protocol="TLS", port=443, sslPolicy="ELBSecurityPolicy-TLS13-1-0-2021-06"),
        says=("listener: sslPolicy is ELBSecurityPolicy-TLS13-1-0-2021-06: it accepts",),
    ),
    _case(
        "bad",
        "no policy is the oldest one",
        _listener(protocol="HTTPS", port=443),
        says=("listener: sslPolicy is not set, which means ELBSecurityPolicy-2016-08",),
    ),
    _case(
        "unknown",
        "an unknown protocol can't be decided",
        _listener(protocol=Later("HTTPS", ("front",)), port=443, sslPolicy=_TLS),
        _balancer(),
        says=("listener: could not decide: protocol",),
        deployed=(),
    ),
    _case(
        "unknown",
        "an unknown policy can't be decided",
        _listener(protocol="HTTPS", sslPolicy=Later("ELBSecurityPolicy-2016-08", ("front",))),
        _balancer(),
        says=("listener: could not decide: sslPolicy",),
        deployed=("listener: sslPolicy is ELBSecurityPolicy-2016-08",),
    ),
    _case(
        "unknown",
        "a balancer that may turn out internet-facing is refused",
        _PLAIN,
        _balancer(internal=Later(value=True, of=("group",))),
        _GROUP,
        _FROM_EDGE,
        _ORIGIN,
        says=(_NOT_INTERNAL,),
        deployed=(),
    ),
    _case(
        "unknown",
        "an unknown action is no redirect",
        _listener(protocol="HTTP", port=80, defaultActions=Later([_REDIRECT], ("front",))),
        _balancer(internal=False),
        says=(_NO_REDIRECT,),
        deployed=(),
    ),
    _case(
        "unknown",
        "unknown rules of the group may let others in",
        _PLAIN,
        _balancer(),
        Node(_GROUP.type, "group", {"ingress": Later([], ("front",))}),
        _FROM_EDGE,
        _ORIGIN,
        says=(_OPEN_GROUP,),
        deployed=(),
    ),
    _case(
        "variant",
        "a listener without a protocol speaks HTTP",
        _listener(port=80),
        _balancer(internal=False),
        says=(_NO_REDIRECT,),
    ),
    _case(
        "variant",
        "the other spelling of a listener is read too",
        _listener("alb", protocol="HTTP", port=80),
        _balancer(internal=False),
        says=(_NO_REDIRECT,),
    ),
    _case(
        "variant",
        "a redirect to HTTP is no redirect",
        _listener(
            protocol="HTTP",
            port=80,
            defaultActions=[{"type": "redirect", "redirect": {"protocol": "#{protocol}"}}],
        ),
        _balancer(internal=False),
        says=(_NO_REDIRECT,),
    ),
    _case(
        "variant",
        "a rule that forwards undoes the redirect",
        _listener(protocol="HTTP", port=80, defaultActions=[_REDIRECT]),
        _balancer(internal=False),
        Node(
            "aws:lb/listenerRule:ListenerRule",
            "api",
            {"listenerArn": ref("listener", "arn"), "actions": [_FORWARD]},
        ),
        says=(_NO_REDIRECT,),
    ),
    _case(
        "variant",
        "TCP is not encrypted by the load balancer",
        _listener(protocol="TCP", port=443),
        _balancer(internal=False),
        says=("listener: protocol is TCP without a redirect",),
    ),
    _case(
        "variant",
        "another group that only goes out doesn't matter",
        *_BEHIND_EDGE,
        Node(
            "aws:ec2/securityGroupRule:SecurityGroupRule",
            "out",
            {"type": "egress", "securityGroupId": ref("group"), "cidrBlocks": ["0.0.0.0/0"]},
        ),
    ),
    _case(
        "variant",
        "a load balancer without a group of this stack is refused",
        _PLAIN,
        _balancer(securityGroups=["sg-elsewhere"]),
        _ORIGIN,
        says=(_NO_GROUP,),
    ),
    _case(
        "bad",
        "a group of another stack may let in more",
        _PLAIN,
        _balancer(securityGroups=[ref("group"), "sg-elsewhere"]),
        _GROUP,
        _FROM_EDGE,
        _ORIGIN,
        says=(_NO_GROUP,),
    ),
    _case(
        "unknown",
        "a group that isn't known to be of this stack may let in more",
        _PLAIN,
        _balancer(securityGroups=[ref("group"), Later("sg-elsewhere")]),
        _GROUP,
        _FROM_EDGE,
        _ORIGIN,
        says=(_NO_GROUP,),
    ),
    _case(
        "variant",
        "a load balancer of another stack is refused",
        _listener(protocol="HTTP", port=80, loadBalancerArn="arn:aws:elasticloadbalancing:other"),
        says=("listener: protocol is HTTP without a redirect, and its load balancer is not in",),
    ),
    _case(
        "variant",
        "a gateway load balancer's listener has no protocol",
        _listener(protocol="", port=0),
        _balancer(internal=False),
    ),
    _case(
        "variant",
        "a gateway load balancer's listener needs no protocol",
        _listener(),
        _balancer(internal=False),
        views=("preview",),
    ),
    _case(
        "unknown",
        "an unknown action among known ones is no redirect",
        _listener(protocol="HTTP", port=80, defaultActions=[Later(_REDIRECT)]),
        _balancer(internal=False),
        says=(_NO_REDIRECT,),
        deployed=(),
    ),
    _case(
        "unknown",
        "a rule's unknown actions are no redirect",
        _listener(protocol="HTTP", port=80, defaultActions=[_REDIRECT]),
        _balancer(internal=False),
        _listener_rule("lb", Later([_REDIRECT], ("front",))),
        says=(_NO_REDIRECT,),
        deployed=(),
    ),
    *(
        _case(
            "variant",
            f"a listener and its rule may be spelt {kind}",
            _listener(kind, protocol="HTTP", port=80, defaultActions=[_REDIRECT]),
            _balancer(internal=False),
            _listener_rule(kind, [_FORWARD]),
            says=(_NO_REDIRECT,),
        )
        for kind in ("lb", "alb", "applicationloadbalancing", "elasticloadbalancingv2")
    ),
    *(
        _case(
            "variant",
            f"{source} in a rule lets in more than CloudFront",
            *_BEHIND_EDGE,
            Node(
                "aws:ec2/securityGroupRule:SecurityGroupRule",
                "more",
                {"type": "ingress", "securityGroupId": ref("group"), source: value},
            ),
            says=(_OPEN_GROUP,),
        )
        for source, value in (
            ("cidrBlocks", ["10.0.0.0/16"]),
            ("ipv6CidrBlocks", ["fd00::/8"]),
            ("self", True),
            ("sourceSecurityGroupId", Later("sg-1", ("front",))),
        )
    ),
    *(
        _case(
            "variant",
            f"{source} in a rule of the new kind lets in more than CloudFront",
            *_BEHIND_EDGE,
            _ingress("more", **{source: value}),
            says=(_OPEN_GROUP,),
        )
        for source, value in (
            ("cidrIpv6", "fd00::/8"),
            ("referencedSecurityGroupId", Later("sg-1", ("front",))),
        )
    ),
    _case(
        "variant",
        "a group let in by a rule inside the group is more than CloudFront",
        _PLAIN,
        _balancer(),
        Node(_GROUP.type, "group", {"ingress": [{"securityGroups": ["sg-1"]}]}),
        _FROM_EDGE,
        _ORIGIN,
        says=(_OPEN_GROUP,),
    ),
)


def _distribution(viewer: Value, certificate: Value = None, **inputs: Value) -> Node:
    defaults = {
        "defaultCacheBehavior": {"viewerProtocolPolicy": viewer},
        "viewerCertificate": certificate or {"cloudfrontDefaultCertificate": True},
    }
    return Node("aws:cloudfront/distribution:Distribution", "edge", defaults | inputs)


def _own(version: Value) -> dict[str, Value]:
    return {"acmCertificateArn": Later("arn:cert"), "minimumProtocolVersion": version}


_DISTRIBUTIONS: Final = (
    _case(
        "good",
        "a distribution that redirects is fine",
        _distribution("redirect-to-https", _own("TLSv1.2_2021")),
    ),
    _case(
        "bad",
        "a distribution that allows HTTP is refused, behavior by behavior",
        _distribution("allow-all", orderedCacheBehaviors=[{"viewerProtocolPolicy": "allow-all"}]),
        says=(
            "edge: defaultCacheBehavior.viewerProtocolPolicy is allow-all",
            "edge: orderedCacheBehaviors[0].viewerProtocolPolicy is allow-all",
        ),
    ),
    _case(
        "bad",
        "a certificate with old TLS is refused",
        _distribution("https-only", _own("TLSv1.1_2016")),
        says=("edge: viewerCertificate.minimumProtocolVersion is TLSv1.1_2016",),
    ),
    _case(
        "unknown",
        "an unknown viewer policy can't be decided",
        _distribution(Later("allow-all")),
        says=("edge: could not decide: defaultCacheBehavior.viewerProtocolPolicy",),
        deployed=("edge: defaultCacheBehavior.viewerProtocolPolicy is allow-all",),
    ),
    _case(
        "unknown",
        "unknown behaviors can't be decided",
        _distribution("https-only", orderedCacheBehaviors=Later([])),
        says=("edge: could not decide: orderedCacheBehaviors",),
        deployed=(),
    ),
    _case(
        "unknown",
        "an unknown TLS version can't be decided",
        _distribution("https-only", _own(Later("TLSv1.2_2021"))),
        says=("edge: could not decide: viewerCertificate.minimumProtocolVersion",),
        deployed=(),
    ),
    _case(
        "unknown",
        "an unknown certificate can't be decided",
        _distribution("https-only", Later(_own("TLSv1"))),
        says=("edge: could not decide: viewerCertificate.minimumProtocolVersion",),
        deployed=("edge: viewerCertificate.minimumProtocolVersion is TLSv1:",),
    ),
    _case(
        "variant",
        "CloudFront's own certificate has no choice of version",
        _distribution(
            "https-only", {"cloudfrontDefaultCertificate": True, "minimumProtocolVersion": "TLSv1"}
        ),
    ),
    _case(
        "variant",
        "a certificate of IAM is one's own",
        _distribution(
            "https-only", {"iamCertificateId": "ASCA1", "minimumProtocolVersion": "TLSv1"}
        ),
        says=("edge: viewerCertificate.minimumProtocolVersion is TLSv1",),
    ),
)

CASES: Final = (*_LISTENERS, *_DISTRIBUTIONS)
