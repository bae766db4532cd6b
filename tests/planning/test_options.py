"""What would be cheaper, on the real stacks: each change really previewed and priced."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from buylink.costs.prices.quantity import Range
from buylink.planning.options.result import Option
from tests.cli.command import buylink
from tests.planning.found import STACKS, option_of, options_of

pytestmark = pytest.mark.xdist_group("planning")


@pytest.mark.parametrize("stack", STACKS)
def test_options_are_ranked_by_what_they_save_and_the_unpriced_are_last(stack: str) -> None:
    savings = [it.saving for it in options_of(stack).singles]
    known = [it for it in savings if it is not None]
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
    config = [part for it in best.changes for part in ("--config", it.override)]
    run = buylink("preview", "prod", "--format", "json", *config, cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    (stack,) = json.loads(run.stdout)["stacks"]
    assert Decimal(stack["cost"]["total"]["typical"]) == best.total.typical


def billed(stack: str, option: Option, folder: Path) -> Range:
    config = [part for it in option.changes for part in ("--config", it.override)]
    run = buylink("costs", stack, "--format", "json", *config, cwd=folder)
    assert run.returncode == 0, run.stderr
    total = json.loads(run.stdout)["total"]
    return Range(*(Decimal(total[name]) for name in ("low", "typical", "high")))


@pytest.mark.parametrize("stack", STACKS)
def test_the_best_set_is_no_dearer_than_the_best_single_option_that_is_allowed(stack: str) -> None:
    found = options_of(stack)
    allowed = [
        it.total.typical
        for it in found.singles
        if it.method == "previewed" and it.allowed and it.total and it.effort == "low"
    ]
    assert found.best.total.typical <= min(allowed)
    assert found.best.verdict == "passed"
    taken = [it for it in found.singles if it.id in found.best.options]
    assert all(it.allowed and it.effort == "low" for it in taken)


@pytest.mark.parametrize("stack", STACKS)
def test_what_saves_and_is_not_in_the_best_set_says_why(stack: str) -> None:
    found = options_of(stack)
    told = {it.option for it in found.best.left_out}
    saving = {it.id for it in found.singles if it.method == "previewed" and (it.saving or 0) > 0}
    assert saving == told | set(found.best.options)
    assert all(it.why for it in found.best.left_out)


def test_prod_keeps_two_zones_its_on_demand_base_and_what_is_kept() -> None:
    broken = {it.id: it.breaks for it in options_of("prod").singles if it.breaks}
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
    assert option_of("prod", "spot-all").refusals[0].startswith("ecs-spot-share: ")
    assert option_of("dev", "nat-dual").refusals[0].startswith("nat-gateways: ")
    assert "cost-surprise" in option_of("prod", "nat-endpoints").refusals[0]


def test_what_costs_more_is_said() -> None:
    dearer = {it.id for it in options_of("prod").singles if it.saving is not None and it.saving < 0}
    expected = {"nat-endpoints", "tasks-x86_64", "edge-off", "spot-none", "region-sa-east-1"}
    assert expected <= dearer


def test_thumbnails_are_too_small_to_tier_and_the_settings_say_so() -> None:
    option = option_of("prod", "s3-thumbnails")
    assert (option.total, option.saving) == (None, None)
    assert "a million objects of 20 KB" in option.unpriced


def test_a_savings_plan_counts_on_what_runs_on_demand_all_month_alone() -> None:
    """Two half vCPUs with a GB each: $0.03238 x 730 + $0.00356 x 2 x 730."""
    option = option_of("prod", "plan-1y")
    facts = {it.name: round(it.amount, 4) for it in option.facts}
    assert facts["on-demand baseline"] == Decimal("28.8350")
    # 0.0255 x 730 + 0.0028 x 2 x 730
    assert facts["commitment"] == Decimal("0.0311")
    assert option.saving is not None
    assert round(option.saving, 2) == Decimal("6.13")
    assert round(facts["break-even utilization"], 1) == Decimal("78.7")
    assert option_of("dev", "plan-1y").saving == 0


def test_all_seven_regions_are_compared() -> None:
    regions = {it.id for it in options_of("prod").singles if it.group == "region"}
    assert len(regions) == 6
    assert options_of("prod").region == "us-east-1"


def test_serverless_has_its_break_even() -> None:
    facts = {it.name: it.amount for it in option_of("prod", "serverless-http").facts}
    assert facts["requests now"] < facts["break-even"]


@pytest.mark.parametrize("stack", STACKS)
def test_each_option_says_its_risk_its_effort_and_why(stack: str) -> None:
    for it in options_of(stack).singles:
        assert it.risk in {"low", "medium", "high"}
        assert it.effort in {"low", "medium", "high"}
        assert it.why
        assert "\n" not in it.why
