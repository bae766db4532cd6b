"""The economics of a declared model, from the figures that it names for them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_CEILING, Decimal
from itertools import pairwise

from buylink.costs.estimate import CURRENCY
from buylink.costs.prices.book import PriceError
from buylink.costs.prices.quantity import Range
from buylink.models.evaluation import Evaluation, PathError, Value
from buylink.models.figures import Figure
from buylink.models.model import (
    AMOUNT,
    Business,
    Expression,
    Model,
    ModelError,
    Node,
    Stated,
)
from buylink.models.units import MONEY_PER_TIME, UnitError
from buylink.planning.economics.result import (
    Assumption,
    BreakEven,
    Economics,
    Payback,
    Period,
    Revenue,
    UnitCost,
)

COST, USERS, REVENUE = "cost", "users", "revenue"


def economics(model: Model) -> Economics:
    """ModelError where the model doesn't say which figures these are, or they don't fit."""
    business = model.business
    if business is None:
        text = "missing: expected bill and users, the paths of figures"
        raise ModelError(f"{model.file}: economics: {text}")
    try:
        return _Declared(model, business).economics()
    except ZeroDivisionError:
        text = "expected 1 or more users to divide the bill by, got 0"
        raise ModelError(f"{model.file}:{business.mark}: economics.users: {text}") from None
    except (PathError, UnitError, PriceError, ArithmeticError, ValueError) as error:
        raise ModelError(f"{model.file}:{business.mark}: economics: {error}") from None


class _Declared:
    def __init__(self, model: Model, business: Business) -> None:
        self.model = model
        self.business = business
        self.evaluation = Evaluation(model)
        self.counted = self.evaluation.value(business.users).typical.unit

    def economics(self) -> Economics:
        bill = self._range(self.business.bill, MONEY_PER_TIME)
        users = self._number(self.business.users, self.counted)
        if not users:
            raise ZeroDivisionError
        revenue = self._revenue()
        each = bill / users
        return Economics(
            name=self.model.name,
            currency=CURRENCY,
            bill=bill,
            users=users,
            units=(UnitCost(unit=self.counted, count=Range.exactly(users), cost=bill, each=each),),
            revenue=revenue,
            break_even=self._break_even(bill.typical, revenue),
            periods=tuple(self._periods()),
            paybacks=tuple(self._paybacks()),
            assumptions=tuple(self._assumptions()),
        )

    def _number(self, expression: Expression, unit: str) -> Decimal:
        return self.evaluation.value(expression).typical.to(unit).number

    def _range(self, expression: Expression, unit: str) -> Range:
        value = self.evaluation.value(expression)
        span = [amount.to(unit).number for amount in (value.low, value.typical, value.high)]
        # Without a bound it is shown as the figure that stands there.
        return Range(*(number if number.is_finite() else span[1] for number in span))

    def _revenue(self) -> Revenue | None:
        arpu, conversion = self.business.arpu, self.business.conversion
        if arpu is None or conversion is None:
            return None
        unit = f"USD/{self.counted}/month"
        return Revenue(arpu=self._number(arpu, unit), conversion=self._number(conversion, ""))

    def _rows(self, path: str) -> tuple[Node, ...]:
        if path not in self.model.nodes:
            raise PathError(f"expected the path of a node, got {path!r}")
        node = self.model.nodes[path]
        return node.parts or (node,)

    def _of(self, node: Node, *names: str) -> Value | None:
        stated = (node.figures[name] for name in names if name in node.figures)
        first = next(stated, None)
        return None if first is None else self.evaluation.of(first)

    def _break_even(self, bill: Decimal, revenue: Revenue | None) -> BreakEven | None:
        """By the costs that are stated for other numbers of users, evenly in between."""
        if revenue is None:
            return None
        if not revenue.per_user:
            return BreakEven(users=None, reason="users bring in nothing")
        if not self.business.loads:
            users = (bill / revenue.per_user).to_integral_value(ROUND_CEILING)
            return BreakEven(users=int(users), reason="were the bill the same for any number")
        loads = sorted(self._loads())
        if loads and loads[0][0] * revenue.per_user >= loads[0][1]:
            return BreakEven(users=int(loads[0][0]), reason="the fewest with a stated cost")
        for (fewer, low), (more, high) in pairwise(loads):
            if more * revenue.per_user >= high:
                slope = (high - low) / (more - fewer)
                users = (low - slope * fewer) / (revenue.per_user - slope)
                return BreakEven(
                    users=int(users.to_integral_value(ROUND_CEILING)),
                    reason=f"costs grow evenly between {fewer:,.0f} and {more:,.0f} users",
                )
        return BreakEven(users=None, reason="not at any number with a stated cost")

    def _loads(self) -> Iterable[tuple[Decimal, Decimal]]:
        for row in self._rows(self.business.loads):
            users, cost = self._of(row, USERS), self._of(row, AMOUNT, COST)
            if users is not None and cost is not None:
                yield users.typical.to(self.counted).number, cost.typical.to(MONEY_PER_TIME).number

    def _periods(self) -> Iterable[Period]:
        for row in (row for path in self.business.periods for row in self._rows(path)):
            users, cost = self._of(row, USERS), self._of(row, AMOUNT, COST)
            if users is None or cost is None:
                raise PathError(f"expected users and cost of a period, got neither of {row.path!r}")
            revenue = self._of(row, REVENUE)
            amount = cost.typical.to(MONEY_PER_TIME).number
            yield Period(
                label=row.name,
                users=users.typical.to(self.counted).number,
                revenue=revenue and revenue.typical.to(MONEY_PER_TIME).number,
                cost=Range.exactly(amount),
            )

    def _paybacks(self) -> Iterable[Payback]:
        for payback in self.business.paybacks:
            cost, saving = (
                self._number(payback.cost, CURRENCY),
                self._number(payback.saving, MONEY_PER_TIME),
            )
            yield Payback(name=payback.name, one_time_cost=cost, saving=saving)

    def _assumptions(self) -> Iterable[Assumption]:
        for path in self.business.states:
            if path not in self.model.nodes:
                raise PathError(f"expected the path of a node, got {path!r}")
            for node in self.model.nodes[path].walk():
                for name, stated in node.figures.items():
                    if stated.figure is not None:
                        yield self._assumption(node.label(name), stated, stated.figure)

    def _assumption(self, label: str, stated: Stated, figure: Figure) -> Assumption:
        document = self.model.document
        return Assumption(
            name=label if figure.is_exact else f"{label} ({figure.text})",
            value=figure.number,
            unit=figure.unit,
            basis="declared",
            source=f"{document.name}, line {stated.at}" if document else self.model.file,
        )
