"""Models that are right by construction, and the same with one figure planted that isn't."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import strategies as st

NAT_MONTH = Decimal("0.045") * 730


@dataclass(frozen=True, kw_only=True)
class Given:
    """What everything else is derived from."""

    a: Decimal
    b: Decimal
    users: int
    price: Decimal
    percent: int
    petabytes: int
    gateways: int

    @property
    def text(self) -> str:
        return f"""
model: made
counts: [user, task, gateway]
costs:
  amount: {self.a + self.b} USD/month
  parts:
    first: {{amount: {self.a} USD/month}}
    second: {{amount: {self.b} USD/month}}
given:
  figures:
    users: {self.users} user
    price: {self.price} USD/user/month
    hourly: {self.price} USD/task/hour
    tasks: {self.users} task
    percent: {self.percent} %
    petabytes: {self.petabytes} PB
    perGigabyte: {self.price} USD/GB/month
    investment: {self.a} USD
"""


amounts = st.decimals(2, 10**6, places=2)
givens = st.builds(
    Given,
    a=amounts,
    b=amounts,
    users=st.integers(1, 10**6),
    price=st.decimals("0.01", 100, places=4),
    percent=st.integers(1, 95),
    petabytes=st.integers(1, 1000),
    gateways=st.integers(1, 1000),
)


@dataclass(frozen=True, slots=True)
class Derived:
    """A figure that a rule derives: its exact value in a unit, stated to so many decimals."""

    follows: str
    value: Decimal
    unit: str
    decimals: int


def derived(it: Given) -> dict[str, Derived]:
    """One figure for each kind of relation, by its name."""
    a, b, share, month = it.a, it.b, Decimal(it.percent) / 100, "USD/month"
    first, second = "costs.first", "costs.second"
    return {
        "sum": Derived(f"sum: [{first}, {second}]", a + b, month, 2),
        "star": Derived("sum: ['costs.*']", a + b, month, 2),
        "difference": Derived(f"difference: [{first}, {second}]", a - b, month, 2),
        "product": Derived("product: [given.users, given.price]", it.users * it.price, month, 4),
        "reduced": Derived(f"reduced: [{first}, given.percent]", a * (1 - share), month, 4),
        "ratio": Derived(f"ratio: [{first}, given.users]", a / it.users, "USD/user/month", 3),
        "share": Derived(f"share: [{first}, costs]", a / (a + b) * 100, "%", 1),
        "growth": Derived(f"growth: [{first}, {second}]", (b - a) / a * 100, "%", 0),
        "reduction": Derived(f"reduction: [{first}, {second}]", (a - b) / a * 100, "%", 0),
        "margin": Derived(f"margin: [{first}, {second}]", (a - b) / a * 100, "%", 1),
        "requiredRevenue": Derived(
            f"requiredRevenue: [{first}, given.percent]", a / (1 - share), month, 2
        ),
        "payback": Derived(f"payback: [given.investment, {second}]", a / b, "month", 2),
        "year": Derived(f"same: {first}", a * 12, "USD/year", 2),
        "per user and year": Derived(
            f"ratio: [{first}, given.users]", a * 12 / it.users, "USD/user/year", 1
        ),
        "bytes": Derived(
            "product: [given.petabytes, given.perGigabyte]",
            it.petabytes * it.price * 10**6,
            month,
            0,
        ),
        "hours": Derived(
            "product: [given.tasks, given.hourly]", it.users * it.price * 730, month, 3
        ),
        "list price": Derived(
            "product: [{price: 'NAT Gateway: NAT gateway hour'}]",
            NAT_MONTH,
            month,
            2,
        ),
        "nested": Derived(
            f"ratio: [{first}, {{product: [given.users, given.percent]}}]",
            a / (it.users * share),
            "USD/user/month",
            2,
        ),
    }


def stated(value: Decimal, decimals: int) -> str:
    """As a careful author writes it."""
    return f"{value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):f}"


def model(it: Given, planted: str = "", by: int = 0) -> str:
    """The model's text; `planted` is wrong by so many of its last digits, or twice as much if that
    is more than a month's length can explain.
    """
    lines = [it.text, "claims:", "  figures:"]
    for name, figure in derived(it).items():
        value = figure.value
        if name == planted:
            value += by * Decimal(1).scaleb(-figure.decimals)
            value = value * 2 if name in {"hours", "list price"} else value
        text = f"{stated(value, figure.decimals)} {figure.unit}"
        key = name.replace(" ", "-")
        lines.append(f"    {key}: {{is: {text}, follows: {{{figure.follows}}}}}")
    return "\n".join([*lines, *_of_shape(it, planted), *_bounds(it, planted), ""])


def _of_shape(it: Given, planted: str) -> list[str]:
    """What a node's own figures imply."""
    gateways = it.gateways * NAT_MONTH * (3 if planted == "item at list price" else 1)
    product = it.users * it.price + (1 if planted == "item" else 0)
    again = it.a + (1 if planted == "again" else 0)
    share = it.a / (it.a + it.b) * 100
    first = stated(share + (1 if planted == "shares" else 0), 1)
    second = stated(100 - share - (1 if planted == "shares" else 0), 1)
    return [
        "shapes:",
        "  parts:",
        f"    item: {{quantity: {it.users} user, unitPrice: {it.price} USD/user/month,"
        f" amount: {stated(product, 4)} USD/month}}",
        f"    gateways: {{quantity: {it.gateways} gateway, amount: {stated(gateways, 2)} USD/month,"
        " list: 'NAT Gateway: NAT gateway hour'}",
        f"    again: {{amount: {{is: {it.a} USD/month, again: {{7: {again} USD/month}}}}}}",
        "    whole:",
        f"      amount: {it.a + it.b} USD/month",
        "      parts:",
        f"        first: {{amount: {it.a} USD/month, share: {first} %}}",
        f"        second: {{amount: {it.b} USD/month, share: {second} %}}",
    ]


def _bounds(it: Given, planted: str) -> list[str]:
    least, most = sorted((it.a, it.b))
    between = most + 1 if planted == "between" else (least + most) / 2
    bound = most if planted == "all" else least - 1
    covers = it.a - 1 if planted == "covers" else it.a + 1
    both = "[costs.first, costs.second]"
    return [
        "bounds:",
        "  figures:",
        f"    between: {{is: {stated(between, 2)} USD/month, follows: {{between: {both}}}}}",
        f"    all: {{is: '>{bound} USD/month', follows: {{all: {both}}}}}",
        f"    covers: {{is: {covers} USD/month, follows: {{covers: costs.first}}}}",
    ]
