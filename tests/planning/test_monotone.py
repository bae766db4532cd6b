"""More of anything never costs less: bills of one planned graph at any loads."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from buylink.costs.bill import Assumptions, bill
from buylink.costs.prices.quantity import Range
from buylink.costs.usage.load import Load
from buylink.graph import Graph
from buylink.graph.files import read_graph
from tests.cli.command import buylink

figures = st.integers(min_value=0, max_value=10**7)


@cache
def prod() -> Graph:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "prod.json"
        run = buylink("preview", "prod", "--format", "json", "--out", str(file), cwd=Path(folder))
        assert run.returncode == 0, run.stderr
        return read_graph(file)


def total(users: int, videos: int) -> Range:
    return bill(prod(), Assumptions(load=Load(users, videos))).total


@settings(max_examples=50, deadline=None)
@given(figures, figures, figures, figures)
def test_more_users_and_videos_never_cost_less(
    users: int, more_users: int, videos: int, more_videos: int
) -> None:
    few, many = total(users, videos), total(users + more_users, videos + more_videos)
    assert few.typical <= many.typical
    assert few.low <= many.low
