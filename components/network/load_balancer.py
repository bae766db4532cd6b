"""The application load balancer: the one way in to the HTTP services."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_aws import ec2, lb

from components.common.child_factory import ChildFactory
from components.network.network import Network
from components.network.security_rules import ANYWHERE, HTTP, HTTPS, Peer, allow_in

CLOUDFRONT_PREFIX_LIST = "com.amazonaws.global.cloudfront.origin-facing"
"""AWS keeps CloudFront's addresses in it. It weighs 55 of a security group's 60 rules, so there is
room for one port. https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html"""

TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
"""TLS 1.3 and 1.2 with forward secrecy alone, and post-quantum key exchange; AWS recommends it.
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html"""


@dataclass(frozen=True, kw_only=True)
class LoadBalancerArgs:
    """What a LoadBalancer is made from.

    With a `certificate_arn` it faces the internet and speaks TLS, in the public subnets; without
    one it is internal, in the private ones, and CloudFront is its only client. A silent connection
    closes after `idle_timeout` seconds. `access_logs_bucket` is a bucket's name; it must allow the
    load balancer to write.
    """

    stack: str
    network: Network
    certificate_arn: str | None
    idle_timeout: int
    deletion_protection: bool
    access_logs_bucket: str | None


class LoadBalancer(pulumi.ComponentResource):
    """An application load balancer whose listener answers 404 until a service adds its rule.

    - internal: a listener on port 80, open to CloudFront's addresses alone
    - internet-facing: a TLS listener on port 443, and port 80 redirects there
    - a security group without a way out, until a service adds one to its own port
    """

    arn: pulumi.Output[str]
    arn_suffix: pulumi.Output[str]
    dns_name: pulumi.Output[str]
    listener_arn: pulumi.Output[str]
    security_group_id: pulumi.Output[str]

    def __init__(
        self, name: str, args: LoadBalancerArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        internal = args.certificate_arn is None
        props: pulumi.Inputs = {"scheme": "internal" if internal else "internet-facing"}
        super().__init__("buylink:load_balancer:LoadBalancer", name, props, opts)
        child = ChildFactory(self, args.stack, "load-balancer")
        group = ec2.SecurityGroup(
            child.name("security-group"),
            vpc_id=args.network.vpc_id,
            description="Load balancer: HTTP from CloudFront"
            if internal
            else "Load balancer: HTTP and HTTPS from the internet",
            tags=child.tags("security-group"),
            opts=child.opts(),
        )
        balancer = lb.LoadBalancer(
            child.name("alb"),
            load_balancer_type="application",
            internal=internal,
            subnets=args.network.private_subnet_ids if internal else args.network.public_subnet_ids,
            security_groups=[group.id],
            drop_invalid_header_fields=True,
            desync_mitigation_mode="defensive",
            enable_http2=True,
            idle_timeout=args.idle_timeout,
            enable_deletion_protection=args.deletion_protection,
            access_logs=_access_logs(args.access_logs_bucket),
            tags=child.tags("alb"),
            # AWS refuses a public load balancer, and a VPC origin, without an internet gateway.
            opts=child.opts(args.network.internet_route),
        )
        if args.certificate_arn is None:
            listener = _listen_to_cloudfront(child, balancer, group)
        else:
            listener = _listen_to_the_internet(child, balancer, group, args.certificate_arn)
        self.arn = balancer.arn
        self.arn_suffix = balancer.arn_suffix
        self.dns_name = balancer.dns_name
        self.listener_arn = listener.arn
        self.security_group_id = group.id
        self.register_outputs(
            {"arn": self.arn, "dnsName": self.dns_name, "listenerArn": self.listener_arn}
        )


def _access_logs(bucket: str | None) -> lb.LoadBalancerAccessLogsArgs | None:
    return None if bucket is None else lb.LoadBalancerAccessLogsArgs(bucket=bucket, enabled=True)


def _not_found() -> lb.ListenerDefaultActionArgs:
    return lb.ListenerDefaultActionArgs(
        type="fixed-response",
        fixed_response=lb.ListenerDefaultActionFixedResponseArgs(
            content_type="text/plain", message_body="Not found", status_code="404"
        ),
    )


def _listen_to_cloudfront(
    child: ChildFactory, balancer: lb.LoadBalancer, group: ec2.SecurityGroup
) -> lb.Listener:
    prefix_list = ec2.get_managed_prefix_list_output(
        name=CLOUDFRONT_PREFIX_LIST, opts=pulumi.InvokeOutputOptions(parent=child.component)
    )
    allow_in(
        child,
        "from-cloudfront",
        group.id,
        HTTP,
        Peer(prefix_list_id=prefix_list.id),
        "HTTP from the origin-facing addresses of CloudFront",
    )
    return lb.Listener(
        child.name("http"),
        load_balancer_arn=balancer.arn,
        port=HTTP,
        protocol="HTTP",
        default_actions=[_not_found()],
        tags=child.tags("http"),
        opts=child.opts(),
    )


def _listen_to_the_internet(
    child: ChildFactory, balancer: lb.LoadBalancer, group: ec2.SecurityGroup, certificate_arn: str
) -> lb.Listener:
    for thing, port in (("http", HTTP), ("https", HTTPS)):
        description = f"{thing.upper()} from the internet"
        allow_in(
            child, f"from-internet-{thing}", group.id, port, Peer(cidr_ipv4=ANYWHERE), description
        )
    lb.Listener(
        child.name("http"),
        load_balancer_arn=balancer.arn,
        port=HTTP,
        protocol="HTTP",
        default_actions=[
            lb.ListenerDefaultActionArgs(
                type="redirect",
                redirect=lb.ListenerDefaultActionRedirectArgs(
                    port=str(HTTPS), protocol="HTTPS", status_code="HTTP_301"
                ),
            )
        ],
        tags=child.tags("http"),
        opts=child.opts(),
    )
    return lb.Listener(
        child.name("https"),
        load_balancer_arn=balancer.arn,
        port=HTTPS,
        protocol="HTTPS",
        certificate_arn=certificate_arn,
        ssl_policy=TLS_POLICY,
        default_actions=[_not_found()],
        tags=child.tags("https"),
        opts=child.opts(),
    )
