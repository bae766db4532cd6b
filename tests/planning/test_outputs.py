"""What the two commands write, to the letter, for each stack and in each format."""

from pathlib import Path

import pytest

from tests.goldens import assert_golden
from tests.planning.rendered import FORMATS, growth_outputs, options_outputs
from tests.planning.results import STACKS

GOLDENS = Path(__file__).with_name("goldens")

pytestmark = pytest.mark.xdist_group("planning")


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("ending", FORMATS)
def test_growth_is_as_its_golden(stack: str, ending: str) -> None:
    name = f"growth-{stack}.{ending}"
    assert_golden(GOLDENS / name, growth_outputs(stack)[name])


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("ending", FORMATS)
def test_options_are_as_their_golden(stack: str, ending: str) -> None:
    name = f"options-{stack}.{ending}"
    assert_golden(GOLDENS / name, options_outputs(stack)[name])
