"""What a change costs: two bills, resource by resource."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from buylink.costs.estimate import Estimate, Line
from buylink.costs.prices.quantity import Range, total

Status = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CostChange:
    """A resource that costs something else than before; an amount is None where it isn't there.

    A resource whose cost depends on unstated usage on a side counts there with what is known of it.
    """

    resource: str
    """Its path of types and its name: the same in every stack."""
    type: str
    name: str
    status: Status
    before: Range | None
    after: Range | None

    @property
    def typical(self) -> Decimal:
        """How much more it typically costs; negative for less."""
        return (self.after.typical if self.after else Decimal(0)) - (
            self.before.typical if self.before else Decimal(0)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """From one bill to another; the greatest change is first."""

    before: Estimate
    after: Estimate
    changes: tuple[CostChange, ...]
    unchanged: int
    """Priced resources that cost the same."""

    @property
    def typical(self) -> Decimal:
        return self.after.total.typical - self.before.total.typical


def difference(before: Estimate, after: Estimate) -> Difference:
    """Resources are the same when their types' path and name are, whatever the stack's name."""
    old, new = _by_resource(before), _by_resource(after)
    changes: list[CostChange] = []
    for key in {**old, **new}:
        was, now = old.get(key), new.get(key)
        if was and now and _total(was) == _total(now):
            continue
        some = (now or was or [])[0]
        changes.append(
            CostChange(
                resource=key,
                type=some.type,
                name=some.name,
                status="changed" if was and now else "added" if now else "removed",
                before=_total(was) if was else None,
                after=_total(now) if now else None,
            )
        )
    changes.sort(key=lambda change: (-abs(change.typical), change.resource))
    return Difference(
        before=before,
        after=after,
        changes=tuple(changes),
        unchanged=len({**old, **new}) - len(changes),
    )


def _by_resource(estimate: Estimate) -> dict[str, list[Line]]:
    lines_by_resource: dict[str, list[Line]] = {}
    for line in estimate.lines:
        lines_by_resource.setdefault(line.urn.split("::", 2)[-1], []).append(line)
    return lines_by_resource


def _total(lines: list[Line]) -> Range:
    return total(line.monthly for line in lines if line.monthly)
