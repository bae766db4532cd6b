import re

import pytest

from buylink.costs.usage.coefficients import packaged, read

COEFFICIENTS = packaged().by_name

SOME = """
default_load: {{ users: 1, videos_per_day: 1 }}
coefficients:
  visits: {{ low: 1, typical: 1, high: 1, unit: visit, basis: {first}, source: a guess }}
  clicks: {{ low: 1, typical: 1, high: 1, unit: click, basis: {second}, source: a run }}
"""


@pytest.mark.parametrize("name", COEFFICIENTS)
def test_what_is_measured_has_its_day_and_what_is_assumed_has_none(name: str) -> None:
    coefficient = COEFFICIENTS[name]
    assert coefficient.basis in ("measured", "assumed")
    assert bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}", coefficient.date or "")) == (
        coefficient.basis == "measured"
    )


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ("assumed", "assumed", "all its figures assumed"),
        (
            "assumed",
            "measured, date: 2026-11-25",
            "1 of its 2 figures measured 2026-11-25, the others assumed",
        ),
        (
            "measured, date: 2026-11-25",
            "measured, date: 2026-10-01",
            "2 of its 2 figures measured 2026-10-01 to 2026-11-25, the others assumed",
        ),
    ],
)
def test_a_bill_can_say_how_many_figures_were_measured(first: str, second: str, told: str) -> None:
    assert read(SOME.format(first=first, second=second)).basis == told
