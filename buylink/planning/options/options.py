"""What would make a stack cheaper: each change previewed by itself, then the best together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from buylink.costs.estimate import Estimate
from buylink.planning.change import Change
from buylink.planning.options.best import Single, best_set
from buylink.planning.options.calculated import calculated
from buylink.planning.options.calculated.sums import Bill
from buylink.planning.options.choices import choices
from buylink.planning.options.choices.offer import Choice
from buylink.planning.options.guarantees import PROMISES, broken
from buylink.planning.options.result import Fact, Option, Options
from buylink.planning.replan import Plan, Replanner
from buylink.settings import Settings, SettingsError

Progress = Callable[[int], Callable[[], None]]
"""Takes the number of previews to come, and returns what is called after each."""


THE_LOAD: Final = "the load"
"""It is served, as far as it was before."""


def silent(_: int) -> Callable[[], None]:
    """Shows nothing."""
    return lambda: None


def options(
    stack: Replanner, given: tuple[Change, ...] = (), progress: Progress = silent
) -> Options:
    """All single choices and the best set; `given` is laid over the stack first, such as a load.

    Raises SettingsError, PriceError and PlanFailedError.
    """
    settings = stack.settings(given)
    offered = _Offered.of(stack, given, settings)
    advance = progress(len(offered.valid) + 2)
    variants = [given, *([*given, *it.changes] for it in offered.valid)]
    plans = stack.previews(variants, advance)
    declared = next(plans)
    current = declared.priced()
    refused = frozenset(it.policy for it in declared.preview.refusals)
    singles = [
        Single(choice, _previewed(choice, plan, current, refused, settings, offered.settings))
        for choice, plan in zip(offered.valid, plans, strict=True)
    ]
    best = best_set(stack, given, settings, declared, singles)
    advance()
    everything = [
        *(it.option for it in singles),
        *(_invalid(choice, why, current) for choice, why in offered.invalid),
        *calculated(Bill(declared, settings, current)),
    ]
    return Options(
        stack=declared.graph.stack,
        region=current.region,
        load=declared.load,
        current=current,
        verdict=declared.preview.verdict,
        singles=tuple(sorted(everything, key=_by_saving)),
        best=best,
        promises=(*PROMISES, THE_LOAD),
    )


@dataclass(frozen=True)
class _Offered:
    """The choices that the settings take, with those, and why they don't take the others."""

    valid: list[Choice]
    invalid: list[tuple[Choice, str]]
    settings: dict[str, Settings]

    @classmethod
    def of(cls, stack: Replanner, given: tuple[Change, ...], settings: Settings) -> _Offered:
        offered = cls([], [], {})
        for choice in choices(settings):
            try:
                offered.settings[choice.id] = stack.settings([*given, *choice.changes])
                offered.valid.append(choice)
            except SettingsError as error:
                offered.invalid.append((choice, "; ".join(it.message for it in error.problems)))
        return offered


def _previewed(
    choice: Choice,
    plan: Plan,
    current: Estimate,
    refused: frozenset[str],
    settings: Settings,
    changed: dict[str, Settings],
) -> Option:
    bill = plan.priced()
    unserved = () if set(bill.warnings) <= set(current.warnings) else (THE_LOAD,)
    new = (it for it in plan.preview.refusals if it.policy not in refused)
    return replace(
        _option(choice, current),
        total=bill.total,
        verdict=plan.preview.verdict,
        refusals=tuple(dict.fromkeys(f"{it.policy}: {it.message}" for it in new)),
        facts=_not_counted(bill),
        breaks=(*broken(settings, changed[choice.id]), *unserved),
        estimate=bill,
    )


def _not_counted(bill: Estimate) -> tuple[Fact, ...]:
    lines = sum(1 for it in bill.lines if it.monthly is None)
    fact = Fact(name="not counted", amount=Decimal(lines), unit="lines that depend on more usage")
    return (fact,) if lines else ()


def _invalid(choice: Choice, why: str, current: Estimate) -> Option:
    return replace(_option(choice, current), unpriced=f"the settings refuse it: {why}")


def _option(choice: Choice, current: Estimate) -> Option:
    """Before it is known what it comes to."""
    return Option(
        id=choice.id,
        group=choice.group,
        title=choice.title,
        method="previewed",
        changes=choice.changes,
        before=current.total,
        total=None,
        risk=choice.risk,
        effort=choice.effort,
        why=choice.why,
    )


def _by_saving(option: Option) -> tuple[bool, float, str]:
    return option.saving is None, -float(option.saving or 0), option.id
