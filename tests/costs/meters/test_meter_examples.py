"""Each meter's arithmetic, done by hand from AWS's price list in us-east-1."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from buylink.costs.meters.bedrock import MODEL
from buylink.costs.prices.quantity import Range
from buylink.graph import UNKNOWN, Value
from tests.costs.graphs import bill_of, resource, typical
from tests.costs.meters.ecs_examples import ON_DEMAND, SERVICE, SPOT, service
from tests.costs.meters.examples import EXAMPLES
from tests.costs.meters.s3_examples import BUCKET


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_meter_bills_what_the_price_list_says(example: str) -> None:
    resources, usage, expected = EXAMPLES[example]
    billed = typical(bill_of(*resources, usage=usage))
    wanted = {name: cost and Decimal(cost) for name, cost in expected.items()}
    assert billed == {**billed, **wanted}
    assert set(billed) == set(wanted)


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
    billed = typical(bill_of(gateway, region="sa-east-1"))
    assert billed["NAT gateway hour"] == Decimal("67.89")


def test_spot_costs_between_its_feed_and_on_demand() -> None:
    resources = service(
        {"capacityProviderStrategies": SPOT, "desiredCount": 1}, {"cpu": 1024, "memory": 2048}
    )
    line = next(line for line in bill_of(*resources).lines if "vCPU" in line.price.meter.name)
    assert line.monthly is not None
    # 730 h at 0.01288561, at 0.04048 x 0.4, at 0.04048
    assert (line.monthly.low, line.monthly.typical, line.monthly.high) == (
        Decimal("9.406495"),
        Decimal("11.820160"),
        Decimal("29.550400"),
    )
    assert "falls back" in line.note


def test_viewers_outside_a_price_class_cost_what_its_cheapest_area_does() -> None:
    def cost(inputs: dict[str, str]) -> Decimal | None:
        distribution = resource("aws:cloudfront/distribution:Distribution", inputs)
        usage = {"monthly_data_transfer_to_internet_gb": 100}
        bill = bill_of(distribution, usage=usage, region="sa-east-1")
        return typical(bill)["CloudFront data transfer out to internet"]

    # 100 GB at 0.11 in South America, and at 0.085 in the US
    assert cost({}) == Decimal(11)
    assert cost({"priceClass": "PriceClass_200"}) == Decimal("8.5")


def test_a_key_that_rotates_costs_more_as_it_gets_older() -> None:
    (key, _) = bill_of(resource("aws:kms/key:Key", {"enableKeyRotation": True})).lines
    # After 1, 12 and 36 months; no more than two rotations are charged.
    assert key.monthly == Range.between(1, 2, 3)


def test_what_is_stated_and_has_no_price_is_said() -> None:
    distribution = resource("aws:cloudfront/distribution:Distribution")
    stated = bill_of(distribution, usage={"custom_ssl_certificates": 1})
    assert "certificates on addresses of their own" in stated.unpriced[0].reason
    assert bill_of(distribution, usage={"custom_ssl_certificates": 0}).unpriced == ()


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
    assert [uncharged.urn for uncharged in bill.free] == [FREE[case].urn]
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
    "tasks that a clock starts": resource(
        "aws:scheduler/schedule:Schedule", {"target": {"ecsParameters": {"taskCount": 1}}}
    ),
    "tasks that an event starts": resource(
        "aws:cloudwatch/eventTarget:EventTarget", {"ecsTarget": {"taskCount": 1}}
    ),
    "flow logs in a bucket": resource("aws:ec2/flowLog:FlowLog", {"logDestinationType": "s3"}),
    "a certificate to take along": resource(
        "aws:acm/certificate:Certificate", {"options": {"export": "ENABLED"}}
    ),
    "a certificate of a private authority": resource(
        "aws:acm/certificate:Certificate", {"certificateAuthorityArn": UNKNOWN}
    ),
    "pollers that are kept": resource(
        "aws:lambda/eventSourceMapping:EventSourceMapping",
        {"provisionedPollerConfig": {"minimumPollers": 2}},
    ),
    "a certificate on addresses of its own": resource(
        "aws:cloudfront/distribution:Distribution",
        {"viewerCertificate": {"sslSupportMethod": "vip"}},
    ),
    "Origin Shield": resource(
        "aws:cloudfront/distribution:Distribution",
        {"origins": [{"originShield": {"enabled": True}}]},
    ),
    "a rule group against bots": resource(
        "aws:wafv2/webAcl:WebAcl",
        {
            "rules": [
                {
                    "statement": {
                        "managedRuleGroupStatement": {
                            "vendorName": "AWS",
                            "name": "AWSManagedRulesBotControlRuleSet",
                        }
                    }
                }
            ]
        },
    ),
    "queries by place": resource(
        "aws:route53/record:Record", {"geolocationRoutingPolicies": [{"country": "US"}]}
    ),
    "an RSA key": resource("aws:kms/key:Key", {"customerMasterKeySpec": "RSA_2048"}),
    "text messages": resource("aws:sns/topicSubscription:TopicSubscription", {"protocol": "sms"}),
}


@pytest.mark.parametrize("case", UNPRICED)
def test_what_has_no_price_is_said_and_counted(case: str) -> None:
    bill = bill_of(UNPRICED[case])
    assert [uncharged.urn for uncharged in bill.unpriced] == [UNPRICED[case].urn]
    assert bill.coverage.unpriced == 1


def test_what_is_not_known_widens_the_range_or_is_said() -> None:
    balancer = resource(
        "aws:lb/loadBalancer:LoadBalancer", {"internal": UNKNOWN, "subnets": ["a", "b"]}
    )
    address = next(line for line in bill_of(balancer).lines if "IPv4" in line.price.meter.name)
    assert address.monthly is not None
    assert (address.monthly.low, address.monthly.high) == (0, Decimal("7.3"))
    sizeless = service(ON_DEMAND, {"cpu": UNKNOWN, "memory": 1024})
    vcpus = next(line for line in bill_of(*sizeless).lines if "vCPU" in line.price.meter.name)
    assert (vcpus.monthly, vcpus.note) == (None, "depends on the task's size")


TASK_DEFINITION = "aws:ecs/taskDefinition:TaskDefinition"
MODEL_NAMED = [{"name": MODEL, "value": "amazon.nova-lite-v1:0"}]
NO_MODEL = [{"name": "TABLE_NAME", "value": "hub"}]


@pytest.mark.parametrize(
    ("containers", "stated"),
    [
        (json.dumps([{"name": "worker", "environment": MODEL_NAMED}]), None),
        (UNKNOWN, MODEL_NAMED),
        (UNKNOWN, [*NO_MODEL, {"name": MODEL, "value": UNKNOWN}]),
    ],
    ids=["in its containers", "stated by the component", "not known yet"],
)
def test_a_task_that_names_a_model_is_not_priced(containers: Value, stated: Value) -> None:
    owner = resource("buylink:worker:Worker", {"containerEnvironment": stated}, custom=False)
    task = resource(TASK_DEFINITION, {"containerDefinitions": containers}, parent=owner.urn)
    bill = bill_of(task, owner)
    assert [uncharged.reason for uncharged in bill.unpriced] == [
        "Bedrock bills the tokens of the model that BEDROCK_MODEL_ID names"
    ]


def test_any_other_task_definition_is_free_itself() -> None:
    containers = json.dumps([{"name": "worker", "environment": NO_MODEL}])
    bill = bill_of(resource(TASK_DEFINITION, {"containerDefinitions": containers}))
    assert (len(bill.free), bill.unpriced) == (1, ())
