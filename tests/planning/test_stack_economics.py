"""What a bill is attributed to, at any load."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from buylink.costs.bill import Assumptions, bill
from buylink.costs.usage.load import Load, UsageError
from buylink.graph import Graph
from buylink.planning.attribution import ACTIVITIES, Activity, counterfactuals, summed
from buylink.planning.cost_flow import EXACT, cost_flow
from buylink.planning.economics.business import packaged
from buylink.planning.economics.economics import CASES, Optimization, economics

LOADS = st.builds(Load, st.integers(0, 10**8), st.integers(0, 10**6))
any_load = given(load=LOADS)
quickly = settings(max_examples=25, deadline=None)
CLOSE = Decimal("1e-9")


@quickly
@any_load
def test_the_parts_of_each_line_are_none_below_zero_and_make_the_bill(
    prod: Graph, load: Load
) -> None:
    found = counterfactuals(prod, Assumptions(load=load))
    for case in CASES:
        lines = found.lines(case)
        assert [it.name for it in lines if min(it.caused.values()) < 0] == []
        assert [it.name for it in lines if sum(it.caused.values()) > it.amount + CLOSE] == []
        assert sum(it.amount for it in lines) == case(found.whole.total)


@quickly
@any_load
def test_no_money_is_lost_on_its_way(prod: Graph, load: Load) -> None:
    money = cost_flow(prod, Assumptions(load=load))
    assert money.unbalanced == ()
    whole = bill(prod, Assumptions(load=load)).total.typical
    for graph in (money, money.folded(Decimal("0.01"))):
        assert abs(graph.total - whole) < EXACT
        assert graph.unbalanced == ()


@quickly
@given(load=st.builds(Load, st.integers(1, 10**8), st.integers(0, 10**6)))
def test_the_units_make_the_bill_in_the_typical_case(prod: Graph, load: Load) -> None:
    found = economics(prod, Assumptions(load=load), packaged())
    whole = sum(it.cost.typical for it in found.units if it.adds_up)
    assert abs(whole - found.bill.typical) < CLOSE


def test_what_nobody_uses_any_more_is_caused_by_nobody(prod: Graph) -> None:
    lines = counterfactuals(prod, Assumptions(load=Load(0, 500))).lines(lambda it: it.typical)
    caused = summed(lines)
    assert (caused["page views"], caused["redirects"]) == (0, 0)
    assert caused["videos"] > 10


def test_the_baseline_goes_to_those_who_use_its_component(prod: Graph) -> None:
    """Worked out by hand from which activities touch which component."""
    found = economics(prod, Assumptions(), packaged())
    lines = counterfactuals(prod, Assumptions()).lines(lambda it: it.typical)
    counts = dict(
        zip(ACTIVITIES, (Decimal(500) * 730 / 24, Decimal(8000), Decimal(4000)), strict=True)
    )
    users: dict[str, tuple[Activity, ...]] = {
        "hub-ai-worker": ("videos",),
        "hub-ingestion-api": ("videos",),
        "hub-storage-originals": ("videos",),
        "hub-storage-token-key": ("videos",),
        "hub-storage-thumbnails": ("videos", "page views"),
        "hub-product-service": ("page views", "redirects"),
    }
    expected: dict[Activity, Decimal] = dict.fromkeys(ACTIVITIES, Decimal(0))
    for line in lines:
        sharing = users.get(line.component, ACTIVITIES)
        whole = sum(counts[it] for it in sharing)
        for it in ACTIVITIES:
            expected[it] += line.caused[it]
            if it in sharing:
                expected[it] += line.baseline * counts[it] / whole
    parts = [it for it in found.units if it.adds_up]
    assert [it.unit for it in parts] == ["video processed", "page view", "redirect"]
    off = [abs(it.cost.typical - expected[of]) for it, of in zip(parts, ACTIVITIES, strict=True)]
    assert max(off) < CLOSE


def test_a_load_without_users_has_no_economics(prod: Graph) -> None:
    with pytest.raises(UsageError, match="load: users: expected 1 or more"):
        economics(prod, Assumptions(load=Load(0, 500)), packaged())


def test_no_change_saves_nothing_and_never_pays(prod: Graph) -> None:
    same = Optimization(name="none", graph=prod, one_time_cost=Decimal(10))
    (payback,) = economics(prod, Assumptions(), packaged(), [same]).paybacks
    assert (payback.saving, payback.months, payback.first_year_roi) == (0, None, -1)


def test_users_between_two_months_grow_by_the_same_percentage() -> None:
    months = packaged().stated(users="1=100,3=400,5=6400").projection
    assert months == {1: 100, 2: 200, 3: 400, 4: 1600, 5: 6400}


def test_users_can_become_fewer() -> None:
    assert packaged().stated(users="7=400,9=100").projection == {7: 400, 8: 200, 9: 100}
