"""The few prices that the guard needs, packaged with it.

Made from the price book by `make goldens`; a test holds the two equal. US dollars, before tax; Spot
prices are typical ones.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple


class Price(NamedTuple):
    """For one unit: an hour, or a month."""

    amount: Decimal
    unit: str


HOURS = 730
"""Of a month."""

AS_OF = "2026-10"

REGIONS: Mapping[str, Mapping[str, Price]] = {
    "us-east-1": {
        "fargate-arm64-vcpu": Price(Decimal("0.03238"), "hour"),
        "fargate-arm64-gb": Price(Decimal("0.00356"), "hour"),
        "fargate-x86_64-vcpu": Price(Decimal("0.04048"), "hour"),
        "fargate-x86_64-gb": Price(Decimal("0.004445"), "hour"),
        "spot-arm64-vcpu": Price(Decimal("0.01030969"), "hour"),
        "spot-arm64-gb": Price(Decimal("0.00113349"), "hour"),
        "spot-x86_64-vcpu": Price(Decimal("0.01288561"), "hour"),
        "spot-x86_64-gb": Price(Decimal("0.00141493"), "hour"),
        "nat-gateway": Price(Decimal("0.045"), "hour"),
        "load-balancer": Price(Decimal("0.0225"), "hour"),
        "public-address": Price(Decimal("0.005"), "hour"),
        "secret": Price(Decimal("0.4"), "month"),
        "kms-key": Price(Decimal(1), "month"),
    },
    "us-west-2": {
        "fargate-arm64-vcpu": Price(Decimal("0.03238"), "hour"),
        "fargate-arm64-gb": Price(Decimal("0.00356"), "hour"),
        "fargate-x86_64-vcpu": Price(Decimal("0.04048"), "hour"),
        "fargate-x86_64-gb": Price(Decimal("0.004445"), "hour"),
        "spot-arm64-vcpu": Price(Decimal("0.01007"), "hour"),
        "spot-arm64-gb": Price(Decimal("0.00110714"), "hour"),
        "spot-x86_64-vcpu": Price(Decimal("0.01258905"), "hour"),
        "spot-x86_64-gb": Price(Decimal("0.00138237"), "hour"),
        "nat-gateway": Price(Decimal("0.045"), "hour"),
        "load-balancer": Price(Decimal("0.0225"), "hour"),
        "public-address": Price(Decimal("0.005"), "hour"),
        "secret": Price(Decimal("0.4"), "month"),
        "kms-key": Price(Decimal(1), "month"),
    },
    "eu-west-1": {
        "fargate-arm64-vcpu": Price(Decimal("0.03238"), "hour"),
        "fargate-arm64-gb": Price(Decimal("0.00356"), "hour"),
        "fargate-x86_64-vcpu": Price(Decimal("0.04048"), "hour"),
        "fargate-x86_64-gb": Price(Decimal("0.004445"), "hour"),
        "spot-arm64-vcpu": Price(Decimal("0.00979124"), "hour"),
        "spot-arm64-gb": Price(Decimal("0.00107649"), "hour"),
        "spot-x86_64-vcpu": Price(Decimal("0.01225536"), "hour"),
        "spot-x86_64-gb": Price(Decimal("0.00134573"), "hour"),
        "nat-gateway": Price(Decimal("0.048"), "hour"),
        "load-balancer": Price(Decimal("0.0252"), "hour"),
        "public-address": Price(Decimal("0.005"), "hour"),
        "secret": Price(Decimal("0.4"), "month"),
        "kms-key": Price(Decimal(1), "month"),
    },
    "ap-southeast-1": {
        "fargate-arm64-vcpu": Price(Decimal("0.04045"), "hour"),
        "fargate-arm64-gb": Price(Decimal("0.00442"), "hour"),
        "fargate-x86_64-vcpu": Price(Decimal("0.05056"), "hour"),
        "fargate-x86_64-gb": Price(Decimal("0.00553"), "hour"),
        "spot-arm64-vcpu": Price(Decimal("0.01235788"), "hour"),
        "spot-arm64-gb": Price(Decimal("0.00135035"), "hour"),
        "spot-x86_64-vcpu": Price(Decimal("0.01544659"), "hour"),
        "spot-x86_64-gb": Price(Decimal("0.00168947"), "hour"),
        "nat-gateway": Price(Decimal("0.059"), "hour"),
        "load-balancer": Price(Decimal("0.0252"), "hour"),
        "public-address": Price(Decimal("0.005"), "hour"),
        "secret": Price(Decimal("0.4"), "month"),
        "kms-key": Price(Decimal(1), "month"),
    },
    "ap-northeast-1": {
        "fargate-arm64-vcpu": Price(Decimal("0.04045"), "hour"),
        "fargate-arm64-gb": Price(Decimal("0.00442"), "hour"),
        "fargate-x86_64-vcpu": Price(Decimal("0.05056"), "hour"),
        "fargate-x86_64-gb": Price(Decimal("0.00553"), "hour"),
        "spot-arm64-vcpu": Price(Decimal("0.01250879"), "hour"),
        "spot-arm64-gb": Price(Decimal("0.00136684"), "hour"),
        "spot-x86_64-vcpu": Price(Decimal("0.01563522"), "hour"),
        "spot-x86_64-gb": Price(Decimal("0.0017101"), "hour"),
        "nat-gateway": Price(Decimal("0.062"), "hour"),
        "load-balancer": Price(Decimal("0.0243"), "hour"),
        "public-address": Price(Decimal("0.005"), "hour"),
        "secret": Price(Decimal("0.4"), "month"),
        "kms-key": Price(Decimal(1), "month"),
    },
    "sa-east-1": {
        "fargate-arm64-vcpu": Price(Decimal("0.0557"), "hour"),
        "fargate-arm64-gb": Price(Decimal("0.00612"), "hour"),
        "fargate-x86_64-vcpu": Price(Decimal("0.0696"), "hour"),
        "fargate-x86_64-gb": Price(Decimal("0.0076"), "hour"),
        "spot-arm64-vcpu": Price(Decimal("0.01760035"), "hour"),
        "spot-arm64-gb": Price(Decimal("0.00193382"), "hour"),
        "spot-x86_64-vcpu": Price(Decimal("0.02199254"), "hour"),
        "spot-x86_64-gb": Price(Decimal("0.00240148"), "hour"),
        "nat-gateway": Price(Decimal("0.093"), "hour"),
        "load-balancer": Price(Decimal("0.034"), "hour"),
        "public-address": Price(Decimal("0.005"), "hour"),
        "secret": Price(Decimal("0.4"), "month"),
        "kms-key": Price(Decimal(1), "month"),
    },
    "ap-south-1": {
        "fargate-arm64-vcpu": Price(Decimal("0.02383"), "hour"),
        "fargate-arm64-gb": Price(Decimal("0.00261"), "hour"),
        "fargate-x86_64-vcpu": Price(Decimal("0.04256"), "hour"),
        "fargate-x86_64-gb": Price(Decimal("0.004655"), "hour"),
        "spot-arm64-vcpu": Price(Decimal("0.00752812"), "hour"),
        "spot-arm64-gb": Price(Decimal("0.00082452"), "hour"),
        "spot-x86_64-vcpu": Price(Decimal("0.01344511"), "hour"),
        "spot-x86_64-gb": Price(Decimal("0.00147056"), "hour"),
        "nat-gateway": Price(Decimal("0.056"), "hour"),
        "load-balancer": Price(Decimal("0.0239"), "hour"),
        "public-address": Price(Decimal("0.005"), "hour"),
        "secret": Price(Decimal("0.4"), "month"),
        "kms-key": Price(Decimal(1), "month"),
    },
}
