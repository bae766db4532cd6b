"""Another load than a stack declares."""

from __future__ import annotations

import pytest

from buylink.costs.usage.load import Load, LoadOverride, UsageError

DECLARED = Load(1000, 500)


@pytest.mark.parametrize(
    ("text", "load"),
    [
        ("users=7", Load(7, 500)),
        ("videosPerDay=1_000", Load(1000, 1000)),
        (" users=0 , videosPerDay=0 ", Load(0, 0)),
    ],
)
def test_a_load_overrides_the_declared_one(text: str, load: Load) -> None:
    assert LoadOverride.parse(text).applied_to(DECLARED) == load


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "expected users or videosPerDay, got ''"),
        ("user=1", "got 'user'; did you mean 'users'?"),
        ("users", "users: expected a number from 0 to 10,000,000,000, got ''"),
        ("users=-1", "got '-1'"),
        ("users=1.5", "got '1.5'"),
        ("users=99999999999", "got '99999999999'"),
        ("users=" + "9" * 5000, "got '9999"),
        ("users=٣", "got '٣'"),
        ("users=1,users=2", "users: expected once, got it twice"),
        ("users=x,videos=1", "did you mean 'videosPerDay'?"),
    ],
)
def test_a_wrong_load_is_refused(text: str, words: str) -> None:
    with pytest.raises(UsageError) as refused:
        LoadOverride.parse(text)
    assert words in str(refused.value)
