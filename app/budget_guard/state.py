"""The mode a stack should be in, in one item of a DynamoDB table, and all that decides it.

Item, by its key `stack`: mode (normal, braked, stopped; `app.hub.mode` reads it), period (the
budget's month), version (a number that every change raises by one), spent and limit (dollars, as
text), spent_before (in the month before), hand (the mode that somebody set), overruled (the mode
that somebody restored from), projected (the mode that a projection calls for), told (ids of the
messages of that period that a notice was sent for).
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Self

from app.budget_guard.mode import Mode, mode_at
from app.hub.table import HubTable, Item, Update, When

ATTEMPTS = 5


class StateError(Exception):
    """The mode could not be written; the text says what, got, why and what to do."""


@dataclass(frozen=True, kw_only=True)
class GuardState:
    """The item, read; amounts are in US dollars, a limit of 0 isn't known yet.

    Braked or stopped by `manual_mode`, it stays so until somebody restores. A restore overrules,
    for the rest of the month, what the budget called for just then, and no more: who restores at
    110 % is still stopped at 150 %. `handled` are messages that a notice was sent for.
    """

    period: str
    version: int = 0
    spent: Decimal = Decimal(0)
    limit: Decimal = Decimal(0)
    spent_before: Decimal = Decimal(0)
    manual_mode: Mode = Mode.NORMAL
    overruled: Mode = Mode.NORMAL
    projected: Mode = Mode.NORMAL
    handled: frozenset[str] = field(default=frozenset(), compare=False)

    @property
    def share(self) -> Decimal:
        """Spent by limit: 1.5 is 150 %."""
        return self.spent / self.limit if self.limit else Decimal(0)

    @property
    def called_for(self) -> Mode:
        """What the budget and the projection call for."""
        return max(mode_at(self.share), self.projected)

    @property
    def mode(self) -> Mode:
        """What all of it comes to."""
        called_for = self.called_for
        return max(self.manual_mode, called_for if called_for > self.overruled else Mode.NORMAL)

    def in_period(self, period: str) -> Self:
        """In a month: a new one starts from nothing spent; a past one changes nothing."""
        if period <= self.period:
            return self
        return replace(
            self,
            period=period,
            spent=Decimal(0),
            spent_before=self.spent,
            overruled=Mode.NORMAL,
            projected=Mode.NORMAL,
            handled=frozenset(),
        )

    def with_spending(self, period: str, amount: Decimal) -> Self:
        """Once an amount was told to be spent in a month; what was told before can't sink."""
        now = self.in_period(period)
        return now if period < now.period else replace(now, spent=max(now.spent, amount))

    def with_limit(self, limit: Decimal) -> Self:
        """With the budget's limit of now, be it higher or lower; what was projected was for it."""
        return self if limit == self.limit else replace(self, limit=limit, projected=Mode.NORMAL)

    def with_projection(self, mode: Mode) -> Self:
        """Once a projection called for a mode: it stays for the month, for a brake that works
        takes away its own reason."""
        return replace(self, projected=max(self.projected, mode))

    def set_manually(self, mode: Mode) -> Self:
        """Once somebody set a mode; normal is a restore."""
        if mode is Mode.NORMAL:
            return replace(self, manual_mode=mode, overruled=self.called_for)
        return replace(self, manual_mode=mode)


class StateTable:
    """One stack's item; raises what the table raises."""

    def __init__(self, table: HubTable, stack: str) -> None:
        self._table = table
        self._stack = stack
        self._key = {"stack": stack}

    def read(self, period: str) -> GuardState:
        """The item as it is now; before there is one, a state of `period` in which nothing is."""
        item = self._table.get(self._key)
        return GuardState(period=period) if item is None else _state(item)

    def change(self, period: str, change: Callable[[GuardState], GuardState]) -> GuardState:
        """Write what `change` makes of the item, if it differs, and return it.

        Of two writers at once the later one decides again from what the first wrote. Raises
        StateError when that happens five times in a row.
        """
        for _ in range(ATTEMPTS):
            before = self.read(period)
            wanted = change(before)
            if wanted == before:
                return before
            wanted = replace(wanted, version=before.version + 1)
            if self._written(wanted, before):
                return wanted
        raise StateError(
            f"table {self._table.name}: expected to write the mode of {self._stack}, got another "
            f"writer's version {ATTEMPTS} times: several runs are at it at once. "
            "Lambda tries again by itself; by hand, try again."
        )

    def mark_handled(self, message_id: str) -> None:
        """Remember that a notice was sent for this message."""
        self._table.write(
            Update(
                key=self._key,
                expression="ADD #told :message",
                values={"message": {message_id}},
                when=When(expression="attribute_exists(#version)"),
            )
        )

    def _written(self, wanted: GuardState, before: GuardState) -> bool:
        values = _attributes(wanted)
        sets = ", ".join(f"#{name} = :{name}" for name in values)
        forget = " REMOVE #told" if wanted.period != before.period else ""
        unchanged = When(expression="attribute_not_exists(#version)")
        if before.version:
            unchanged = When(expression="#version = :before", values={"before": before.version})
        return self._table.write_if_so(
            Update(key=self._key, expression=f"SET {sets}{forget}", values=values, when=unchanged)
        )


def _attributes(state: GuardState) -> Item:
    return {
        "mode": state.mode.word,
        "period": state.period,
        "version": state.version,
        "spent": str(state.spent),
        "limit": str(state.limit),
        "spent_before": str(state.spent_before),
        "projected": state.projected.word,
        "hand": state.manual_mode.word,
        "overruled": state.overruled.word,
    }


def _state(item: Item) -> GuardState:
    """Raises KeyError for an item that isn't the guard's."""
    return GuardState(
        period=item["period"],
        version=int(item["version"]),
        spent=Decimal(item["spent"]),
        limit=Decimal(item["limit"]),
        spent_before=Decimal(item["spent_before"]),
        manual_mode=_mode(item["hand"]),
        overruled=_mode(item["overruled"]),
        projected=_mode(item["projected"]),
        handled=frozenset(item.get("told", ())),
    )


def _mode(word: str) -> Mode:
    return Mode[word.upper()]
