"""What would make a stack cheaper: each change previewed by itself, then the best together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from buylink.costs.estimate import Estimate
from buylink.planning.change import Change
from buylink.planning.options.calculated import PricedStack, calculated
from buylink.planning.options.choices import Choice, choices
from buylink.planning.options.guarantees import GUARANTEES, broken
from buylink.planning.options.result import BestSet, Fact, LeftOut, Option, Options, Refusal
from buylink.planning.replan import Plan, Replanner
from buylink.settings import Settings, SettingsError

Progress = Callable[[int], Callable[[], None]]
"""Takes the number of previews to come, and returns what is called after each."""

THE_LOAD: Final = "the load"
"""It is served, as far as it was before."""
CENT: Final = Decimal("0.01")


def silent(_: int) -> Callable[[], None]:
    """Shows nothing."""
    return lambda: None


def options(
    stack: Replanner, base: tuple[Change, ...] = (), progress: Progress = silent
) -> Options:
    """All single choices and the best set; `base` changes the stack first, such as its load.

    Raises SettingsError, PriceError and PlanFailedError.
    """
    settings = stack.settings(base)
    proposed = _Proposed.of(stack, base, settings)
    advance = progress(len(proposed.valid) + 2)
    variants = [base, *([*base, *choice.changes] for choice in proposed.valid)]
    plans = stack.previews(variants, advance)
    declared = next(plans)
    current = declared.priced()
    refused = frozenset(violation.policy for violation in declared.preview.refusals)
    singles = [
        Single(choice, _previewed(choice, plan, current, refused, settings, proposed.settings))
        for choice, plan in zip(proposed.valid, plans, strict=True)
    ]
    best = _best_set(_Search(stack, base, settings, declared), singles)
    advance()
    everything = [
        *(single.option for single in singles),
        *(_invalid(choice, why, current) for choice, why in proposed.invalid),
        *calculated(PricedStack(declared, settings, current)),
    ]
    return Options(
        stack=declared.graph.stack,
        region=current.region,
        load=declared.load,
        current=current,
        verdict=declared.preview.verdict,
        singles=tuple(sorted(everything, key=_by_saving)),
        best=best,
        guarantees=(*GUARANTEES, THE_LOAD),
    )


@dataclass(frozen=True)
class _Proposed:
    """The choices that the settings take, with those, and why they don't take the others."""

    valid: list[Choice]
    invalid: list[tuple[Choice, str]]
    settings: dict[str, Settings]

    @classmethod
    def of(cls, stack: Replanner, base: tuple[Change, ...], settings: Settings) -> _Proposed:
        proposed = cls([], [], {})
        for choice in choices(settings):
            try:
                proposed.settings[choice.id] = stack.settings([*base, *choice.changes])
                proposed.valid.append(choice)
            except SettingsError as error:
                why = "; ".join(problem.message for problem in error.problems)
                proposed.invalid.append((choice, why))
        return proposed


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
    refusals = (
        Refusal(policy=violation.policy, message=violation.message)
        for violation in plan.preview.refusals
        if violation.policy not in refused
    )
    return replace(
        _option(choice, current),
        total=bill.total,
        verdict=plan.preview.verdict,
        refusals=tuple(dict.fromkeys(refusals)),
        facts=_not_counted(bill),
        breaks=(*broken(settings, changed[choice.id]), *unserved),
        estimate=bill,
    )


def _not_counted(bill: Estimate) -> tuple[Fact, ...]:
    lines = sum(1 for line in bill.lines if line.monthly is None)
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


@dataclass(frozen=True, slots=True)
class Single:
    """A choice, and what it does by itself."""

    choice: Choice
    option: Option

    @property
    def saving(self) -> Decimal:
        return self.option.saving or Decimal(0)

    @property
    def keys(self) -> set[str]:
        return {change.key for change in self.choice.changes}


Selection = Sequence[Single]


def _best_set(search: _Search, singles: Selection) -> BestSet:
    """The greatest savings first, as far as they can be taken together; none dearer than one.

    What saves nothing beside the others is left out again.
    """
    ranked = sorted(
        (single for single in singles if single.saving > 0), key=lambda single: -single.saving
    )
    selected, left_out = search.greedy(ranked)
    selected, plan = search.checked(selected)
    if search.interact(selected, plan):
        selected, dropped = search.without_the_useless(selected, plan)
        left_out += dropped
        selected, plan = search.checked(selected)
    explained = {option.option for option in left_out}
    left_out += [
        LeftOut(option=single.choice.id, why="refused together with the others")
        for single in ranked
        if single not in selected and single.choice.id not in explained
    ]
    return BestSet(
        options=tuple(single.choice.id for single in selected),
        changes=_changes(selected),
        estimate=plan.priced(),
        verdict=plan.preview.verdict,
        sum_of_savings=_sum_of_savings(selected),
        left_out=tuple(left_out),
    )


def _changes(selected: Selection) -> tuple[Change, ...]:
    return tuple(change for single in selected for change in single.choice.changes)


def _sum_of_savings(selected: Selection) -> Decimal:
    return sum((single.saving for single in selected), Decimal(0))


@dataclass(frozen=True)
class _Search:
    """Looks for the best set. What it proposes is previewed and priced as a whole."""

    stack: Replanner
    base: tuple[Change, ...]
    settings: Settings
    declared: Plan

    def greedy(self, ranked: Selection) -> tuple[list[Single], list[LeftOut]]:
        """Allowed, made by settings alone, none twice, and keeping the guarantees together."""
        selected: list[Single] = []
        left_out: list[LeftOut] = []
        for single in ranked:
            if why := self._obstacle(single, selected):
                left_out.append(LeftOut(option=single.choice.id, why=why))
            else:
                selected.append(single)
        return selected, left_out

    def _obstacle(self, single: Single, selected: Selection) -> str:
        """Why it can't be taken beside those; empty where it can."""
        if single.option.breaks:
            return f"breaks a guarantee: {', '.join(single.option.breaks)}"
        if single.option.refusals:
            policies = dict.fromkeys(refusal.policy for refusal in single.option.refusals)
            return f"refused by {', '.join(policies)}"
        if single.choice.effort != "low":
            return "takes more than a setting"
        if rivals := [other.choice.id for other in selected if other.keys & single.keys]:
            return f"{', '.join(rivals)} saves more"
        try:
            together = self.stack.settings(self._variant([*selected, single]))
        except SettingsError as error:
            return f"not beside the others: {error.problems[0].message}"
        lost = broken(self.settings, together)
        return f"breaks a guarantee beside the others: {', '.join(lost)}" if lost else ""

    def checked(self, selected: list[Single]) -> tuple[list[Single], Plan]:
        """The set that the pack passes and that serves the load: while it doesn't, the last goes.

        And never a set that costs more than its greatest saving alone.
        """
        refused = {violation.policy for violation in self.declared.preview.refusals}
        while selected:
            (plan,) = self.stack.previews([self._variant(selected)])
            new = {violation.policy for violation in plan.preview.refusals} - refused
            bill, alone = plan.priced(), selected[0].option.total
            served = set(bill.warnings) <= set(self.declared.priced().warnings)
            if not new and served and (alone is None or bill.total.typical <= alone.typical):
                return selected, plan
            selected = selected[:-1]
        return [], self.declared

    def interact(self, selected: Selection, together: Plan) -> bool:
        """Whether they save less than one by one, so that one of them may be useless."""
        saved = self.declared.priced().total.typical - together.priced().total.typical
        return saved < _sum_of_savings(selected) - CENT

    def without_the_useless(
        self, selected: list[Single], together: Plan
    ) -> tuple[list[Single], list[LeftOut]]:
        """Drops what doesn't make the whole cheaper."""
        whole = together.priced().total.typical
        trials = [
            self._variant([other for other in selected if other is not single])
            for single in selected
        ]
        totals = [plan.priced().total.typical for plan in self.stack.plans(trials)]
        useless = [single for single, total in zip(selected, totals, strict=True) if total <= whole]
        why = "saves nothing beside the others"
        left_out = [LeftOut(option=single.choice.id, why=why) for single in useless]
        return [single for single in selected if single not in useless], left_out

    def _variant(self, selected: Selection) -> list[Change]:
        return [*self.base, *_changes(selected)]
