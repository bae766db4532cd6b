"""What would be cheaper, on the real stacks: each change really previewed and priced."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from buylink.costs.prices.quantity import Range
from buylink.planning.options.result import Option
from tests.cli.command import buylink
from tests.goldens import assert_golden
from tests.planning.results import STACKS, option_of, options_of, options_outputs

GOLDENS = Path(__file__).with_name("goldens")

pytestmark = pytest.mark.xdist_group("planning")


@pytest.mark.parametrize(
    "name", ["options-prod.txt", "options-dev.json", "options-dev.csv", "options-staging.md"]
)
def test_options_are_as_their_golden(name: str) -> None:
    stack = name.split("-")[1].split(".", maxsplit=1)[0]
    assert_golden(GOLDENS / name, options_outputs(stack)[name])


def test_options_have_the_figures_of_their_golden() -> None:
    """Those of dev are in its golden JSON."""
    assert_golden(GOLDENS / "options.figures", figures("prod") + figures("staging"))


def figures(stack: str) -> str:
    """A line an option, and the best set: what each saves, and whether it may be taken."""
    answer = json.loads(options_outputs(stack)[f"options-{stack}.json"])
    lines = [f"{answer['stack']} {answer['total']['typical']} {answer['verdict']}"]
    for option in answer["options"]:
        total = option["total"] and option["total"]["typical"]
        verdict = "; ".join([*option["breaks"], *option["refusals"]]) or option["verdict"]
        facts = [f"{fact['name']} {fact['amount']} {fact['unit']}" for fact in option["facts"]]
        saving = f"{option['saving']} to {total}" if total else option["unpriced"]
        lines.append(": ".join([option["id"], saving, str(verdict), *facts]))
    best = answer["best"]
    lines.append(f"best {best['total']['typical']}: {', '.join(best['options'])}")
    lines += [f"left out {left['option']}: {left['why']}" for left in best["leftOut"]]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("stack", STACKS)
def test_options_are_ranked_by_what_they_save_and_the_unpriced_are_last(stack: str) -> None:
    savings = [option.saving for option in options_of(stack).singles]
    known = [saving for saving in savings if saving is not None]
    assert known == sorted(known, reverse=True)
    assert savings[: len(known)] == known


@pytest.mark.parametrize(
    ("stack", "name"), [("prod", "nat-none"), ("prod", "edge-off"), ("dev", "hours-work")]
)
def test_an_option_costs_what_a_plain_bill_of_the_changed_stack_says(
    stack: str, name: str, tmp_path: Path
) -> None:
    option = option_of(stack, name)
    assert billed(stack, option, tmp_path) == option.total


def test_the_best_set_costs_what_a_plain_bill_says_and_passes_a_preview(tmp_path: Path) -> None:
    best = options_of("prod").best
    config = [part for change in best.changes for part in ("--config", change.override)]
    run = buylink("preview", "prod", "--format", "json", *config, cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    (stack,) = json.loads(run.stdout)["stacks"]
    assert Decimal(stack["cost"]["total"]["typical"]) == best.total.typical


def billed(stack: str, option: Option, folder: Path) -> Range:
    config = [part for change in option.changes for part in ("--config", change.override)]
    run = buylink("costs", stack, "--format", "json", *config, cwd=folder)
    assert run.returncode == 0, run.stderr
    total = json.loads(run.stdout)["total"]
    return Range(*(Decimal(total[name]) for name in ("low", "typical", "high")))


@pytest.mark.parametrize("stack", STACKS)
def test_the_best_set_is_no_dearer_than_the_best_single_option_that_is_allowed(stack: str) -> None:
    answer = options_of(stack)
    allowed = [
        option.total.typical
        for option in answer.singles
        if option.method == "previewed"
        and option.allowed
        and option.total
        and option.effort == "low"
    ]
    assert answer.best.total.typical <= min(allowed)
    assert answer.best.verdict == "passed"
    taken = [option for option in answer.singles if option.id in answer.best.options]
    assert all(option.allowed and option.effort == "low" for option in taken)


@pytest.mark.parametrize("stack", STACKS)
def test_what_saves_and_is_not_in_the_best_set_says_why(stack: str) -> None:
    answer = options_of(stack)
    left_out = {one.option for one in answer.best.left_out}
    saving = {
        option.id
        for option in answer.singles
        if option.method == "previewed" and (option.saving or 0) > 0
    }
    assert saving == left_out | set(answer.best.options)
    assert all(one.why for one in answer.best.left_out)


def test_prod_keeps_two_zones_its_on_demand_base_and_what_is_kept() -> None:
    broken = {option.id: option.breaks for option in options_of("prod").singles if option.breaks}
    assert broken == {
        "nat-single": ("two zones",),
        "tasks-one": ("two zones",),
        "spot-all": ("on-demand base",),
        "logs-retention": ("retention",),
        "data-recovery": ("retention",),
        "s3-expire": ("retention",),
        "hours-work": ("any hour",),
    }


def test_the_pack_refuses_what_its_caps_forbid() -> None:
    assert option_of("prod", "spot-all").verdict == "refused"
    assert option_of("prod", "spot-all").refusals[0].policy == "ecs-spot-share"
    assert [refusal.policy for refusal in option_of("dev", "nat-dual").refusals] == [
        "monthly-cost-cap",
        "nat-gateways",
    ]
    assert option_of("prod", "nat-endpoints").refusals[0].policy == "cost-surprise"


def test_what_costs_more_is_said() -> None:
    dearer = {
        option.id
        for option in options_of("prod").singles
        if option.saving is not None and option.saving < 0
    }
    expected = {"nat-endpoints", "tasks-x86_64", "edge-off", "spot-none", "region-sa-east-1"}
    assert expected <= dearer


def test_thumbnails_are_too_small_to_tier_and_the_settings_say_so() -> None:
    option = option_of("prod", "s3-thumbnails")
    assert (option.total, option.saving) == (None, None)
    assert "a million objects of 20 KB" in option.unpriced


def test_a_savings_plan_counts_on_what_runs_on_demand_all_month_alone() -> None:
    """Two half vCPUs with a GB each: $0.03238 x 730 + $0.00356 x 2 x 730."""
    option = option_of("prod", "plan-1y")
    facts = {fact.name: round(fact.amount, 4) for fact in option.facts}
    assert facts["on-demand baseline"] == Decimal("28.8350")
    # 0.0255 x 730 + 0.0028 x 2 x 730
    assert facts["commitment"] == Decimal("0.0311")
    assert option.saving is not None
    assert round(option.saving, 2) == Decimal("6.13")
    assert round(facts["break-even utilization"], 1) == Decimal("78.7")
    assert option_of("dev", "plan-1y").saving == 0


def test_all_seven_regions_are_compared() -> None:
    regions = {option.id for option in options_of("prod").singles if option.group == "region"}
    assert len(regions) == 6
    assert options_of("prod").region == "us-east-1"


def test_serverless_has_its_break_even() -> None:
    facts = {fact.name: fact.amount for fact in option_of("prod", "serverless-http").facts}
    assert facts["requests now"] < facts["break-even"]


@pytest.mark.parametrize("stack", STACKS)
def test_each_option_says_its_risk_its_effort_and_why(stack: str) -> None:
    for option in options_of(stack).singles:
        assert option.risk in {"low", "medium", "high"}
        assert option.effort in {"low", "medium", "high"}
        assert option.why
        assert "\n" not in option.why
