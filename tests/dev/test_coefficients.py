from datetime import date

import pytest

from buylink.costs.usage import coefficients
from buylink.costs.usage.coefficients import packaged
from dev.bench.hub.coefficients import FILE, Figure, rounded, written

DAY = date(2026, 11, 25)
MEASURED = Figure(low=0.0371, typical=12.34, high=1234.5, source='clips, "noisy"')


def test_a_measured_figure_takes_the_line_of_the_one_before_and_no_other() -> None:
    before = FILE.read_text("utf-8")
    after = written(before, {"item_kb": MEASURED}, day=DAY, where="a machine")
    changed = [line for line in after.splitlines() if line not in before.splitlines()]
    assert len(changed) == 1
    assert len(after.splitlines()) == len(before.splitlines())


def test_a_measured_figure_says_when_of_what_and_on_what() -> None:
    text = written(FILE.read_text("utf-8"), {"item_kb": MEASURED}, day=DAY, where="a machine")
    coefficient = coefficients.read(text).by_name["item_kb"]
    assert [
        f"{amount:f}"
        for amount in (coefficient.amount.low, coefficient.amount.typical, coefficient.amount.high)
    ] == [
        "0.037",
        "12",
        "1200",
    ]
    assert (coefficient.basis, coefficient.date) == ("measured", "2026-11-25")
    assert coefficient.source == 'clips, "noisy"; on a machine'
    assert coefficient.unit == packaged().by_name["item_kb"].unit


def test_what_the_estimate_does_not_know_is_not_written() -> None:
    with pytest.raises(KeyError):
        written(FILE.read_text("utf-8"), {"unheard_of": MEASURED}, day=DAY, where="a machine")


@pytest.mark.parametrize(
    ("figure", "text"),
    [
        (0.0, "0"),
        (0.004321, "0.0043"),
        (0.5, "0.50"),
        (3.96, "4.0"),
        (99.6, "100"),
        (12345.0, "12000"),
    ],
)
def test_two_digits_count(figure: float, text: str) -> None:
    assert rounded(figure) == text
