"""Whatever a file holds, it is a model or it is refused with its lines: nothing else happens."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from buylink.models.audit import audit
from buylink.models.cost_flow import cost_flow
from buylink.models.economics import economics
from buylink.models.loading import load
from buylink.models.model import ModelError
from tests.models.declared import written

LINES = """\
model: made
counts: [user, task]
economics:
  bill: costs
  users: users.active
  arpu: users.arpu
  conversion: users.conversion
  loads: growth
  periods: [growth]
costs:
  amount: 42 USD/month
  parts:
    tasks:
      driver: users
      quantity: 2 task
      unitPrice: 3 USD/task/month
      amount: 6 USD/month
    gateways:
      quantity: 1 task
      list: "NAT Gateway: NAT gateway hour"
    rest:
      amount: {is: 3.15 USD/month, again: {7: 3.15 USD/month}, why: so it is}
      share: 7.5 %
users:
  figures:
    active: 10 user
    arpu: 5 USD/user/month
    conversion: 20 %
    each:
      is: 4.2 USD/user/month
      follows: {ratio: [costs, users.active], reading: all of them}
growth:
  parts:
    first:
      amount: 42 USD/month
      figures: {users: 10 user}
    second:
      amount:
        is: 84 USD/month
        follows:
          - product: [costs, {ratio: [growth.second.users, growth.first.users]}]
          - between: [costs, {figure: 200 USD/month}]
      figures: {users: 20 user}
""".splitlines()
PIECES = (
    *("0 user", "-5 USD/month", "500+ user", "<1 %", "~0 USD/month", "99999999999999999999 %"),
    *("costs", "costs.*", "costs.*.*", "", "[]", "{}", "*a", "&a", "{price: 'S3: no'}", "1 USD/x"),
)
few = settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def problems_of(path: Path) -> tuple[str, ...]:
    """None of a model that all can be made of."""
    try:
        model = load(path)
        audit(model)
        cost_flow(model)
        economics(model)
    except ModelError as error:
        return error.problems or ("no problem is told",)
    return ()


def are_told(problems: tuple[str, ...]) -> bool:
    return all(problem.startswith("model.yaml") for problem in problems)


def test_the_model_that_is_changed_is_one(tmp_path: Path) -> None:
    assert problems_of(written(tmp_path, "\n".join(LINES) + "\n")) == ()


@few
@given(seed=st.integers(0, 2**32), changes=st.integers(1, 5))
@example(seed=1, changes=1)
def test_a_model_with_lines_changed_is_read_or_refused(
    tmp_path: Path, seed: int, changes: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - which lines a test changes
    lines: list[str] = list(LINES)
    for _ in range(changes):
        place = chance.randrange(len(lines))
        key, colon, _ = lines[place].partition(": ")
        lines[place] = f"{key}{colon}{chance.choice(PIECES)}" if colon else chance.choice(PIECES)
    assert are_told(problems_of(written(tmp_path, "\n".join(lines) + "\n")))


@few
@given(text=st.text(max_size=200))
def test_any_text_is_read_or_refused(tmp_path: Path, text: str) -> None:
    assert are_told(problems_of(written(tmp_path, text)))


@pytest.mark.parametrize("deep", [10, 30])
def test_aliases_of_aliases_end(tmp_path: Path, deep: int) -> None:
    lines = ["model: m", "costs: {amount: 1 USD/month}", "a0: &a0 {amount: 1 USD/month}"]
    for number in range(deep):
        parts = f"x: *a{number}, y: *a{number}, z: *a{number}"
        lines.append(f"a{number + 1}: &a{number + 1} {{parts: {{{parts}}}}}")
    with pytest.raises(ModelError, match="aliases without end"):
        load(written(tmp_path, "\n".join(lines) + "\n"))
