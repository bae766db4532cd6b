"""Whether a load can be served at a price, by the settings that the options propose."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from buylink.costs.prices.quantity import Range
from buylink.costs.usage.load import Load
from buylink.planning.change import Change, load_changes
from buylink.planning.growth.load_rules import limits
from buylink.planning.growth.refusals import caps_of
from buylink.planning.growth.result import Adjustment, Goal
from buylink.planning.options.options import Progress, options
from buylink.planning.options.result import Options
from buylink.planning.replan import Replanner


@dataclass(frozen=True, slots=True)
class Search:
    """Where settings are looked for: the stack, and the load that it declares."""

    stack: Replanner
    declared: Load
    progress: Progress


def goal_at(load: Load, most: Decimal, needed: tuple[Adjustment, ...], search: Search) -> Goal:
    """Judged on the typical bill: as declared where that is enough, else with the best set."""
    stack = search.stack
    given = (*(it.change for it in needed), *load_changes(search.declared, load))
    (plan,) = stack.previews([given])
    bill = plan.priced()
    changes: tuple[Change, ...] = ()
    proposed = bill.total
    why = f"{_usd(bill.total)} as declared: nothing needs to change"
    if bill.total.typical > most:
        found = options(stack, given, search.progress)
        changes, proposed = found.best.changes, found.best.total
        (plan,) = stack.previews([[*given, *changes]])
        why = _why(found, most)
    settings = stack.settings([*given, *changes])
    caps = (*caps_of(plan).values(), *limits(plan.graph, settings, load, plan.priced()))
    return Goal(
        load=load,
        limit=most,
        as_declared=bill.total,
        proposed=proposed,
        changes=changes,
        adjustments=needed,
        caps=caps,
        met=proposed.typical <= most,
        why=why,
    )


def _why(found: Options, most: Decimal) -> str:
    """What brings it there, or the dearest lines of what is left."""
    best = found.best
    taken = ", ".join(best.options) or "no option"
    if best.total.typical <= most:
        return f"{_usd(best.total)} with {taken}"
    lines = sorted(
        (it for it in best.estimate.lines if it.monthly),
        key=lambda it: it.monthly.typical if it.monthly else Decimal(0),
        reverse=True,
    )
    dearest = "; ".join(
        f"{it.price.meter.name} of {it.name} ${it.monthly.typical:,.2f}"
        for it in lines[:3]
        if it.monthly
    )
    return (
        f"{_usd(best.total)} even with {taken}; what is left is mostly paid by the load: {dearest}"
    )


def _usd(amount: Range) -> str:
    return f"${amount.typical:,.2f}"
