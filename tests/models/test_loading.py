"""Models that can't be used: file, line, path, what was expected, all at once."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from buylink.models.audit import audit
from buylink.models.cost_flow import cost_flow
from buylink.models.economics import economics
from buylink.models.evaluation import Evaluation
from buylink.models.loading import load
from buylink.models.model import ModelError
from tests.models.declared import model_of, problems_of, written

HEAD = "model: shop\ncounts: [user, task]\n"
COSTS = HEAD + "costs:\n  amount: 10 USD/month\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            HEAD + "costs: {quantity: 1 task, list: 'EC2: c5.24xlrge Linux on-demand'}\n",
            ":3: costs.list: no price for EC2: c5.24xlrge Linux on-demand in us-east-1",
        ),
        (
            HEAD + "costs: {quantity: 1 task, list: 'EC2: c5.24xlrge Linux on-demand'}\n",
            "did you mean 'EC2: c5.24xlarge Linux on-demand'?",
        ),
        (HEAD + "costs: {quantity: 1 task, list: Lambda}\n", "costs.list: expected a meter such"),
        (HEAD + "costs: {amount: 10 USD}\n", ":3: costs.amount: expected USD/month or the like"),
        (HEAD + "costs: {amount: 10}\n", ":3: costs.amount: expected a number with its unit"),
        (
            HEAD + "costs: {quantity: 1 user, unitPrice: 2 USD/task/month, amount: 2 USD/month}\n",
            "costs.amount: product: USD*user/month/task can't be converted to USD/month",
        ),
        (
            HEAD + "costs: {quantity: 1 task, unitPrice: 2 GB/task, amount: 2 USD/month}\n",
            "costs.unitPrice: expected USD for each unit, got '2 GB/task'",
        ),
        (COSTS + "b: {figures: {c: {follows: {same: d.c}}}}\n", "expected the path of a figure"),
        (
            COSTS
            + "b: {figures: {c: {follows: {same: d.c}}}}\nd: {figures: {c: {follows: {same: b.c}}}}\n",
            ":5: b.c: expected no circle, got b.c -> d.c -> b.c",
        ),
        (
            COSTS + "b: {figures: {c: {is: 1 %, follows: {same: b.c}}}}\n",
            "b.c: same: expected other figures, got itself",
        ),
        (
            HEAD + "costs:\n  parts:\n    a: {amount: 6 USD/month, share: 60 %}\n"
            "    b: {amount: 4 USD/month, share: 45 %}\n",
            "costs: expected shares of the parts that make 100 %, got 105 %",
        ),
        (COSTS + "  amuont: 10 USD/month\n", ":5: costs.amuont: expected one of the keys here"),
        (COSTS + "  amount: 10 USD/month\n", ":5: costs.amount: expected once, got it twice"),
        (COSTS + "b: 3\n", ":5: b: expected a section, or model,"),
        (COSTS + "b: {figures: {c: {follows: {some: d}}}}\n", "expected one rule; did you mean"),
        (COSTS + "b: {figures: {c: {follows: {ratio: [costs]}}}}\n", "expected 2 of them, got 1"),
        (COSTS + "b: {figures: {c: {why: so}}}\n", "expected `is: ` with the figure"),
        (
            COSTS + "b: {figures: {c: {follows: {ratio: [costs, d]}}}}\nd: {amount: 0 %}\n",
            "nothing",
        ),
        (
            COSTS + "b: {figures: {c: {is: 1 %, again: {7: 1 user}}}}\n",
            ":5: b.c: expected % in line 7 too, got '1 user'",
        ),
        (
            HEAD + "costs: {quantity: 2 task, unitPrice: 3 USD/task}\n",
            ":3: costs.amount: USD can't be converted to USD/month",
        ),
        (COSTS + "region: mars-1\n", ":5: region: expected one of ap-northeast-1"),
        (COSTS + "document: no.md\n", ":5: document: expected a text beside the model"),
        (COSTS + "b: {at: x}\n", ":5: b.at: expected the number of a line, got 'x'"),
        (COSTS + "b: {figures: {a.b: 1 %}}\n", "expected a name without dots, stars and spaces"),
        (HEAD, "costs: missing: expected the section with the cost tree"),
        ("costs: {amount: 1 USD/month}\n", "model: missing: expected the model's name"),
        (HEAD + "costs: {parts: {a: {}}}\n", "costs.a: expected an amount, or parts, or quantity"),
        (HEAD + "costs: [1]\n", "costs: expected a section"),
        ("- 1\n", "expected the keys of a model, got none"),
        ("a: [\n", "expected YAML"),
        ("a: &a [*a]\ncosts: &c\n  parts: {x: *c}\n", "an alias of itself"),
        ("model: shop\ncounts: [1]\ncosts: {amount: 1 USD/month}\n", "a thing that is counted"),
    ],
)
def test_what_is_wrong_with_a_model_is_said(tmp_path: Path, text: str, message: str) -> None:
    problems = problems_of(tmp_path, text)
    assert message in "\n".join(problems)
    assert all(problem.startswith("model.yaml:") for problem in problems)


def test_all_that_is_wrong_is_said_at_once_in_the_order_of_lines(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path,
        "model: shop\ncosts:\n  parts:\n    a: {amount: 1}\n    b: {amount: 2 USD}\n"
        "    c: {quantity: 1 GB, list: 'S3: Nothing'}\nd: {figures: {e: {is: 1 %, follows: {same: f}}}}\n",
    )
    assert [problem.split(":")[1] for problem in problems] == ["4", "5", "6", "7"]


def test_a_figure_that_the_document_does_not_have_in_its_line_is_refused(tmp_path: Path) -> None:
    (tmp_path / "it.md").write_text("It costs $1,000.\n", "utf-8")
    text = "model: shop\ndocument: it.md\ncosts: {at: 1, amount: '1,00%s USD/month'}\n"
    assert model_of(tmp_path, text % "0").document is not None
    (problem,) = problems_of(tmp_path, text % "1")
    assert problem == (
        "model.yaml:3: costs.amount: expected '1,001' in line 1 of it.md, got 'It costs $1,000.'"
    )


@pytest.mark.parametrize("line", ["$15", "$5.5", "$5,000", "1.5"])
def test_a_part_of_another_number_is_not_the_figure(tmp_path: Path, line: str) -> None:
    (tmp_path / "it.md").write_text(f"{line}\n", "utf-8")
    text = "model: shop\ndocument: it.md\ncosts: {at: 1, amount: 5 USD/month}\n"
    assert "expected '5' in line 1" in "\n".join(problems_of(tmp_path, text))


def test_a_figure_without_a_line_of_its_document_is_refused(tmp_path: Path) -> None:
    (tmp_path / "it.md").write_text("$5\n", "utf-8")
    text = "model: shop\ndocument: it.md\ncosts: {amount: 5 USD/month}\n"
    assert "expected `at: ` with its line in it.md" in "\n".join(problems_of(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("costs: {parts: {a: {amount: 1 USD/month}, b: {amount: 24 USD/year}}}", 3),
        ("costs: {quantity: 2 task, unitPrice: 0.5 USD/task/hour}", 730),
        ("costs: {quantity: 2 task, list: 'NAT Gateway: NAT gateway hour'}", "65.7"),
        (
            "costs: {quantity: 2 task, list: [{of: 0.5 vCPU/task,"
            " price: 'ECS Fargate: Fargate vCPU-hour Linux x86 on-demand'}]}",
            "29.5504",
        ),
    ],
)
def test_an_amount_that_is_not_stated_follows(tmp_path: Path, text: str, amount: str) -> None:
    model = model_of(tmp_path, f"model: shop\ncounts: [task, vCPU]\n{text}\n")
    value = Evaluation(model).of(model.figures["costs.amount"]).typical.to("USD/month")
    assert round(value.number, 9) == round(type(value.number)(amount), 9)


def test_a_list_price_is_of_the_models_region(tmp_path: Path) -> None:
    text = "model: shop\ncounts: [task]\nregion: %s\ncosts: {quantity: 1 task, list: 'NAT Gateway: NAT gateway hour'}\n"
    amounts = [
        Evaluation(model).of(model.figures["costs.amount"]).typical.to("USD/month").number
        for model in (model_of(tmp_path, text % region) for region in ("us-east-1", "sa-east-1"))
    ]
    assert [round(amount, 2) for amount in map(float, amounts)] == [32.85, 67.89]


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


def problems_with(path: Path) -> tuple[str, ...]:
    """None of a model that all can be made of."""
    try:
        model = load(path)
        audit(model)
        cost_flow(model)
        economics(model)
    except ModelError as error:
        return error.problems or ("no problem is reported",)
    return ()


def are_told(problems: tuple[str, ...]) -> bool:
    return all(problem.startswith("model.yaml") for problem in problems)


def test_the_model_that_is_changed_is_one(tmp_path: Path) -> None:
    assert problems_with(written(tmp_path, "\n".join(LINES) + "\n")) == ()


@few
@given(seed=st.integers(0, 2**32), changes=st.integers(1, 5))
@example(seed=1, changes=1)
def test_a_model_with_lines_changed_is_read_or_refused(
    tmp_path: Path, seed: int, changes: int
) -> None:
    chance = random.Random(seed)
    lines: list[str] = list(LINES)
    for _ in range(changes):
        place = chance.randrange(len(lines))
        key, colon, _ = lines[place].partition(": ")
        lines[place] = f"{key}{colon}{chance.choice(PIECES)}" if colon else chance.choice(PIECES)
    assert are_told(problems_with(written(tmp_path, "\n".join(lines) + "\n")))


@few
@given(text=st.text(max_size=200))
def test_any_text_is_read_or_refused(tmp_path: Path, text: str) -> None:
    assert are_told(problems_with(written(tmp_path, text)))


@pytest.mark.parametrize("deep", [10, 30])
def test_aliases_of_aliases_end(tmp_path: Path, deep: int) -> None:
    lines = ["model: m", "costs: {amount: 1 USD/month}", "a0: &a0 {amount: 1 USD/month}"]
    for number in range(deep):
        parts = f"x: *a{number}, y: *a{number}, z: *a{number}"
        lines.append(f"a{number + 1}: &a{number + 1} {{parts: {{{parts}}}}}")
    with pytest.raises(ModelError, match="aliases without end"):
        load(written(tmp_path, "\n".join(lines) + "\n"))
