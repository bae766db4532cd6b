"""Where the month will end at the rate of now, and how sure that is."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from app.budget_guard.cost_explorer import Costs, Row
from app.budget_guard.cost_memory import CostMemory
from app.budget_guard.forecast import FEWEST_SAMPLES, TASKS_SERVICE, Projection, project
from app.budget_guard.mode import Mode
from app.budget_guard.settings import ON_PROJECTION
from app.budget_guard.stack_costs import PRICES, Task, fixed_monthly, tasks_hourly
from buylink.costs.prices.book import EDGES, Meter, PriceError, packaged
from dev.listening import Json
from tests.app.budget_guard.aws_proxy import Answer, AwsProxy, PassOn
from tests.app.budget_guard.aws_stack import AwsStack
from tests.app.budget_guard.budget_messages import NOVEMBER
from tests.goldens import assert_golden

MOMENT = datetime(2026, 11, 11, tzinfo=UTC)


def billed(asked_on: date, tasks: str = "2.4", other: str = "4.8") -> Costs:
    """The same for every day of the month so far."""
    days = [asked_on.replace(day=1) + timedelta(days=number) for number in range(asked_on.day - 1)]
    rows = [
        Row(day=day, service=service, component="", amount=Decimal(amount))
        for day in days
        for service, amount in ((TASKS_SERVICE, tasks), ("EC2 - Other", other))
    ]
    return Costs(asked_on=asked_on, rows=tuple(rows))


def projected(rate: str, *, samples: int = 24, costs: Costs | None = None) -> Projection | None:
    return project(
        costs=costs,
        rates=[Decimal(rate)] * samples,
        fixed_costs=Decimal("0.1"),
        spent=Decimal(0),
        limit=Decimal(300),
        moment=MOMENT,
    )


def test_full_days_as_billed_and_the_rest_at_the_rate_of_now() -> None:
    projection = projected("0.1", costs=billed(MOMENT.date()))
    assert projection is not None
    # Nine full days of $7.20, and 21 days of $2.40 for tasks and $4.80 for all else.
    assert projection.amount.quantize(Decimal("0.01")) == Decimal("216.00")


def test_while_nothing_is_billed_what_stands_is_priced_from_the_list() -> None:
    projection = projected("0.1")
    assert projection is not None
    assert projection.amount.quantize(Decimal("0.01")) == Decimal("144.00")


def test_it_is_never_below_what_is_spent() -> None:
    projection = project(
        costs=None,
        rates=[Decimal("0.01")] * 24,
        fixed_costs=Decimal(0),
        spent=Decimal(290),
        limit=Decimal(300),
        moment=MOMENT,
    )
    assert projection is not None
    assert projection.amount == Decimal(290)


def test_without_enough_hours_or_a_limit_nothing_is_said() -> None:
    assert projected("9", samples=FEWEST_SAMPLES - 1) is None
    no_limit = project(
        costs=None,
        rates=[Decimal(1)] * 24,
        fixed_costs=Decimal(0),
        spent=Decimal(0),
        limit=Decimal(0),
        moment=MOMENT,
    )
    assert no_limit is None


def test_rates_that_differ_make_it_less_sure() -> None:
    steady = projected("0.4")
    mixed = project(
        costs=None,
        rates=[Decimal(rate) for rate in ["0.0", "0.8"] * 12],
        fixed_costs=Decimal("0.1"),
        spent=Decimal(0),
        limit=Decimal(300),
        moment=MOMENT,
    )
    assert steady is not None
    assert mixed is not None
    assert steady.amount == mixed.amount
    assert 0.5 < mixed.confidence() < steady.confidence()


@pytest.mark.parametrize(
    ("rate", "setting", "mode"),
    [
        ("0.1", "stop", Mode.NORMAL),
        ("0.45", "warn", Mode.NORMAL),
        ("0.45", "brake", Mode.BRAKED),
        ("0.45", "stop", Mode.BRAKED),
        ("2", "brake", Mode.BRAKED),
        ("2", "stop", Mode.STOPPED),
    ],
)
def test_it_acts_as_far_as_the_setting_lets_it(rate: str, setting: str, mode: Mode) -> None:
    projection = projected(rate)
    assert projection is not None
    assert projection.calls_for(ON_PROJECTION[setting]) is mode


def test_tasks_are_priced_by_size_architecture_and_purchase() -> None:
    arm = Task(
        service="a",
        vcpus=Decimal("0.5"),
        gigabytes=Decimal(1),
        provider="FARGATE",
        architecture="arm64",
    )
    spot = replace(arm, provider="FARGATE_SPOT", architecture="x86_64")
    assert tasks_hourly("us-east-1", [arm]) == Decimal("0.5") * Decimal("0.03238") + Decimal(
        "0.00356"
    )
    assert tasks_hourly("us-east-1", [spot]) == Decimal("0.5") * Decimal("0.01288561") + Decimal(
        "0.00141493"
    )
    assert tasks_hourly("us-east-1", [arm, replace(arm, architecture="riscv")]) is None
    assert tasks_hourly("mars-north-1", [arm]) is None


def hours_of(
    stack: AwsStack, proxy: AwsProxy, number: int, *, hours: int = 8, **changes: str
) -> str | None:
    """A stack that runs so many tasks for some hours; its mode then."""
    cluster, service = stack.add_service("api", desired=number).split("/")
    task = {
        "group": f"service:{service}",
        "cpu": "1024",
        "memory": "2048",
        "capacityProviderName": "FARGATE",
        "attributes": [{"name": "ecs.cpu-architecture", "value": "arm64"}],
    }

    def listed(asked: Json, _: PassOn) -> Answer:
        assert asked["desiredStatus"] == "RUNNING"
        first = int(asked.get("nextToken", 0))
        arns = [f"task-{task}" for task in range(number if asked["cluster"] == cluster else 0)]
        more = {"nextToken": str(first + 100)} if len(arns) > first + 100 else {}
        return 200, {"taskArns": arns[first : first + 100], **more}

    def described(asked: Json, _: PassOn) -> Answer:
        assert asked["cluster"] == cluster
        return 200, {"tasks": [task] * len(asked["tasks"])}

    proxy.rules |= {"ListTasks": listed, "DescribeTasks": described}
    for hour in range(hours):
        stack.guard(NOVEMBER + timedelta(hours=hour), proxy=proxy, changes=changes).reconcile()
    return stack.mode()


def test_a_rate_that_passes_the_limit_is_told_once_and_does_nothing_by_itself(
    stack: AwsStack, proxy: AwsProxy
) -> None:
    assert hours_of(stack, proxy, 150) == "normal"
    [notice] = stack.notices.take_notices()
    assert notice["Subject"].startswith(f"{stack.name}: will end at ")
    message = json.loads(notice["Message"])
    assert "that it passes the limit is 100% sure" in message["text"]
    assert message["projection"]["confidence"] == "1.00"


def test_with_the_setting_it_stops_and_stays_so_though_nothing_runs_any_more(
    stack: AwsStack, proxy: AwsProxy
) -> None:
    assert hours_of(stack, proxy, 150, ON_PROJECTION="stop") == "stopped"
    assert set(stack.desired().values()) == {0}
    stack.guard(NOVEMBER + timedelta(hours=30)).reconcile()
    assert stack.mode() == "stopped"
    stack.set_budget("9000", "10")
    stack.guard(NOVEMBER + timedelta(hours=31)).reconcile()
    assert stack.mode() == "normal"


@pytest.mark.parametrize("content", ["", "{}", '{"asked_on": "yesterday"}'])
def test_costs_that_can_not_be_read_keep_no_stack_from_being_stopped(
    content: str, usual: AwsStack
) -> None:
    usual.aws.client("s3").put_object(Bucket=usual.bucket, Key="costs/latest.json", Body=content)
    usual.stop()
    assert set(usual.desired().values()) == {0}


def test_it_reads_what_was_billed_and_never_asks(stack: AwsStack, proxy: AwsProxy) -> None:
    CostMemory(stack.aws.client("s3"), stack.bucket).keep(
        "costs/latest.json", billed(NOVEMBER.date(), tasks="9", other="9")
    )
    hours_of(stack, proxy, 1)
    [notice] = stack.notices.take_notices()
    # 18 full days of $18, and 12 of which all but the tasks goes on at $9.
    assert "the month ends at $443" in json.loads(notice["Message"])["text"]


METERS = {
    "fargate-arm64-vcpu": ("ECS Fargate", "Fargate vCPU-hour Linux ARM64 on-demand", "hour"),
    "fargate-arm64-gb": ("ECS Fargate", "Fargate GB-hour Linux ARM64 on-demand", "hour"),
    "fargate-x86_64-vcpu": ("ECS Fargate", "Fargate vCPU-hour Linux x86 on-demand", "hour"),
    "fargate-x86_64-gb": ("ECS Fargate", "Fargate GB-hour Linux x86 on-demand", "hour"),
    "spot-arm64-vcpu": ("ECS Fargate Spot", "Fargate Spot vCPU-hour Linux ARM64", "hour"),
    "spot-arm64-gb": ("ECS Fargate Spot", "Fargate Spot GB-hour Linux ARM64", "hour"),
    "spot-x86_64-vcpu": ("ECS Fargate Spot", "Fargate Spot vCPU-hour Linux x86", "hour"),
    "spot-x86_64-gb": ("ECS Fargate Spot", "Fargate Spot GB-hour Linux x86", "hour"),
    "nat-gateway": ("NAT Gateway", "NAT gateway hour", "hour"),
    "load-balancer": ("ALB", "ALB hour", "hour"),
    "public-address": ("VPC", "Public IPv4 address, in use", "hour"),
    "secret": ("Secrets Manager", "Secret", "month"),
    "kms-key": ("KMS", "KMS customer managed key", "month"),
}


def generated() -> str:
    """The guard's file, from the price book."""
    book = packaged()
    regions: dict[str, dict[str, str]] = {}
    for region in EDGES:
        prices = regions[region] = {}
        for thing, (service, name, _) in METERS.items():
            with suppress(PriceError):  # not sold there
                amount = book.price(region, Meter(service, name)).first
                prices[thing] = f"{amount.normalize():f}"
    content = {
        "asOf": book.as_of,
        "source": "buylink/costs/prices/book.json",
        "units": {thing: unit for thing, (_, _, unit) in METERS.items()},
        "regions": regions,
    }
    return json.dumps(content, indent=2) + "\n"


def test_the_table_is_the_price_books() -> None:
    assert_golden(PRICES, generated())


def test_what_goes_on_costing_is_priced_by_the_month() -> None:
    costs = fixed_monthly(
        "us-east-1", {"nat-gateway": 2, "load-balancer": 1, "kms-key": 0, "moon": 1}
    )
    assert {name: None if cost is None else str(cost) for name, cost in costs.items()} == {
        "NAT gateways": "65.700",
        "load balancer": "16.4250",
        "moon": None,
    }


def test_where_no_price_is_known_none_is_made_up() -> None:
    assert fixed_monthly("mars-north-1", {"nat-gateway": 1}) == {"NAT gateways": None}
