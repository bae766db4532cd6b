"""What holds for every component, whichever it is."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
from functools import cache
from itertools import chain
from typing import Any

import pulumi
import pytest

import components
from tests.components.recorder import STACK, Plan, Resource, plan
from tests.components.shapes import SHAPES

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


def args_of(cls: type) -> Any:
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
