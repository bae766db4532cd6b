"""Examples of networks and what is before them: gateways, addresses, load balancers, CloudFront, WAF, zones.

By hand, from AWS's pricing pages, in us-east-1.
"""

from __future__ import annotations

from buylink.graph import UNKNOWN
from tests.costs.graphs import Example, resource

NETWORK_EXAMPLES: dict[str, Example] = {
    # 730 x 0.045 = 32.85; 100 GB x 0.045 = 4.5; 100 x 0.09 = 9; 50 GB both ways: 100 x 0.01 = 1
    "a NAT gateway": (
        (resource("aws:ec2/natGateway:NatGateway"),),
        {
            "monthly_data_processed_gb": 100,
            "monthly_outbound_internet_gb": 100,
            "monthly_cross_zone_gb": 50,
        },
        {
            "NAT gateway hour": "32.85",
            "NAT gateway data processed": "4.5",
            "Data transfer out to internet": "9",
            "Data transfer between AZs in one region (each direction)": "1",
        },
    ),
    "an address": ((resource("aws:ec2/eip:Eip"),), {}, {"Public IPv4 address, in use": "3.65"}),
    # 2 zones x 730 x 0.01 = 14.6; 10 GB x 0.01 = 0.1
    "an interface endpoint in two zones": (
        (
            resource(
                "aws:ec2/vpcEndpoint:VpcEndpoint",
                {"vpcEndpointType": "Interface", "subnetIds": [UNKNOWN, UNKNOWN]},
            ),
        ),
        {"monthly_data_processed_gb": 10},
        {
            "Interface VPC endpoint hour (per endpoint per AZ)": "14.6",
            "Interface VPC endpoint data processed": "0.1",
        },
    ),
    # 730 x 0.0225 = 16.425; 50 new/s / 25 = 2 LCU x 730 x 0.008 = 11.68, more than 730 GB / 1 = 1
    "an internal load balancer": (
        (resource("aws:lb/loadBalancer:LoadBalancer", {"internal": True}),),
        {"new_connections": 50, "processed_bytes_gb": 730},
        {"ALB hour": "16.425", "ALB LCU-hour": "11.68"},
    ),
    # and two addresses: 2 x 3.65 = 7.3; 10 GB out x 0.09 = 0.9
    "an internet-facing load balancer in two zones": (
        (resource("aws:lb/loadBalancer:LoadBalancer", {"internal": False, "subnets": ["a", "b"]}),),
        {"processed_bytes_gb": 10, "monthly_outbound_internet_gb": 10},
        {
            "ALB hour": "16.425",
            "ALB LCU-hour": "0.08",
            "Public IPv4 address, in use": "7.3",
            "Data transfer out to internet": "0.9",
        },
    ),
    "a zone": ((resource("aws:route53/zone:Zone"),), {}, {"hosted zone": "0.5"}),
    # 1M x 0.0000004
    "a record": (
        (resource("aws:route53/record:Record"),),
        {"monthly_standard_queries": 1_000_000},
        {"standard query": "0.4"},
    ),
    # 100 GB x 0.085 = 8.5; 1 GB x 0.02; 1M x 0.000001 = 1
    "a distribution": (
        (resource("aws:cloudfront/distribution:Distribution"),),
        {
            "monthly_data_transfer_to_internet_gb": 100,
            "monthly_data_transfer_to_origin_gb": 1,
            "monthly_https_requests": 1_000_000,
        },
        {
            "CloudFront data transfer out to internet": "8.5",
            "CloudFront data transfer out to origin (POST/PUT bodies)": "0.02",
            "CloudFront HTTPS request": "1",
        },
    ),
    "a web ACL with a rule": (
        (resource("aws:wafv2/webAcl:WebAcl", {"rules": [{"name": "rate"}]}),),
        {"monthly_requests": 1_000_000},
        {"WAF web ACL": "5", "WAF rule": "1", "WAF request inspected": "0.6"},
    ),
    # 730 x 0.0225 = 16.425; 800 new connections a second are one unit: 730 x 0.006 = 4.38
    "an internal network load balancer": (
        (
            resource(
                "aws:lb/loadBalancer:LoadBalancer",
                {"loadBalancerType": "network", "internal": True},
            ),
        ),
        {"new_connections": 800},
        {"NLB hour": "16.425", "NLB NLCU-hour": "4.38"},
    ),
    # In GB 0.085 from the US and Europe, 0.109 from India; 1M plain requests at 0.00000075;
    # 200 paths over 1,000 at 0.005; 1M lines of log at 0.00000001
    "a distribution whose viewers are known": (
        (resource("aws:cloudfront/distribution:Distribution"),),
        {
            "monthly_data_transfer_to_internet_gb.us": 100,
            "monthly_data_transfer_to_internet_gb.europe": 100,
            "monthly_data_transfer_to_internet_gb.india": 100,
            "monthly_http_requests": 10**6,
            "monthly_invalidation_requests": 1200,
            "monthly_log_lines": 10**6,
        },
        {
            "CloudFront data transfer out to internet": "27.9",
            "CloudFront data transfer out to origin (POST/PUT bodies)": None,
            "CloudFront HTTPS request": None,
            "CloudFront HTTP request": "0.75",
            "CloudFront invalidation path": "1",
            "CloudFront real-time log line": "0.01",
        },
    ),
    # The ACL 5, a rule of its own 1, of groups 2 and 3 more; 1M requests 0.6
    "a web ACL with groups, its rules as text": (
        (resource("aws:wafv2/webAcl:WebAcl", {"ruleJson": '[{"Name": "rate"}]'}),),
        {"monthly_requests": 10**6, "rule_group_rules": 2, "managed_rule_group_rules": 3},
        {"WAF web ACL": "5", "WAF rule": "6", "WAF request inspected": "0.6"},
    ),
    # 1M x 0.0000006
    "a record by latency": (
        (
            resource(
                "aws:route53/record:Record", {"latencyRoutingPolicies": [{"region": "us-east-1"}]}
            ),
        ),
        {"monthly_standard_queries": 10**6},
        {"latency routed query": "0.6"},
    ),
    # Application load balancers are in two zones at least: 2 x 3.65
    "a load balancer whose subnets are not said": (
        (resource("aws:lb/loadBalancer:LoadBalancer"),),
        {"processed_bytes_gb": 0},
        {
            "ALB hour": "16.425",
            "ALB LCU-hour": "0",
            "Public IPv4 address, in use": "7.3",
            "Data transfer out to internet": None,
        },
    ),
    # One of its two addresses is a resource of its own: 3.65 each, and no more
    "a network load balancer that is given an address": (
        (
            resource(
                "aws:lb/loadBalancer:LoadBalancer",
                {
                    "loadBalancerType": "network",
                    "subnetMappings": [{"allocationId": UNKNOWN}, {"subnetId": UNKNOWN}],
                },
            ),
            resource("aws:ec2/eip:Eip"),
        ),
        {"processed_bytes_gb": 0, "monthly_outbound_internet_gb": 0},
        {
            "NLB hour": "16.425",
            "NLB NLCU-hour": "0",
            "Public IPv4 address, in use": "7.3",
            "Data transfer out to internet": "0",
        },
    ),
}
