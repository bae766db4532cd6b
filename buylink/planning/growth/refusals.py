"""From which load on the policy pack refuses a growing stack."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from buylink.planning.change import load_changes
from buylink.planning.growth.result import Cap, Point
from buylink.planning.replan import Plan, Replanner

MONTHLY_COST: Final = "monthlyCost"
"""The key of a policy's configuration that caps a month's cost, in USD."""
FEW: Final = 6
"""Points of a course that are all asked for where it is refused; of more, the first."""

_ByPolicy = Mapping[str, Cap]


class Refusals:
    """Asks the pack at few loads: what it refuses at one, it refuses at each that costs more."""

    def __init__(self, stack: Replanner, declared: Plan) -> None:
        self._stack, self._declared = stack, declared
        self._always = frozenset(caps_of(declared))
        self._monthly_costs = {
            policy.name: Decimal(str(cap))
            for policy in declared.preview.policies
            if isinstance(cap := policy.caps.get(MONTHLY_COST), int | float)
        }

    def along(self, points: Sequence[Point]) -> list[tuple[Cap, ...]]:
        """The policies that refuse each point, and not the stack as declared."""
        order = sorted(range(len(points)), key=lambda index: points[index].total.typical)
        asked: dict[int, _ByPolicy] = {}

        def refused(place: int) -> _ByPolicy:
            if place not in asked:
                asked[place] = self._ask(points[order[place]])
            return asked[place]

        by_point: list[list[Cap]] = [[] for _ in points]
        for policy in sorted(refused(len(order) - 1)):
            first = _first(
                lambda place, of=policy: of in refused(place),
                len(order),
                _guesses([points[index] for index in order], self._monthly_costs.get(policy)),
            )
            for place in range(first, len(order)):
                if len(order) <= FEW:
                    refused(place)
                here = asked.get(place, {}).get(policy)
                there = replace(refused(first)[policy], asked_at=points[order[first]].load)
                by_point[order[place]].append(here or there)
        return [tuple(caps) for caps in by_point]

    def _ask(self, point: Point) -> _ByPolicy:
        load = load_changes(self._declared.load, point.load)
        (plan,) = self._stack.previews(
            [[*(adjustment.change for adjustment in point.adjustments), *load]]
        )
        return {policy: cap for policy, cap in caps_of(plan).items() if policy not in self._always}


def _first(refused: Callable[[int], bool], number: int, guesses: Iterable[int]) -> int:
    """The first refused place of so many, whose last is refused: by halves, the guesses first."""
    first, last = 0, number - 1
    for place in (nearby for guess in guesses for nearby in (guess, guess - 1)):
        if first <= place < last:
            first, last = (first, place) if refused(place) else (place + 1, last)
    while first < last:
        middle = (first + last) // 2
        first, last = (first, middle) if refused(middle) else (middle + 1, last)
    return first


def _guesses(points: Sequence[Point], monthly_cost: Decimal | None) -> Iterator[int]:
    """Where a policy may well begin to refuse; only to ask the pack less often.

    Where settings begin to be adjusted, and where the bill passes the policy's cap of it.
    """
    adjusted = (place for place, point in enumerate(points) if point.adjustments)
    yield from itertools.islice(adjusted, 1)
    if monthly_cost is not None:
        yield sum(1 for point in points if point.total.typical <= monthly_cost)


def caps_of(plan: Plan) -> _ByPolicy:
    """The policies that refuse a plan, each with the first that it says."""
    caps: dict[str, Cap] = {}
    for refusal in plan.preview.refusals:
        cap = Cap(
            kind="policy", name=refusal.policy, what=refusal.message, then=refusal.remediation
        )
        caps.setdefault(refusal.policy, cap)
    return caps
