"""Each meter's arithmetic, done by hand from AWS's price list in us-east-1."""

from __future__ import annotations

from decimal import Decimal

import pytest

from buylink.graph import UNKNOWN
from tests.costs.graphs import bill_of, resource, typical
from tests.costs.meters.examples import EXAMPLES, ON_DEMAND, SERVICE, SPOT, service
from tests.costs.meters.s3_examples import BUCKET
from tests.costs.named_meters import named


def test_every_meter_has_an_example() -> None:
    shown = {meter for _, _, expected in EXAMPLES.values() for meter in expected}
    assert sorted(meter.name for meter in named() if meter.name not in shown) == []


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_meter_bills_what_the_price_list_says(example: str) -> None:
    resources, usage, expected = EXAMPLES[example]
    found = typical(bill_of(*resources, usage=usage))
    wanted = {name: cost and Decimal(cost) for name, cost in expected.items()}
    assert found == {**found, **wanted}
    assert set(found) == set(wanted)


TIERS = (
    # Standard storage: 51,200 GB at 0.023, the next at 0.022
    (51_199, "1177.577"),
    (51_200, "1177.6"),
    (51_201, "1177.622"),
)


@pytest.mark.parametrize(("gigabytes", "cost"), TIERS)
def test_a_tier_ends_where_it_ends(gigabytes: int, cost: str) -> None:
    usage = {"standard.storage_gb": gigabytes, "standard.monthly_tier_1_requests": 0}
    assert typical(bill_of(resource(BUCKET), usage=usage))["S3 Standard storage"] == Decimal(cost)


def test_another_region_has_its_own_prices() -> None:
    # Sao Paulo: 730 h x 0.093 = 67.89
    gateway = resource("aws:ec2/natGateway:NatGateway")
    found = typical(bill_of(gateway, region="sa-east-1"))
    assert found["NAT gateway hour"] == Decimal("67.89")


def test_spot_costs_between_its_feed_and_on_demand() -> None:
    resources = service(
        {"capacityProviderStrategies": SPOT, "desiredCount": 1}, {"cpu": 1024, "memory": 2048}
    )
    line = next(it for it in bill_of(*resources).lines if "vCPU" in it.price.meter.name)
    assert line.monthly is not None
    # 730 h at 0.01288561, at 0.04048 x 0.4, at 0.04048
    assert (line.monthly.low, line.monthly.typical, line.monthly.high) == (
        Decimal("9.406495"),
        Decimal("11.820160"),
        Decimal("29.550400"),
    )
    assert "falls back" in line.note


FREE = {
    "a gateway endpoint": resource("aws:ec2/vpcEndpoint:VpcEndpoint"),
    "deliveries to a queue": resource(
        "aws:sns/topicSubscription:TopicSubscription", {"protocol": "sqs"}
    ),
    "an alias": resource("aws:route53/record:Record", {"aliases": [{"name": UNKNOWN}]}),
    "a cluster": resource("aws:ecs/cluster:Cluster"),
    "a service on instances": resource(SERVICE, {"launchType": "EC2"}),
    "an address of one's own": resource("aws:ec2/eip:Eip", {"publicIpv4Pool": "ipv4pool-1"}),
}


@pytest.mark.parametrize("case", FREE)
def test_what_is_free_says_why(case: str) -> None:
    bill = bill_of(FREE[case])
    assert bill.lines == ()
    assert [it.urn for it in bill.free] == [FREE[case].urn]
    assert bill.free[0].reason


UNPRICED = {
    "a database": resource("aws:rds/instance:Instance"),
    "a gateway load balancer": resource(
        "aws:lb/loadBalancer:LoadBalancer", {"loadBalancerType": "gateway"}
    ),
    "a level of Container Insights that nobody knows": resource(
        "aws:ecs/cluster:Cluster",
        {"settings": [{"name": "containerInsights", "value": "everything"}]},
    ),
    "a service without its task definition": resource(SERVICE, {"launchType": "FARGATE"}),
    "text messages": resource("aws:sns/topicSubscription:TopicSubscription", {"protocol": "sms"}),
}


@pytest.mark.parametrize("case", UNPRICED)
def test_what_has_no_price_is_said_and_counted(case: str) -> None:
    bill = bill_of(UNPRICED[case])
    assert [it.urn for it in bill.unpriced] == [UNPRICED[case].urn]
    assert bill.coverage.unpriced == 1


def test_what_is_not_known_widens_the_range_or_is_said() -> None:
    balancer = resource("aws:lb/loadBalancer:LoadBalancer", {"internal": UNKNOWN, "subnets": ["a"]})
    address = next(it for it in bill_of(balancer).lines if "IPv4" in it.price.meter.name)
    assert address.monthly is not None
    assert (address.monthly.low, address.monthly.high) == (0, Decimal("3.65"))
    sizeless = service(ON_DEMAND, {"cpu": UNKNOWN, "memory": 1024})
    vcpus = next(it for it in bill_of(*sizeless).lines if "vCPU" in it.price.meter.name)
    assert (vcpus.monthly, vcpus.note) == (None, "depends on the task's size")
