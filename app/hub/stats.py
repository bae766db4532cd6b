"""What a link brought on a day: clicks, conversions, and revenue by currency."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from app.hub import keys
from app.hub.table import HubTable, Item, Update, When

_REVENUE = "revenue"
"""Attributes are `revenueUSD` and the like: ADD makes one that isn't there, but no mapping."""

_CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, kw_only=True)
class LinkDay:
    """`revenue` is by ISO 4217 code, less what was refunded; `conversions` are sales alone."""

    day: str
    link_id: str
    clicks: int = 0
    conversions: int = 0
    revenue: Mapping[str, Decimal] = field(default_factory=dict[str, Decimal])


def add_clicks(creator_id: str, day: str, link_id: str, number: int) -> Update:
    """The write that counts clicks."""
    return Update(
        key=keys.stats(creator_id, day, link_id),
        expression="ADD #clicks :clicks",
        values={"clicks": number},
    )


def add_sale(creator_id: str, day: str, link_id: str, *, currency: str, amount: Decimal) -> Update:
    """The write that counts a conversion and its amount."""
    return Update(
        key=keys.stats(creator_id, day, link_id),
        expression=f"ADD #conversions :one, #{_attribute(currency)} :amount",
        values={"one": 1, "amount": amount},
    )


def add_refund(
    creator_id: str, day: str, link_id: str, *, currency: str, amount: Decimal
) -> Update:
    """The write that takes an amount, given as a positive one, off the revenue."""
    return Update(
        key=keys.stats(creator_id, day, link_id),
        expression=f"ADD #{_attribute(currency)} :amount",
        values={"amount": -amount},
    )


def read(table: HubTable, creator_id: str, *, first: str, last: str) -> Iterator[LinkDay]:
    """A creator's links on the days from `first` to `last`, the earliest day first."""
    condition = When(
        expression="#pk = :pk AND #sk BETWEEN :first AND :last",
        values={
            "pk": keys.owned_by(creator_id),
            "first": f"{keys.STATS}{first}#",
            # "$" is what comes after "#".
            "last": f"{keys.STATS}{last}$",
        },
    )
    yield from map(_link_day, table.query(condition))


def _attribute(currency: str) -> str:
    if not _CURRENCY.fullmatch(currency):
        raise ValueError(f"currency: expected three capital letters, got {currency!r}")
    return f"{_REVENUE}{currency}"


def _link_day(item: Item) -> LinkDay:
    day, link_id = item["sk"].removeprefix(keys.STATS).split("#")
    return LinkDay(
        day=day,
        link_id=link_id,
        clicks=int(item.get("clicks", 0)),
        conversions=int(item.get("conversions", 0)),
        revenue={
            name.removeprefix(_REVENUE): amount
            for name, amount in item.items()
            if name.startswith(_REVENUE)
        },
    )
