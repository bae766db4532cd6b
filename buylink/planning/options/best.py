"""The best set: options that may be taken together, previewed as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from buylink.planning.change import Change
from buylink.planning.options.choices.offer import Choice
from buylink.planning.options.guarantees import broken
from buylink.planning.options.result import BestSet, LeftOut, Option
from buylink.planning.replan import Plan, Replanner
from buylink.settings import Settings, SettingsError

CENT: Final = Decimal("0.01")


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
        return {it.key for it in self.choice.changes}


Taken = Sequence[Single]


def best_set(
    stack: Replanner,
    given: tuple[Change, ...],
    settings: Settings,
    declared: Plan,
    singles: Sequence[Single],
) -> BestSet:
    """The greatest savings first, as far as they can be taken together; none dearer than one.

    What saves nothing beside the others is left out again.
    """
    ranked = sorted((it for it in singles if it.saving > 0), key=lambda it: -it.saving)
    search = _Search(stack, given, settings, declared)
    taken, left_out = search.greedy(ranked)
    taken, plan = search.checked(taken)
    if search.interact(taken, plan):
        taken, dropped = search.without_the_useless(taken, plan)
        left_out += dropped
        taken, plan = search.checked(taken)
    told = {it.option for it in left_out}
    left_out += [
        LeftOut(option=it.choice.id, why="refused together with the others")
        for it in ranked
        if it not in taken and it.choice.id not in told
    ]
    return BestSet(
        options=tuple(it.choice.id for it in taken),
        changes=_changes(taken),
        estimate=plan.priced(),
        verdict=plan.preview.verdict,
        sum_of_savings=sum((it.saving for it in taken), Decimal(0)),
        left_out=tuple(left_out),
    )


def _changes(taken: Taken) -> tuple[Change, ...]:
    return tuple(change for it in taken for change in it.choice.changes)


@dataclass(frozen=True)
class _Search:
    stack: Replanner
    given: tuple[Change, ...]
    settings: Settings
    declared: Plan

    def greedy(self, ranked: Taken) -> tuple[list[Single], list[LeftOut]]:
        """Allowed, made by settings alone, none twice, and keeping the promises together."""
        taken: list[Single] = []
        left_out: list[LeftOut] = []
        for it in ranked:
            if why := self._hindered(it, taken):
                left_out.append(LeftOut(option=it.choice.id, why=why))
            else:
                taken.append(it)
        return taken, left_out

    def _hindered(self, single: Single, taken: Taken) -> str:
        if single.option.breaks:
            return f"breaks a promise: {', '.join(single.option.breaks)}"
        if single.option.refusals:
            policies = dict.fromkeys(it.partition(":")[0] for it in single.option.refusals)
            return f"refused by {', '.join(policies)}"
        if single.choice.effort != "low":
            return "takes more than a setting"
        if rivals := [it.choice.id for it in taken if it.keys & single.keys]:
            return f"{', '.join(rivals)} saves more"
        try:
            together = self.stack.settings(self._variant([*taken, single]))
        except SettingsError as error:
            return f"not beside the others: {error.problems[0].message}"
        lost = broken(self.settings, together)
        return f"breaks a promise beside the others: {', '.join(lost)}" if lost else ""

    def checked(self, taken: list[Single]) -> tuple[list[Single], Plan]:
        """The set that the pack passes and that serves the load: while it doesn't, the last goes.

        And never a set that costs more than its greatest saving alone.
        """
        refused = {it.policy for it in self.declared.preview.refusals}
        while taken:
            (plan,) = self.stack.previews([self._variant(taken)])
            new = {it.policy for it in plan.preview.refusals} - refused
            bill, alone = plan.priced(), taken[0].option.total
            served = set(bill.warnings) <= set(self.declared.priced().warnings)
            if not new and served and (alone is None or bill.total.typical <= alone.typical):
                return taken, plan
            taken = taken[:-1]
        return [], self.declared

    def interact(self, taken: Taken, together: Plan) -> bool:
        """Whether they save less than one by one, so that one of them may be useless."""
        saved = self.declared.priced().total.typical - together.priced().total.typical
        return saved < sum((it.saving for it in taken), Decimal(0)) - CENT

    def without_the_useless(
        self, taken: list[Single], together: Plan
    ) -> tuple[list[Single], list[LeftOut]]:
        """Drops what doesn't make the whole cheaper."""
        whole = together.priced().total.typical
        trials = [self._variant([it for it in taken if it is not one]) for one in taken]
        totals = [plan.priced().total.typical for plan in self.stack.plans(trials)]
        useless = [one for one, total in zip(taken, totals, strict=True) if total <= whole]
        why = "saves nothing beside the others"
        left_out = [LeftOut(option=it.choice.id, why=why) for it in useless]
        return [it for it in taken if it not in useless], left_out

    def _variant(self, taken: Taken) -> list[Change]:
        return [*self.given, *_changes(taken)]
