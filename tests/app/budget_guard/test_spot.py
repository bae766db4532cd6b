"""When Spot has no room: which services move to on demand, when, and back."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest

from app.budget_guard.mode import Mode
from app.budget_guard.spot import ForeignEventError, Shortage, SpotTrouble, read_event
from dev.hub.aws import ACCOUNT
from dev.listening import Json
from tests.app.budget_guard.aws_proxy import AwsProxy
from tests.app.budget_guard.aws_stack import AwsStack
from tests.app.budget_guard.budget_messages import HOUR, NOVEMBER

SPOT = [{"capacityProvider": "FARGATE_SPOT", "weight": 1, "base": 0}]
MIXED = [
    {"capacityProvider": "FARGATE", "weight": 0, "base": 1},
    {"capacityProvider": "FARGATE_SPOT", "weight": 1, "base": 0},
]
ON_DEMAND = [{"capacityProvider": "FARGATE", "weight": 1, "base": 0}]


def event(kind: str, detail: dict[str, object], service: str = "api") -> Json:
    """As EventBridge hands it to the function."""
    arn = f"arn:aws:ecs:us-east-1:{ACCOUNT}:service/one-cluster/{service}"
    return {
        "source": "aws.ecs",
        "account": ACCOUNT,
        "time": "2026-11-20T12:00:00Z",
        "detail-type": kind,
        "resources": [arn],
        "detail": {
            "clusterArn": f"arn:aws:ecs:us-east-1:{ACCOUNT}:cluster/one-cluster",
            **detail,
        },
    }


PLACEMENT = event(
    "ECS Service Action",
    {
        "eventType": "ERROR",
        "eventName": "SERVICE_TASK_PLACEMENT_FAILURE",
        "capacityProviderArns": [f"arn:aws:ecs:us-east-1:{ACCOUNT}:capacity-provider/FARGATE_SPOT"],
        "reason": "RESOURCE:FARGATE",
    },
)
INTERRUPTION = event(
    "ECS Task State Change",
    {"group": "service:api", "lastStatus": "STOPPED", "stopCode": "SpotInterruption"},
)


def reading(event: dict[str, object]) -> SpotTrouble:
    return read_event(event, account=ACCOUNT, clusters=("one-cluster",))


def test_both_events_name_the_service() -> None:
    assert reading(PLACEMENT) == SpotTrouble(service="one-cluster/api", at=NOVEMBER, no_room=True)
    assert reading(INTERRUPTION) == SpotTrouble(
        service="one-cluster/api", at=NOVEMBER, no_room=False
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"account": "999999999999"},
        {"source": "aws.ec2"},
        {"detail-type": "ECS Deployment State Change"},
        {"detail": {"clusterArn": "arn:aws:ecs:us-east-1:1:cluster/other"}},
        {"detail": PLACEMENT["detail"] | {"capacityProviderArns": ["x/FARGATE"]}},
    ],
    ids=str,
)
def test_what_is_not_spot_trouble_of_ours_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(ForeignEventError, match=r"^event's .*: expected .*, got .*: only trouble"):
        reading(PLACEMENT | changed)


def trouble(*, minutes: float = 0, no_room: bool = False) -> SpotTrouble:
    at = NOVEMBER + timedelta(minutes=minutes)
    return SpotTrouble(service="one-cluster/api", at=at, no_room=no_room)


def test_one_interruption_is_what_spot_is_cheap_for_and_three_in_an_hour_are_a_shortage() -> None:
    known = Shortage().after(trouble()).after(trouble(minutes=10))
    assert known.until == ""
    assert known.after(trouble(minutes=71)).until == ""
    assert known.after(trouble(minutes=50)).until == "2026-11-20T14:50:00Z"


def test_the_same_event_twice_counts_once() -> None:
    known = Shortage().after(trouble()).after(trouble()).after(trouble())
    assert known.until == ""


def test_a_try_that_fails_soon_makes_the_next_wait_twice_as_long_up_to_a_day() -> None:
    known, minutes, waits = Shortage(), 0.0, list[int]()
    for _ in range(6):
        known = known.after(trouble(minutes=minutes, no_room=True))
        waits.append(known.hours)
        minutes += known.hours * 60 + 30
    assert waits == [2, 4, 8, 16, 24, 24]
    assert known.after(trouble(minutes=minutes + 600, no_room=True)).hours == 2


def with_strategy(stack: AwsStack, strategy: Sequence[Mapping[str, object]]) -> str:
    """A service on Spot: moto tells a strategy only once it was set by an update."""
    name = stack.add_service("api", desired=2)
    cluster, service = name.split("/")
    stack.aws.client("ecs").update_service(
        cluster=cluster, service=service, capacityProviderStrategy=strategy
    )
    return name


def strategy(stack: AwsStack, name: str) -> Json:
    cluster, service = name.split("/")
    answer = stack.aws.client("ecs").describe_services(cluster=cluster, services=[service])
    entries = answer["services"][0]["capacityProviderStrategy"]
    return sorted(entries, key=lambda entry: entry["capacityProvider"])


def no_room(stack: AwsStack, name: str, *, proxy: AwsProxy | None = None) -> Json:
    trouble = SpotTrouble(service=name, at=NOVEMBER, no_room=True)
    return stack.guard(proxy=proxy).spot_trouble(trouble)


def test_without_room_a_service_moves_to_on_demand_and_its_price_is_told(stack: AwsStack) -> None:
    name = with_strategy(stack, SPOT)
    no_room(stack, name)
    assert strategy(stack, name) == ON_DEMAND
    assert stack.desired()[name] == 2
    [notice] = stack.notices.take_notices()
    assert notice["Subject"] == f"{stack.name}: 1 service(s) moved off Spot"
    text = json.loads(notice["Message"])["text"]
    assert f"{name} runs on demand, as Spot has no room: $0.0168 an hour more for 2" in text


def test_the_base_on_demand_stays(stack: AwsStack) -> None:
    name = with_strategy(stack, MIXED)
    no_room(stack, name)
    assert strategy(stack, name) == [{"capacityProvider": "FARGATE", "weight": 1, "base": 1}]


def test_after_the_cool_down_it_returns_to_its_strategy(stack: AwsStack) -> None:
    name = with_strategy(stack, MIXED)
    no_room(stack, name)
    stack.guard(NOVEMBER + HOUR).reconcile()
    assert strategy(stack, name) != MIXED
    stack.guard(NOVEMBER + 2 * HOUR).reconcile()
    assert strategy(stack, name) == MIXED


def test_a_strategy_that_the_program_sets_meanwhile_is_what_it_returns_to(stack: AwsStack) -> None:
    name = with_strategy(stack, SPOT)
    no_room(stack, name)
    cluster, service = name.split("/")
    stack.aws.client("ecs").update_service(
        cluster=cluster, service=service, capacityProviderStrategy=MIXED
    )
    stack.guard(NOVEMBER + HOUR).reconcile()
    assert strategy(stack, name)[0]["capacityProvider"] == "FARGATE"
    stack.guard(NOVEMBER + 2 * HOUR).reconcile()
    assert strategy(stack, name) == MIXED


@pytest.mark.parametrize("mode", [Mode.BRAKED, Mode.STOPPED])
def test_braked_or_stopped_nothing_moves_to_what_is_dearer(mode: Mode, stack: AwsStack) -> None:
    name = with_strategy(stack, SPOT)
    stack.guard().set_manually(mode)
    no_room(stack, name)
    assert strategy(stack, name) == SPOT


def test_a_brake_takes_a_service_back_to_its_strategy(stack: AwsStack) -> None:
    name = with_strategy(stack, SPOT)
    no_room(stack, name)
    stack.guard(NOVEMBER + HOUR).set_manually(Mode.BRAKED)
    assert strategy(stack, name) == SPOT


def test_a_deployment_is_waited_for(stack: AwsStack, proxy: AwsProxy) -> None:
    name = with_strategy(stack, SPOT)

    def deploying(answer: Json) -> None:
        for service in answer["services"]:
            service["deployments"] = [{"status": "PRIMARY"}, {"status": "ACTIVE"}]

    proxy.edit("DescribeServices", deploying)
    result = no_room(stack, name, proxy=proxy)
    assert strategy(stack, name) == SPOT
    assert result.outcome.waiting == (f"strategy:{name}: it is being deployed",)
    stack.guard(NOVEMBER + HOUR).reconcile()
    assert strategy(stack, name) == ON_DEMAND
