"""Economics: its formulas, what a bill is attributed to at any load, and the cost flow."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from buylink.costs.bill import Assumptions, bill
from buylink.costs.prices.quantity import Range
from buylink.costs.usage.load import Load, UsageError
from buylink.graph import Graph
from buylink.graph.files import read_graph
from buylink.planning.attribution import ACTIVITIES, Activity, counterfactuals, summed
from buylink.planning.cost_flow import EXACT, CostFlow, Flow, FlowError, Node, cost_flow
from buylink.planning.economics.business import packaged
from buylink.planning.economics.economics import CASES, Optimization, economics
from buylink.planning.economics.result import Payback, Period, Revenue, margin
from tests.cli.command import buylink


@pytest.fixture(scope="session")
def prod(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """Prod's graph, planned once."""
    folder = tmp_path_factory.mktemp("prod")
    run = buylink("preview", "prod", "--format", "json", "--out", "prod.json", cwd=folder)
    assert run.returncode == 0, run.stderr
    return read_graph(folder / "prod.json")


OWNERS = Revenue(arpu=Decimal(5), conversion=Decimal("0.02"))


@pytest.mark.parametrize(
    ("revenue", "cost", "expected"),
    [("10", "211", "-20.1"), ("200", "280", "-0.4"), ("1000", "420", "0.58"), ("5", "5", "0")],
)
def test_a_margin_is_of_revenue_and_has_no_floor(revenue: str, cost: str, expected: str) -> None:
    assert margin(Decimal(revenue), Decimal(cost)) == Decimal(expected)


def test_without_revenue_there_is_no_margin() -> None:
    month = Period(label="1", users=Decimal(0), revenue=Decimal(0), cost=Range.exactly(211))
    assert (month.margin, month.profit) == (None, Decimal(-211))


def test_a_user_brings_what_those_who_convert_pay() -> None:
    assert OWNERS.of(Decimal(100)) == Decimal(10)


@pytest.mark.parametrize(
    ("once", "saving", "months", "roi"),
    [("1000", "100", "10", "0.2"), ("1000", "0", None, "-1"), ("1000", "-5", None, "-1.06")],
)
def test_an_optimization_pays_back_by_what_it_saves(
    once: str, saving: str, months: str | None, roi: str
) -> None:
    payback = Payback(name="one", one_time_cost=Decimal(once), saving=Decimal(saving))
    assert payback.months == (None if months is None else Decimal(months))
    assert payback.first_year_roi == Decimal(roi)


def test_what_costs_nothing_to_make_pays_at_once_and_has_no_roi() -> None:
    payback = Payback(name="free", one_time_cost=Decimal(0), saving=Decimal(1))
    assert (payback.months, payback.first_year_roi) == (Decimal(0), None)


LOADS = st.builds(Load, st.integers(0, 10**8), st.integers(0, 10**6))
any_load = given(load=LOADS)
quickly = settings(max_examples=25, deadline=None)
CLOSE = Decimal("1e-9")


@quickly
@any_load
def test_the_parts_of_each_line_are_none_below_zero_and_make_the_bill(
    prod: Graph, load: Load
) -> None:
    bills = counterfactuals(prod, Assumptions(load=load))
    for case in CASES:
        lines = bills.lines(case)
        assert [line.name for line in lines if min(line.caused.values()) < 0] == []
        assert [
            line.name for line in lines if sum(line.caused.values()) > line.amount + CLOSE
        ] == []
        assert sum(line.amount for line in lines) == case(bills.whole.total)


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
    result = economics(prod, Assumptions(load=load), packaged())
    whole = sum(unit.cost.typical for unit in result.units if unit.adds_up)
    assert abs(whole - result.bill.typical) < CLOSE


def test_what_nobody_uses_any_more_is_caused_by_nobody(prod: Graph) -> None:
    lines = counterfactuals(prod, Assumptions(load=Load(0, 500))).lines(
        lambda amount: amount.typical
    )
    caused = summed(lines)
    assert (caused["page views"], caused["redirects"]) == (0, 0)
    assert caused["videos"] > 10


def test_the_baseline_goes_to_those_who_use_its_component(prod: Graph) -> None:
    """Worked out by hand from which activities touch which component."""
    result = economics(prod, Assumptions(), packaged())
    lines = counterfactuals(prod, Assumptions()).lines(lambda amount: amount.typical)
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
        whole = sum(counts[activity] for activity in sharing)
        for activity in ACTIVITIES:
            expected[activity] += line.caused[activity]
            if activity in sharing:
                expected[activity] += line.baseline * counts[activity] / whole
    parts = [unit for unit in result.units if unit.adds_up]
    assert [part.unit for part in parts] == ["video processed", "page view", "redirect"]
    off = [
        abs(unit.cost.typical - expected[activity])
        for unit, activity in zip(parts, ACTIVITIES, strict=True)
    ]
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


figures = st.integers(min_value=0, max_value=10**7)


def total(prod: Graph, users: int, videos: int) -> Range:
    return bill(prod, Assumptions(load=Load(users, videos))).total


@settings(max_examples=50, deadline=None)
@given(users=figures, more_users=figures, videos=figures, more_videos=figures)
def test_more_users_and_videos_never_cost_less(
    prod: Graph, users: int, more_users: int, videos: int, more_videos: int
) -> None:
    few = total(prod, users, videos)
    many = total(prod, users + more_users, videos + more_videos)
    assert few.typical <= many.typical
    assert few.low <= many.low


NODES = (
    Node(id="users", kind="driver", label="Users"),
    Node(id="nat", kind="service", label="NAT Gateway"),
    Node(id="network", kind="component", label="network"),
)


def flow(source: str, target: str, amount: str) -> Flow:
    return Flow(source=source, target=target, amount=Decimal(amount))


def graph(*flows: Flow, nodes: tuple[Node, ...] = NODES) -> CostFlow:
    return CostFlow("shop", "USD a month", nodes, flows)


def test_a_node_has_what_comes_in_and_a_source_what_goes_out() -> None:
    money = graph(flow("users", "nat", "2.5"), flow("nat", "network", "2.5"))
    assert {node.id: money.amount(node.id) for node in money.nodes} == dict.fromkeys(
        ("users", "nat", "network"), Decimal("2.5")
    )
    assert money.total == Decimal("2.5")
    assert money.unbalanced == ()


def test_a_node_that_loses_money_is_named() -> None:
    money = graph(flow("users", "nat", "3"), flow("nat", "network", "2"))
    assert [node.id for node in money.unbalanced] == ["nat"]


def test_all_that_is_wrong_with_a_graph_is_said_at_once() -> None:
    nodes = (*NODES, Node(id="nat", kind="service", label="again"))
    flows = (
        flow("users", "nowhere", "-1"),
        flow("nat", "network", "1"),
        flow("network", "nat", "1"),
    )
    with pytest.raises(FlowError, match="node nat") as error:
        graph(*flows, flow("nat", "network", "1"), nodes=nodes)
    assert list(error.value.problems) == [
        "node nat: expected once",
        "flow nat -> network: expected once",
        "flow users -> nowhere: expected a node, got 'nowhere'",
        "flow users -> nowhere: expected 0 or more, got -1",
        "expected no circle, got network <- nat <- network",
    ]


def test_money_that_comes_back_to_its_own_node_is_a_circle() -> None:
    with pytest.raises(FlowError, match="expected no circle, got nat <- nat"):
        graph(flow("nat", "nat", "1"))
