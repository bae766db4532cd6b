"""The components' plain functions: names, zones, priorities, capacity and environments."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buylink.settings import HttpServiceSettings
from components.common.child_factory import RANDOM_SUFFIX, auto_nameable, explicit_name
from components.common.iam import service_trust
from components.hub.arguments import LAST_PRIORITY, rule_priorities
from components.network.zones import EXCLUDED_ZONE_IDS, choose_zones
from components.services.ecs_service import capacity_strategy, container_environment

US_EAST_1 = [f"use1-az{number}" for number in range(1, 7)]

service_names = st.lists(st.text("abc", min_size=1, max_size=8), min_size=1, max_size=6).map(
    "-".join
)


def http(**overrides: Any) -> HttpServiceSettings:
    sizes = {"cpu": 256, "memory": 512, "minTasks": 1, "maxTasks": 2}
    return HttpServiceSettings.model_validate({"kind": "http", **sizes, **overrides})


def test_an_explicit_name_says_project_and_stack() -> None:
    assert explicit_name("prod", "ingestion-api") == "buylink-prod-ingestion-api"


@given(service_names)
def test_pulumis_suffix_fits_behind_any_name(name: str) -> None:
    short = auto_nameable(name, 32)
    assert len(short) + RANDOM_SUFFIX <= 32
    assert not short.startswith("-")
    assert "--" not in short
    assert (short == name) == (len(name) <= 24)


@given(service_names, service_names)
def test_two_names_stay_two(first: str, second: str) -> None:
    assert (auto_nameable(first, 32) == auto_nameable(second, 32)) == (first == second)


def test_a_long_name_keeps_its_beginning() -> None:
    name = "hub-catalogue-of-everything-tg"
    assert auto_nameable(name, 32) == "hub-catalogue-of-401ad16"
    assert auto_nameable(f"{name}-too", 32) != auto_nameable(name, 32)


@given(st.permutations(US_EAST_1), st.integers(min_value=2, max_value=3))
def test_zones_are_the_same_ones_in_whatever_order_aws_lists_them(
    listed: list[str], count: int
) -> None:
    assert choose_zones("us-east-1", listed, count) == ("use1-az1", "use1-az2", "use1-az4")[:count]


def test_zones_that_fargate_leaves_out_are_never_chosen() -> None:
    for region, excluded in EXCLUDED_ZONE_IDS.items():
        usable = {"z-1", "z-2"}
        assert set(choose_zones(region, {*excluded, *usable}, 2)) == usable


def test_too_few_zones_are_an_error_that_says_what_to_do() -> None:
    with pytest.raises(ValueError, match="availabilityZones") as error:
        choose_zones("us-east-1", ["use1-az1", "use1-az2", "use1-az3"], 3)
    assert str(error.value) == (
        "expected 3 availability zones in us-east-1, got 2 (use1-az1, use1-az2) without those that "
        "Fargate or CloudFront leave out (use1-az3): lower buylink:network.availabilityZones or "
        "choose another region"
    )


@given(st.lists(service_names, unique=True, min_size=1, max_size=5), st.data())
def test_rules_come_in_order_and_the_rest_comes_last(names: list[str], data: st.DataObject) -> None:
    rest = data.draw(st.sampled_from(names))
    services = {name: http(paths=[] if name == rest else [f"/{name}/*"]) for name in names}
    priorities = rule_priorities(services)
    assert list(priorities) == names
    assert priorities.pop(rest) == LAST_PRIORITY
    assert all(first < second < LAST_PRIORITY for first, second in pairwise(priorities.values()))


weights = st.integers(min_value=0, max_value=3)


@given(base=weights, on_demand=weights, spot=weights)
def test_a_strategy_names_the_providers_in_use_alone(base: int, on_demand: int, spot: int) -> None:
    if on_demand == spot == 0:
        return
    strategy = capacity_strategy(http(onDemandBase=base, onDemandWeight=on_demand, spotWeight=spot))
    by_provider = {item.provider: (item.base, item.weight) for item in strategy}
    expected = {"FARGATE": (base, on_demand), "FARGATE_SPOT": (0, spot)}
    assert by_provider == {name: used for name, used in expected.items() if any(used)}


def test_the_environment_says_stack_and_more_of_ours_beside_the_settings_own() -> None:
    settings = http(environment={"A": "b"})
    assert container_environment(settings, "prod", {"PORT": "9000"}) == [
        {"name": "A", "value": "b"},
        {"name": "ENVIRONMENT", "value": "prod"},
        {"name": "PORT", "value": "9000"},
    ]


def test_a_role_is_trusted_to_one_service_and_where_given_one_account() -> None:
    (statement,) = service_trust("ecs-tasks.amazonaws.com")["Statement"]
    assert statement["Principal"] == {"Service": "ecs-tasks.amazonaws.com"}
    assert "Condition" not in statement
    (narrow,) = service_trust("ecs-tasks.amazonaws.com", account_id="1")["Statement"]
    assert narrow["Condition"] == {"StringEquals": {"aws:SourceAccount": "1"}}
