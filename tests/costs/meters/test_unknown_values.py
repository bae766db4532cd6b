"""A value that is only known after deployment takes nothing out of a bill unsaid."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from buylink.costs.estimate import Estimate
from buylink.graph import UNKNOWN, Resource
from tests.costs.graphs import bill_of
from tests.costs.meters.examples import EXAMPLES


def hidden(value: Any) -> Iterator[Any]:
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


KNOWN_TYPES = (
    Path(__file__).parents[3] / "tests" / "system" / "engine" / "standins" / "resource_types.json"
)
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
