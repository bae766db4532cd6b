"""What holds for every meter."""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from buylink.costs import meters, pooling
from buylink.costs.estimate import Estimate
from buylink.costs.meters.charge import MeterSpec
from buylink.costs.meters.registry import FREE_TYPES, METERS_BY_TYPE
from buylink.costs.prices.book import EDGES, Meter, packaged
from buylink.graph import UNKNOWN, Resource, Secret, Value
from tests.costs.graphs import bill_of, resource, urn
from tests.costs.meters.examples import EXAMPLES

PROJECT = Path(__file__).resolve().parents[3]
KNOWN_TYPES = PROJECT / "tests" / "system" / "engine" / "standins" / "resource_types.json"


def modules() -> Iterator[ModuleType]:
    for module in pkgutil.iter_modules(meters.__path__):
        yield import_module(f"{meters.__name__}.{module.name}")


def named() -> set[Meter]:
    """Every meter that a module names, in constants, tables and what is made of them."""
    return {
        meter for module in modules() for value in vars(module).values() for meter in held(value)
    }


def held(value: object) -> Iterator[Meter]:
    if isinstance(value, Meter):
        yield value
    elif isinstance(value, dict):
        yield from (meter for part in value.values() for meter in held(part))
    elif isinstance(value, tuple):
        yield from (meter for part in value for meter in held(part))
    elif is_dataclass(value) and not isinstance(value, type):
        yield from (meter for part in fields(value) for meter in held(getattr(value, part.name)))


def test_every_meter_has_an_example() -> None:
    shown = {meter for _, _, expected in EXAMPLES.values() for meter in expected}
    assert sorted(meter.name for meter in named() if meter.name not in shown) == []


@pytest.mark.parametrize("region", EDGES)
def test_every_meter_has_a_price_in_every_region(region: str) -> None:
    prices = packaged().in_region(region)
    assert len(named()) > 90
    assert [meter for meter in named() if prices.price(meter).first < 0] == []
    assert len(pooling.allowances(prices)) > 10


def test_a_type_is_metered_or_free_and_never_both() -> None:
    assert set(METERS_BY_TYPE) & set(FREE_TYPES) == set()


def test_every_type_that_a_stack_can_make_is_priced_or_declared_free() -> None:
    types = json.loads(KNOWN_TYPES.read_text())["types"]
    assert sorted(set(types) - set(METERS_BY_TYPE) - set(FREE_TYPES)) == []


@pytest.mark.parametrize("metered", METERS_BY_TYPE.values(), ids=METERS_BY_TYPE)
def test_usage_keys_are_described_and_differ(metered: MeterSpec) -> None:
    names = [key.name for key in metered.usage_keys]
    assert len(names) == len(set(names))
    assert all(key.unit and key.about for key in metered.usage_keys)
    assert metered.terraform.startswith("aws_")


USED = {name: example for name, example in EXAMPLES.items() if example[1]}
MAY_COST_LESS = {"object_kb"}
"""A larger object may be moved to a cheaper class."""


@pytest.mark.parametrize("example", USED)
@settings(max_examples=10, deadline=None)  # each example changes every key
@given(more=st.decimals(1, 10**4, places=2), spread=st.decimals(1, 100, places=2))
def test_more_usage_never_costs_less(example: str, more: Decimal, spread: Decimal) -> None:
    resources, usage, _ = USED[example]
    amounts = {key: Decimal(str(figure)) for key, figure in usage.items()}

    def costs(changed: dict[str, Decimal]) -> tuple[Decimal, Decimal, Decimal]:
        ranges = {
            key: (str(figure / spread), str(figure), str(figure * spread))
            for key, figure in changed.items()
        }
        total = bill_of(*resources, usage=ranges).total
        return total.low, total.typical, total.high

    before = costs(amounts)
    assert list(before) == sorted(before)
    for key in set(amounts) - MAY_COST_LESS:
        after = costs({**amounts, key: amounts[key] * more})
        less = [now for was, now in zip(before, after, strict=True) if now < was]
        assert (key, less) == (key, [])


@pytest.mark.parametrize("metered", METERS_BY_TYPE.values(), ids=METERS_BY_TYPE)
def test_a_resource_of_which_nothing_is_known_is_never_silently_free(metered: MeterSpec) -> None:
    bill = bill_of(resource(metered.type, dict.fromkeys(PROPERTIES, UNKNOWN)))
    assert bill.lines or bill.free or bill.unpriced
    zero = [
        line for line in bill.lines if line.monthly is not None and line.monthly.high == Decimal(0)
    ]
    assert zero == []


PROPERTIES = sorted(
    {"alarmActions", "publicIpv4Pool", "region"}.union(
        *(one.inputs for resources, _, _ in EXAMPLES.values() for one in resources)
    )
)
"""What meters read: all that an example states."""

nonsense = st.sampled_from(
    [UNKNOWN, Secret("x"), None, "", "x", "-1", -1, 0, 10**30, 1.5, True, [], [None], ["x"], [{}],
     {}, {"x": 1}, {"enabled": "maybe"}, [{"period": "x"}]]
)  # fmt: skip


@given(
    kind=st.sampled_from(sorted(METERS_BY_TYPE)),
    inputs=st.dictionaries(st.sampled_from(PROPERTIES), nonsense, max_size=6),
    stated=st.booleans(),
)
def test_no_nonsense_in_a_graph_ends_the_bill_or_makes_a_resource_free(
    *, kind: str, inputs: dict[str, Value], stated: bool
) -> None:
    usage = (
        {key.name: ("1", "10", "100") for key in METERS_BY_TYPE[kind].usage_keys}
        if stated
        else None
    )
    task = resource("aws:ecs/taskDefinition:TaskDefinition", inputs)
    target = resource("aws:appautoscaling/target:Target", inputs, refers={"resourceId": urn(kind)})
    refers = {"taskDefinition": task.urn}
    bill = bill_of(resource(kind, inputs, refers=refers), task, target, usage=usage)
    reported = {outcome.urn for outcome in (*bill.lines, *bill.free, *bill.unpriced)}
    assert urn(kind) in reported


def hidden(value: Value) -> Iterator[Value]:
    """The value with one part of it unknown, for each part, and unknown as a whole."""
    yield UNKNOWN
    if isinstance(value, dict):
        for key, part in value.items():
            yield from ({**value, key: variant} for variant in hidden(part))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from ([*value[:index], variant, *value[index + 1 :]] for variant in hidden(part))


def with_one_unknown(resources: tuple[Resource, ...]) -> Iterator[tuple[Resource, ...]]:
    for index, one in enumerate(resources):
        for name, value in one.inputs.items():
            for variant in hidden(value):
                changed = replace(one, inputs={**one.inputs, name: variant})
                yield (*resources[:index], changed, *resources[index + 1 :])


def unsaid(bill: Estimate) -> int:
    """How much of a bill depends on something, or has no price."""
    return len(bill.unpriced) + sum(line.monthly is None for line in bill.lines)


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_unknown_value_makes_no_bill_smaller_unsaid(example: str) -> None:
    resources, usage, _ = EXAMPLES[example]
    known = bill_of(*resources, usage=usage)
    silent = [
        [variant.inputs for variant in changed]
        for changed in with_one_unknown(resources)
        if (bill := bill_of(*changed, usage=usage)).total.high < known.total.typical
        and unsaid(bill) <= unsaid(known)
    ]
    assert silent == []


TYPES: dict[str, dict[str, list[str]]] = json.loads(KNOWN_TYPES.read_text("utf-8"))["types"]


def previewed(one: Resource) -> Resource:
    """With the outputs that a provider leaves open in a preview: AWS fills them in."""
    about = TYPES.get(one.type, {"computed": [], "defaulted": []})
    names = [*about["computed"], *about["defaulted"]]
    return replace(
        one, outputs={**one.inputs, **{name: UNKNOWN for name in names if name not in one.inputs}}
    )


@pytest.mark.parametrize("example", EXAMPLES)
def test_what_a_program_leaves_to_aws_is_not_taken_for_unknown(example: str) -> None:
    resources, usage, _ = EXAMPLES[example]
    known = bill_of(*resources, usage=usage)
    bill = bill_of(*map(previewed, resources), usage=usage)
    assert (bill.total, bill.unpriced) == (known.total, known.unpriced)
