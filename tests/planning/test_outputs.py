"""What the two commands write: to the letter for a stack a format, by its figures for each stack."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.goldens import assert_golden
from tests.planning.rendered import growth_outputs, options_outputs
from tests.planning.results import STACKS

GOLDENS = Path(__file__).with_name("goldens")

pytestmark = pytest.mark.xdist_group("planning")


@pytest.mark.parametrize(
    "name", ["growth-dev.txt", "growth-prod.json", "growth-staging.csv", "growth-staging.md"]
)
def test_growth_is_as_its_golden(name: str) -> None:
    stack = name.split("-")[1].split(".", maxsplit=1)[0]
    assert_golden(GOLDENS / name, growth_outputs(stack)[name])


@pytest.mark.parametrize("stack", STACKS)
def test_growth_has_the_figures_of_its_golden(stack: str) -> None:
    assert_golden(GOLDENS / f"growth-{stack}.csv", growth_outputs(stack)[f"growth-{stack}.csv"])


@pytest.mark.parametrize(
    "name", ["options-prod.txt", "options-dev.json", "options-dev.csv", "options-staging.md"]
)
def test_options_are_as_their_golden(name: str) -> None:
    stack = name.split("-")[1].split(".", maxsplit=1)[0]
    assert_golden(GOLDENS / name, options_outputs(stack)[name])


@pytest.mark.parametrize("stack", STACKS)
def test_options_have_the_figures_of_their_golden(stack: str) -> None:
    document = json.loads(options_outputs(stack)[f"options-{stack}.json"])
    assert_golden(GOLDENS / f"options-{stack}.figures", figures(document))


def figures(found: dict[str, Any]) -> str:
    """A line an option, and the best set: what each saves, and whether it may be taken."""
    lines = [f"{found['stack']} {found['total']['typical']} {found['verdict']}"]
    for option in found["options"]:
        total = option["total"] and option["total"]["typical"]
        verdict = "; ".join([*option["breaks"], *option["refusals"]]) or option["verdict"]
        facts = [f"{fact['name']} {fact['amount']} {fact['unit']}" for fact in option["facts"]]
        saving = f"{option['saving']} to {total}" if total else option["unpriced"]
        lines.append(": ".join([option["id"], saving, str(verdict), *facts]))
    best = found["best"]
    lines.append(f"best {best['total']['typical']}: {', '.join(best['options'])}")
    lines += [f"left out {left['option']}: {left['why']}" for left in best["leftOut"]]
    return "\n".join(lines) + "\n"
