"""TLS: on the load balancers' listeners and at the edge."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from buylink.graph import UNKNOWN, Graph, Resource, Value
from policies.engine.caps import StackCaps
from policies.engine.relations import items, linked, linking, nested, stated
from policies.engine.resource_types import GROUP_RULE, INGRESS_RULE, LOAD_BALANCERS, SECURITY_GROUPS
from policies.engine.rule import Rule, Violation, undecided

LISTENERS: Final = (
    "aws:lb/listener:Listener",
    "aws:alb/listener:Listener",
    "aws:applicationloadbalancing/listener:Listener",
    "aws:elasticloadbalancingv2/listener:Listener",
)
LISTENER_RULES: Final = (
    "aws:lb/listenerRule:ListenerRule",
    "aws:alb/listenerRule:ListenerRule",
    "aws:applicationloadbalancing/listenerRule:ListenerRule",
    "aws:elasticloadbalancingv2/listenerRule:ListenerRule",
)
VPC_ORIGIN: Final = "aws:cloudfront/vpcOrigin:VpcOrigin"
DISTRIBUTION: Final = "aws:cloudfront/distribution:Distribution"

_ENCRYPTED: Final = ("HTTPS", "TLS")
# TLS13-1-0 and TLS13-1-1 speak TLS 1.3 and still accept 1.0: the second number is the least.
_TLS_1_2: Final = re.compile(r"ELBSecurityPolicy-(TLS13|TLS|FS)-1-[23](-.+)?")
_EDGE_TLS_1_2: Final = re.compile(r"TLSv1\.[23]_\d{4}")
_TO_HTTPS: Final = ("redirect-to-https", "https-only")
_USE: Final = "Use ELBSecurityPolicy-TLS13-1-2-2021-06."


def encrypted(resource: Resource, _: StackCaps) -> Iterator[Violation]:
    """What one listener or distribution shows."""
    if resource.type == DISTRIBUTION:
        yield from _distribution(resource)
        return
    protocol = stated(resource, "protocol")
    if protocol is UNKNOWN:
        yield undecided(resource, "protocol", "Write HTTPS or TLS out.")
    elif protocol in _ENCRYPTED:
        policy = resource.get("sslPolicy")
        if policy is UNKNOWN:
            yield undecided(resource, "sslPolicy", _USE)
        elif not _TLS_1_2.fullmatch(policy or ""):
            shown = policy or "not set, which means ELBSecurityPolicy-2016-08"
            yield Violation(resource.urn, f"sslPolicy is {shown}: it accepts TLS before 1.2")


def _distribution(resource: Resource) -> Iterator[Violation]:
    behaviors = [("defaultCacheBehavior", resource.get("defaultCacheBehavior"))]
    ordered = resource.get("orderedCacheBehaviors")
    behaviors += [
        (f"orderedCacheBehaviors[{index}]", behavior)
        for index, behavior in enumerate(items(ordered))
    ]
    if ordered is UNKNOWN:
        yield undecided(resource, "orderedCacheBehaviors", "Write the behaviors out.")
    for where, behavior in behaviors:
        policy = nested(behavior, "viewerProtocolPolicy")
        if policy is UNKNOWN:
            yield undecided(resource, f"{where}.viewerProtocolPolicy", "Use redirect-to-https.")
        elif policy not in _TO_HTTPS:
            yield Violation(
                resource.urn,
                f"{where}.viewerProtocolPolicy is {policy or 'not set'}: viewers can come over"
                " plain HTTP",
            )
    yield from _certificate(resource, resource.get("viewerCertificate"))


def _certificate(resource: Resource, certificate: Value) -> Iterator[Violation]:
    """CloudFront's own certificate has no choice of version; one's own has."""
    custom = any(nested(certificate, name) for name in ("acmCertificateArn", "iamCertificateId"))
    if certificate is not UNKNOWN and not custom:
        return
    version = nested(certificate, "minimumProtocolVersion")
    if version is UNKNOWN:
        yield undecided(resource, "viewerCertificate.minimumProtocolVersion", "Use TLSv1.2_2021.")
    elif not _EDGE_TLS_1_2.fullmatch(version or ""):
        yield Violation(
            resource.urn,
            f"viewerCertificate.minimumProtocolVersion is {version or 'not set'}: it accepts TLS"
            " before 1.2",
        )


def plain_only_behind_the_edge(graph: Graph, _: StackCaps) -> Iterator[Violation]:
    """A listener without TLS redirects to HTTPS, or only CloudFront can reach it."""
    for listener in graph.of_type(*LISTENERS):
        protocol = stated(listener, "protocol")
        if protocol in (*_ENCRYPTED, UNKNOWN):
            continue  # judged by the resource check
        if not protocol and not stated(listener, "port"):
            continue  # a gateway load balancer's: it has neither
        if _redirects(graph, listener):
            continue
        reason = _reachable(graph, listener)
        if reason:
            yield Violation(
                listener.urn, f"protocol is {protocol or 'HTTP'} without a redirect, and {reason}"
            )


def _redirects(graph: Graph, listener: Resource) -> bool:
    actions = items(stated(listener, "defaultActions"))
    for rule in _rules_of(graph, listener):
        of_rule = stated(rule, "actions")
        actions += [UNKNOWN] if of_rule is UNKNOWN else items(of_rule)
    return bool(actions) and all(_redirects_to_https(action) for action in actions)


def _rules_of(graph: Graph, listener: Resource) -> tuple[Resource, ...]:
    return linking(graph, listener, "listenerArn", *LISTENER_RULES)


def _redirects_to_https(action: Value) -> bool:
    return (
        isinstance(action, Mapping)
        and action.get("type") == "redirect"
        and nested(action, "redirect", "protocol") == "HTTPS"
    )


def _reachable(graph: Graph, listener: Resource) -> str:
    """Why others than CloudFront may reach a listener; empty when none can."""
    balancers = linked(graph, listener, "loadBalancerArn", *LOAD_BALANCERS)
    if not balancers:
        return "its load balancer is not in this stack"
    (balancer, *_) = balancers
    if stated(balancer, "internal") is not True:
        return f"its load balancer {balancer.name} isn't known to be internal"
    if not linking(graph, balancer, "vpcOriginEndpointConfig", VPC_ORIGIN):
        return f"no CloudFront VPC origin leads to its load balancer {balancer.name}"
    groups = linked(graph, balancer, "securityGroups", *SECURITY_GROUPS)
    if not groups or not _all_in_stack(balancer, groups):
        return f"its load balancer {balancer.name} has no security group in this stack alone"
    if not all(_only_prefix_lists(graph, group) for group in groups):
        return f"the security group of {balancer.name} lets in more than a prefix list"
    return ""


def _all_in_stack(balancer: Resource, groups: tuple[Resource, ...]) -> bool:
    """Whether each of a load balancer's security groups is one of these."""
    groups_stated = stated(balancer, "securityGroups")
    held = items(groups_stated) if groups_stated is not UNKNOWN else [UNKNOWN]
    sources = set(balancer.dependencies.get("securityGroups", ()))
    ids = {group.get("id") for group in groups}
    if UNKNOWN in held and not sources.issubset(group.urn for group in groups):
        return False
    unknown = held.count(UNKNOWN) if groups_stated is not UNKNOWN else 0
    return unknown <= len(sources) and ids.issuperset(id_ for id_ in held if id_ is not UNKNOWN)


_OTHER_SOURCES: Final = (
    "cidrBlocks", "ipv6CidrBlocks", "securityGroups", "self",
    "sourceSecurityGroupId", "cidrIpv4", "cidrIpv6", "referencedSecurityGroupId",
)  # fmt: skip


def _only_prefix_lists(graph: Graph, group: Resource) -> bool:
    inline = stated(group, "ingress")
    if inline is UNKNOWN:
        return False
    rules = [
        {name: stated(rule, name) for name in _OTHER_SOURCES}
        for rule in linking(graph, group, "securityGroupId", GROUP_RULE, INGRESS_RULE)
        if rule.type == INGRESS_RULE or rule.get("type") != "egress"
    ]
    return not any(
        nested(rule, name) for rule in (*items(inline), *rules) for name in _OTHER_SOURCES
    )


RULES: Final = (
    Rule(
        id="https-only",
        title="Traffic is encrypted",
        description="Listeners use TLS 1.2 or later or redirect to it, and CloudFront's viewers"
        " come over HTTPS. A listener that only a CloudFront VPC origin can reach is excepted.",
        details="""
            Listeners use HTTPS or TLS with a security policy that starts at TLS 1.2, or they and
            all their rules redirect to HTTPS. A policy named TLS13-1-0 speaks TLS 1.3 and still
            accepts 1.0: it is refused. CloudFront's behaviors redirect or refuse plain HTTP, and an
            own certificate starts at TLS 1.2.

            A plain listener is excepted if only CloudFront can reach it: its load balancer is
            internal, a `aws:cloudfront/vpcOrigin:VpcOrigin` leads to it, and its security groups,
            all of this stack, let in nothing but prefix lists.
        """,
        unknowns="""
            An unknown protocol, policy or version is a violation; whatever of the exception isn't
            known doesn't hold.
        """,
        severity="high",
        pillar="Security",
        tags=("security", "network"),
        remediation="Use HTTPS with sslPolicy ELBSecurityPolicy-TLS13-1-2-2021-06 and redirect"
        " port 80, or put the load balancer behind a CloudFront VPC origin: internal, and with a"
        " group that lets in CloudFront's prefix list alone. On CloudFront use redirect-to-https"
        " and minimumProtocolVersion TLSv1.2_2021.",
        url="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html",
        types=(*LISTENERS, DISTRIBUTION),
        on_resource=encrypted,
        on_stack=plain_only_behind_the_edge,
    ),
)
