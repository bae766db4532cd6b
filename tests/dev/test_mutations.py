"""The faults that measure how strong the tests are."""

from __future__ import annotations

from textwrap import dedent

import pytest

from dev.mutations import LAYERS, Mutation, choose, mutations_of

SOURCE = dedent('''
    @dataclass(frozen=True)
    class Order:
        """Not a fault: 1 in a docstring."""

        def total(self, price, amount):
            if price < 0:
                raise ValueError("negative")
            if not amount:
                return None
            self.lines.append(price)
            return price * amount + Decimal("1.5")
''')


def planted(source: str) -> dict[str, str]:
    """Each changed line with its kind."""
    return {
        mutation.after.strip(): mutation.kind for mutation in mutations_of("app/order.py", source)
    }


def test_each_kind_of_fault_is_planted_and_none_in_a_decorator() -> None:
    assert planted(SOURCE) == {
        "if False:": "dropped guard",
        "if price <= 0:": "flipped comparison",
        "if price < 1:": "wrong constant",
        "if amount:": "dropped not",
        "pass": "removed line",
        'return price / amount + Decimal("1.5")': "wrong operator",
        'return price * amount - Decimal("1.5")': "wrong operator",
        'return price * amount + Decimal("1.51")': "wrong constant",
    }


def test_a_fault_changes_its_own_line_alone() -> None:
    mutation = Mutation("app/order.py", "x = 1", 1, "x = 2", "wrong constant")
    assert mutation.applied_to("x = 1\ny = 1\nx = 1\n") == "x = 1\ny = 1\nx = 2\n"
    with pytest.raises(LookupError, match="no line reads 'x = 1' any more"):
        mutation.applied_to("x = 1\ny = 1\n")


def test_the_same_are_chosen_again_some_of_each_layer() -> None:
    first, second = choose(count=40), choose(count=40)
    assert first == second
    assert len(set(first)) == 40
    assert {mutation.layer for mutation in first} == set(LAYERS)
