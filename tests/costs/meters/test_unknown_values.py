"""A value that is only known after deployment takes nothing out of a bill unsaid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
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
            yield from ({**value, key: it} for it in hidden(part))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from ([*value[:index], it, *value[index + 1 :]] for it in hidden(part))


def with_one_unknown(resources: tuple[Resource, ...]) -> Iterator[tuple[Resource, ...]]:
    for index, one in enumerate(resources):
        for name, value in one.inputs.items():
            for it in hidden(value):
                changed = replace(one, inputs={**one.inputs, name: it})
                yield (*resources[:index], changed, *resources[index + 1 :])


def unsaid(bill: Estimate) -> int:
    """How much of a bill depends on something, or has no price."""
    return len(bill.unpriced) + sum(line.monthly is None for line in bill.lines)


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_unknown_value_makes_no_bill_smaller_unsaid(example: str) -> None:
    resources, usage, _ = EXAMPLES[example]
    known = bill_of(*resources, usage=usage)
    silent = [
        [it.inputs for it in changed]
        for changed in with_one_unknown(resources)
        if (bill := bill_of(*changed, usage=usage)).total.high < known.total.typical
        and unsaid(bill) <= unsaid(known)
    ]
    assert silent == []
