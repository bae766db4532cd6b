"""Exit codes are an interface."""

import pytest

from buylink.exit_codes import ExitCode, first_of


def test_the_codes_are_the_documented_ones() -> None:
    assert {code.name: code.value for code in ExitCode} == {
        "FINE": 0,
        "FAILED": 1,
        "WRONG_USAGE": 2,
        "REFUSED": 3,
        "CHECK_FAILED": 4,
    }


@pytest.mark.parametrize(
    ("codes", "first"),
    [([], 0), ([0, 0], 0), ([0, 4], 4), ([4, 3], 3), ([3, 1, 0], 1), ([1, 3, 4, 2], 2)],
)
def test_several_stacks_give_the_first_of_2_1_3_4(codes: list[int], first: int) -> None:
    assert first_of(ExitCode(code) for code in codes) == first
