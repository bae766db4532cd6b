"""What docs/economics.md says of words, assumptions, the three stacks and the owner's projection."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from buylink.planning.economics.business import packaged
from buylink.planning.economics.result import margin
from buylink.reports import economics_tables, money
from tests.docs.made_parts import table

Document = Mapping[str, Any]

OWNERS: Final = {
    "1": (10, 211, "-95%"),
    "3": (50, 225, "-78%"),
    "6": (200, 280, "+40%"),
    "12": (1000, 420, "+58%"),
}
"""Revenue, cost and margin by month, as the hub's cost document has them."""


def definitions(prod: Document) -> str:
    rows = [(f"**{it['term']}**", it["formula"], it["about"]) for it in prod["definitions"]]
    return table(("word", "formula", "of it"), *rows, figures=())


def assumptions(prod: Document) -> str:
    """Of every output, then those that only an optimization's payback needs."""
    rows = [
        (it["name"], money.quantity(Decimal(it["value"])), it["unit"], it["basis"], it["source"])
        for it in prod["assumptions"]
    ]
    business = packaged()
    of_effort = (business.effort_low, business.effort_medium, business.effort_high)
    rows += [
        (it.name, money.quantity(it.value), it.unit, it.basis, it.source)
        for it in (business.engineer_day, *of_effort)
    ]
    return table(("assumption", "value", "unit", "basis", "source"), *rows, figures=(1,))


def stacks(found: Mapping[str, Document]) -> str:
    """A user, a video, a page view and a redirect; margin now; break-even."""
    units = ("user", "video processed", "page view", "redirect")
    rows: list[tuple[str, ...]] = []
    for stack, document in found.items():
        each = {it["unit"]: it["each"] for it in document["unitCosts"]}
        cells = (f"${money.quantity(Decimal(each[unit]['typical']))}" for unit in units)
        now = economics_tables.percent(Decimal(document["now"]["margin"]))
        rows.append((stack, *cells, now, f"{document['breakEven']['users']:,}"))
    heading = ("stack", *units, "margin now", "break-even users")
    return table(heading, *rows, figures=tuple(range(1, 7)))


def owners_projection(prod: Document) -> str:
    months = {it["label"]: it for it in prod["periods"]}
    rows: list[tuple[str, ...]] = []
    for month, (revenue, cost, stated) in OWNERS.items():
        here = months[month]
        of_its_own = margin(Decimal(revenue), Decimal(cost))
        assert of_its_own is not None
        rows.append(
            (
                month,
                f"{int(here['users']):,}",
                f"${revenue:,}",
                f"${cost:,}",
                stated,
                economics_tables.percent(of_its_own),
                money.usd(Decimal(here["cost"]["typical"])),
                economics_tables.percent(Decimal(here["margin"])),
            )
        )
    heading = (
        *("month", "users", "revenue", "its cost", "its margin", "margin of its figures"),
        *("cost here", "margin here"),
    )
    return table(heading, *rows, figures=tuple(range(8)))
