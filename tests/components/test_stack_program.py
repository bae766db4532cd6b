"""The program as a whole, and what holds of every component in it."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import json
import os
import pkgutil
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_aws import cloudwatch

import components
from buylink.settings import SettingsError
from buylink.settings.stack_files import read_stack_file
from components.common.child_factory import RANDOM_SUFFIX, auto_nameable, explicit_name
from components.common.iam import service_trust
from tests.components.plans import CONTAINERS, FUNCTIONS, SHAPES, WITHOUT_EDGE
from tests.components.recorder import (
    REPOSITORY,
    STACK,
    Plan,
    RecordingMonitor,
    Resource,
    hermetic_environment,
    plan,
    record,
    run_program,
)

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def test_the_exports_name_what_the_runbooks_use() -> None:
    exports = plan("prod").exports
    assert exports == {
        "url": "https://hub-edge-distribution:domainName",
        "clusterName": "buylink-prod-cluster",
        "workerClusterName": "buylink-prod-workers",
        "serviceNames": {name: f"buylink-prod-{name}" for name in CONTAINERS},
        "logGroupNames": {name: f"/buylink/prod/{name}" for name in (*CONTAINERS, *FUNCTIONS)},
        "vpcId": "hub-network-vpc:id",
        "loadBalancerDnsName": "hub-load-balancer-alb:dnsName",
        "distributionId": "hub-edge-distribution:id",
        "distributionDomainName": "hub-edge-distribution:domainName",
        "repositoryUrls": {
            name: f"hub-{name}-images-repository:repositoryUrl" for name in CONTAINERS
        },
        "tableName": "buylink-prod-hub",
        "thumbnailsBucket": "hub-storage-thumbnails-bucket:bucket",
        "originalsBucket": "hub-storage-originals-bucket:bucket",
        "reportsBucket": "hub-storage-reports-bucket:bucket",
        "queueUrl": exports["queueUrl"],
        "deadLetterQueueName": "buylink-prod-videos-dead-letters",
        "secretArns": exports["secretArns"],
        "budgetName": "buylink-prod",
        "noticeTopicArn": exports["noticeTopicArn"],
    }
    assert len(exports["secretArns"]) == 5


def test_without_the_edge_the_url_is_the_domains_and_no_distribution_is_exported() -> None:
    exports = plan("dev", *WITHOUT_EDGE).exports
    assert exports["url"] == "https://hub.example.com"
    assert not [name for name in exports if name.startswith("distribution")]


@pytest.mark.parametrize(
    ("stack", "users", "videos"), [("dev", 20, 20), ("staging", 100, 100), ("prod", 1000, 500)]
)
def test_the_load_is_an_input_and_an_output_of_the_root(
    stack: str, users: int, videos: int
) -> None:
    planned = plan(stack)
    hub = planned.one("buylink:hub:Hub")
    assert hub.inputs["load"] == {"users": users, "videosPerDay": videos}
    assert planned.outputs[hub.urn]["load"] == hub.inputs["load"]


def test_wrong_settings_register_nothing() -> None:
    override = "buylink:network.natGateways=triple"
    config = read_stack_file(REPOSITORY, "dev", [override]).pulumi_config()
    monitor = RecordingMonitor()
    with pytest.raises(SettingsError, match="natGateways"):
        record(lambda: run_program(config), monitor=monitor)
    assert [resource.type for resource in monitor.plan.resources] == [STACK]


def test_aws_settings_of_the_machine_do_not_reach_the_program(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "somebody")
    with hermetic_environment({"a": "b"}):
        assert not [name for name in os.environ if name.startswith("AWS_")]
        assert os.environ["PULUMI_CONFIG"] == '{"a": "b"}'
    assert os.environ["AWS_PROFILE"] == "somebody"


def test_a_wrong_expectation_fails() -> None:
    planned = record(lambda: _log_group(retention_days=7))
    with pytest.raises(AssertionError):
        assert planned.one("cloudwatch/logGroup:LogGroup").inputs["retentionInDays"] == 8


def test_what_is_registered_inside_an_apply_is_recorded_too() -> None:
    """Else a test that something is absent could pass too early."""

    def program() -> None:
        pulumi.Output.from_input(3).apply(_log_group)

    planned = record(program)
    assert planned.one("cloudwatch/logGroup:LogGroup").inputs["retentionInDays"] == 3


def test_an_error_in_a_program_reaches_the_test() -> None:
    def program() -> None:
        raise RuntimeError("the program's own")

    with pytest.raises(RuntimeError, match="the program's own"):
        record(program)


def _log_group(retention_days: int) -> None:
    cloudwatch.LogGroup("logs", retention_in_days=retention_days)


def test_no_test_of_components_asserts_inside_an_apply() -> None:
    for path in sorted(Path(__file__).parent.glob("*.py")):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
                is_apply = call.func.attr == "apply"
                assert not (is_apply and "assert" in ast.unparse(call)), path.name


def test_the_program_holds_no_logic_of_its_own() -> None:
    tree = ast.parse((REPOSITORY / "__main__.py").read_text("utf-8"))
    assert not [
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.For | ast.While)
    ]


def test_planning_twice_gives_the_same_stack() -> None:
    stack, overrides = SHAPES["prod with every option"]
    first = plan(stack, *overrides)
    second = plan(stack, *overrides, "buylink:load.users=1")
    inputs = [
        {
            # An archive is an object of the SDK's; the hash beside it says whether it is the same.
            resource.urn: {name: value for name, value in resource.inputs.items() if name != "code"}
            for resource in planned.resources
            if resource.type != "buylink:hub:Hub"
        }
        for planned in (first, second)
    ]
    assert inputs[0] == inputs[1]


REQUIRED_TAGS = {"Project", "Environment", "Stack", "Component", "CostCenter", "ManagedBy", "Name"}


def component_classes() -> list[type[pulumi.ComponentResource]]:
    """Every component, found by walking the package."""
    modules = [
        importlib.import_module(module.name)
        for module in pkgutil.walk_packages(components.__path__, "components.")
    ]
    members = chain.from_iterable(inspect.getmembers(module, inspect.isclass) for module in modules)
    return sorted(
        {
            cls
            for _, cls in members
            if issubclass(cls, pulumi.ComponentResource)
            and cls.__module__.startswith("components.")
        },
        key=lambda cls: cls.__name__,
    )


def type_token(cls: type) -> str:
    return f"buylink:{cls.__module__.split('.')[-1]}:{cls.__name__}"


def args_of(cls: type) -> type[DataclassInstance]:
    """The dataclass of a component's args."""
    return getattr(importlib.import_module(cls.__module__), f"{cls.__name__}Args")


@cache
def is_taggable(type_: str) -> bool:
    """Whether the SDK's class for an `aws:` type takes tags."""
    _, module, name = type_.split(":")
    package = {"lambda": "lambda_"}.get(module.split("/")[0], module.split("/")[0])
    cls = getattr(importlib.import_module(f"pulumi_aws.{package}"), name)
    return "tags" in inspect.signature(cls._internal_init).parameters


@pytest.fixture(params=SHAPES, scope="module")
def planned(request: pytest.FixtureRequest) -> Plan:
    stack, overrides = SHAPES[request.param]
    return plan(stack, *overrides)


def components_in(planned: Plan) -> list[Resource]:
    return [resource for resource in planned.resources if resource.type.startswith("buylink:")]


def test_the_walk_finds_the_components() -> None:
    assert [cls.__name__ for cls in component_classes()] == [
        "BudgetGuard",
        "CostMonitoring",
        "Edge",
        "FargateService",
        "Hub",
        "Images",
        "LoadBalancer",
        "Network",
        "QueueWorker",
        "ScheduledFunction",
        "Secrets",
        "ServiceCluster",
        "Storage",
        "Table",
        "TieredBucket",
        "TokenKey",
    ]


def test_a_components_type_says_which_file_it_is_in() -> None:
    stack, overrides = SHAPES["prod"]
    types = {component.type for component in components_in(plan(stack, *overrides))}
    assert types == {type_token(cls) for cls in component_classes()}


@pytest.mark.parametrize("cls", component_classes())
def test_a_component_has_a_file_of_its_own(cls: type) -> None:
    others = [other for other in component_classes() if other.__module__ == cls.__module__]
    assert others == [cls]


@pytest.mark.parametrize("cls", component_classes())
def test_a_component_takes_a_name_its_args_and_options(cls: type) -> None:
    args = args_of(cls)
    parameters = inspect.signature(cls.__init__).parameters.values()
    assert [
        (parameter.name, parameter.annotation)
        for parameter in parameters
        if parameter.name != "self"
    ] == [
        ("name", "str"),
        ("args", args.__name__),
        ("opts", "pulumi.ResourceOptions | None"),
    ]


@pytest.mark.parametrize("cls", component_classes())
def test_a_components_args_are_frozen_and_go_by_keyword(cls: type) -> None:
    args = args_of(cls)
    fields = dataclasses.fields(args)
    assert all(field.kw_only for field in fields)
    values = args(**dict.fromkeys(field.name for field in fields))
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(values, fields[0].name, "another")


@pytest.mark.parametrize("cls", component_classes())
def test_a_component_says_what_it_makes_and_what_it_is_made_from(cls: type) -> None:
    args = args_of(cls)
    assert inspect.getdoc(cls) != inspect.getdoc(pulumi.ComponentResource)
    assert not (inspect.getdoc(args) or "").startswith(f"{args.__name__}(")


def test_everything_hangs_under_the_hub(planned: Plan) -> None:
    (stack,) = planned.of_type(STACK)
    (hub,) = planned.of_type("buylink:hub:Hub")
    assert [resource.name for resource in planned.resources if resource.parent == stack.urn] == [
        hub.name
    ]
    parents = {component.urn for component in components_in(planned)}
    orphans = [
        resource.name
        for resource in planned.resources
        if resource.parent not in {*parents, stack.urn, ""}
    ]
    assert orphans == []


def test_a_child_is_named_after_its_component(planned: Plan) -> None:
    names = {component.urn: component.name for component in components_in(planned)}
    misnamed = [
        resource.name
        for resource in planned.resources
        if resource.parent in names and not resource.name.startswith(f"{names[resource.parent]}-")
    ]
    assert misnamed == []


def test_every_component_registers_outputs(planned: Plan) -> None:
    without = [
        component.name
        for component in components_in(planned)
        if not planned.outputs.get(component.urn)
    ]
    assert without == []


def test_everything_taggable_carries_all_tags(planned: Plan) -> None:
    taggable = [
        resource
        for resource in planned.resources
        if resource.type.startswith("aws:") and is_taggable(resource.type)
    ]
    assert len(taggable) > 30
    untagged = [
        resource.name
        for resource in taggable
        if set(resource.inputs.get("tags", {})) != REQUIRED_TAGS
    ]
    assert untagged == []


def test_the_tags_tell_stacks_and_components_apart(planned: Plan) -> None:
    (hub,) = planned.of_type("buylink:hub:Hub")
    names = {component.urn: component.name for component in components_in(planned)}
    of_component: dict[str, set[str]] = {}
    for resource in planned.resources:
        tags = resource.inputs.get("tags")
        if tags:
            assert tags["Stack"] == f"buylink-{hub.inputs['stack']}"
            assert tags["Environment"] == hub.inputs["stack"]
            of_component.setdefault(names[resource.parent], set()).add(tags["Component"])
    # One a component, and one that its name says.
    assert {name: tags for name, tags in of_component.items() if len(tags) != 1} == {}
    assert [name for name, (tag,) in of_component.items() if tag not in name] == []


def test_names_leave_room_for_what_pulumi_adds(planned: Plan) -> None:
    limits = {"aws:lb/targetGroup:TargetGroup": 32, "aws:lb/loadBalancer:LoadBalancer": 32}
    limits["aws:iam/role:Role"] = 64
    too_long = [
        resource.name
        for resource in planned.resources
        if len(resource.name) + 8 > limits.get(resource.type, 128)
    ]
    assert too_long == []


service_names = st.lists(st.text("abc", min_size=1, max_size=8), min_size=1, max_size=6).map(
    "-".join
)


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


def test_a_role_is_trusted_to_one_service_and_where_given_one_account() -> None:
    (statement,) = json.loads(json.dumps(service_trust("ecs-tasks.amazonaws.com")))["Statement"]
    assert statement["Principal"] == {"Service": "ecs-tasks.amazonaws.com"}
    assert "Condition" not in statement
    narrowed = service_trust("ecs-tasks.amazonaws.com", account_id="1")
    (narrow,) = json.loads(json.dumps(narrowed))["Statement"]
    assert narrow["Condition"] == {"StringEquals": {"aws:SourceAccount": "1"}}
