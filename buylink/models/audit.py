"""Audits a model: each figure by each rule that derives it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Final, Literal

from buylink.costs.prices.book import packaged
from buylink.costs.prices.quantity import HOURS_PER_MONTH
from buylink.models.evaluation import Evaluation, Value
from buylink.models.figures import SCALES, Figure
from buylink.models.model import (
    Call,
    ListPrice,
    Model,
    Reference,
    Relation,
    Stated,
)
from buylink.models.rules import RULES, TOLERANCES, Tolerance, relations
from buylink.models.units import SHORTER_THAN_MONTHS, binary_bytes, words

Verdict = Literal["holds", "does not hold", "can't be checked"]

HOLDS: Verdict = "holds"
WRONG: Verdict = "does not hold"
OPEN: Verdict = "can't be checked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A figure as stated in one line, and what one rule makes of it.

    `low` and `high` are what follows, in `unit`, which is the stated figure's; they differ where
    an operand says about, at least, or a range. They are None, and `derived` and `arithmetic`
    empty, where nothing derives it; then `reason` says why it can't be checked. `rests_on` are
    figures that it is derived from and that don't hold.
    """

    figure: str
    name: str
    line: int | None
    quote: str
    stated: str
    rule: str
    verdict: Verdict
    unit: str
    low: Decimal | None = None
    high: Decimal | None = None
    derived: str = ""
    arithmetic: str = ""
    tolerance: str = ""
    reading: str = ""
    reason: str = ""
    uses: tuple[str, ...] = ()
    rests_on: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Audit:
    """All claims of a model in the order of its document's lines."""

    model: str
    title: str
    document: str
    region: str
    prices_as_of: str
    claims: tuple[Claim, ...]

    @cached_property
    def wrong(self) -> tuple[Claim, ...]:
        return self.of(WRONG)

    @cached_property
    def holding(self) -> tuple[Claim, ...]:
        return self.of(HOLDS)

    @cached_property
    def open(self) -> tuple[Claim, ...]:
        return self.of(OPEN)

    def of(self, verdict: Verdict) -> tuple[Claim, ...]:
        return tuple(claim for claim in self.claims if claim.verdict == verdict)


NOTHING_DERIVES_IT: Final = "nothing else that is stated derives it"
NO_BOUND: Final = "it is derived of a figure without a bound"
GIVEN: Final = "given: others are derived from it"


def audit(model: Model) -> Audit:
    """Every figure of a loaded model, none left out."""
    claims = _with_grounds(list(_Auditor(model).claims()))
    return Audit(
        model=model.name,
        title=model.title,
        document=model.document.name if model.document else "",
        region=model.region,
        prices_as_of=packaged().as_of,
        claims=tuple(sorted(claims, key=lambda claim: claim.line or 0)),
    )


def _with_grounds(claims: list[Claim]) -> Iterator[Claim]:
    """Adds which figures that don't hold a claim rests on, and of which others are derived.

    A line that only repeats a figure rests on it.
    """
    wrong = {claim.figure for claim in claims if claim.verdict == WRONG}
    uses: dict[str, set[str]] = {}
    for claim in claims:
        uses.setdefault(claim.figure, set()).update(claim.uses)
    used = {path for paths in uses.values() for path in paths}
    for claim in claims:
        is_ground = claim.reason == NOTHING_DERIVES_IT and claim.figure in used
        reason = GIVEN if is_ground else claim.reason
        itself = {claim.figure} if claim.uses != (claim.figure,) else set[str]()
        grounds = _grounds(claim.uses, uses, wrong) - itself
        yield replace(claim, reason=reason, rests_on=tuple(sorted(grounds)))


def _grounds(paths: Iterable[str], uses: Mapping[str, set[str]], wrong: set[str]) -> set[str]:
    """What doesn't hold of the paths, or else of what they are derived from, and so on."""
    grounds: set[str] = set()
    seen: set[str] = set()
    waiting = list(paths)
    while waiting:
        path = waiting.pop()
        if path in wrong:
            grounds.add(path)
        elif path not in seen:
            waiting += uses.get(path, ())
        seen.add(path)
    return grounds


class _Auditor:
    def __init__(self, model: Model) -> None:
        self.model = model
        self.evaluation = Evaluation(model)
        self.binary = Evaluation(model, binary=True)

    def claims(self) -> Iterator[Claim]:
        checked: set[str] = set()
        for stated, relation in relations(self.model):
            if stated.figure is not None:
                checked.add(stated.path)
                yield self._checked(stated, stated.figure, relation)
        for stated in self.model.figures.values():
            if stated.figure is None or stated.source:
                continue
            if stated.path not in checked:
                reason = stated.why or NOTHING_DERIVES_IT
                yield self._claim(stated, stated.figure, "", OPEN, reason=reason)
            for line, figure in stated.again.items():
                yield self._repeated(stated, stated.figure, line, figure)

    def _checked(self, stated: Stated, figure: Figure, relation: Relation) -> Claim:
        rule = RULES[relation.call.rule]
        try:
            value = self.evaluation.value(relation.call)
            derived = derive(value, figure)
        except ArithmeticError as error:
            by_nothing = isinstance(error, ZeroDivisionError)
            reason = "it would be divided by nothing" if by_nothing else NO_BOUND
            return self._claim(stated, figure, rule.name, OPEN, reason=reason)
        fits = holds(figure, derived, rule.tolerance) or self._holds_in_binary(
            figure, relation.call
        )
        verdict: Verdict = HOLDS if fits else WRONG
        reason = ""
        if fits and relation.besides:
            verdict, reason = OPEN, f"it also pays for {relation.besides}, of no stated quantity"
        result = _result(figure, derived, rule.name)
        return replace(
            self._claim(stated, figure, rule.name, verdict, reason=reason),
            low=derived.low,
            high=derived.high,
            derived=result,
            arithmetic=self._lookup(relation.call, figure, derived)
            or _arithmetic(value, figure, derived, result, rule.tolerance),
            tolerance=TOLERANCES[rule.tolerance],
            reading=relation.reading,
            uses=value.uses,
        )

    def _lookup(self, call: Call, figure: Figure, derived: Derived) -> str:
        """Of a figure or price that is only looked up: where it is, and what it is there."""
        (operand, *others) = call.operands
        if call.rule == "listPrice" and isinstance(operand, ListPrice) and not derived.is_calendar:
            return f"the price book has {self.evaluation.value(operand).arithmetic}"
        if call.rule != "same" or others or not isinstance(operand, Reference):
            return ""
        (there,) = self.evaluation.figures(operand.path)
        if there.figure is None:
            return ""
        place = f"line {there.at}" if there.at and not there.source else there.source or there.path
        ends = "" if there.figure.unit == figure.unit else f" = {_result(figure, derived, 'same')}"
        return f"{place} has {there.figure.text}{ends}"

    def _holds_in_binary(self, figure: Figure, call: Call) -> bool:
        derived = derive(self.binary.value(call), figure, binary_bytes(figure.unit))
        return holds(figure, derived, RULES[call.rule].tolerance)

    def _repeated(self, stated: Stated, figure: Figure, line: int, again: Figure) -> Claim:
        derived = derive(self.evaluation.of(stated), again)
        same = holds(again, derived, RULES["same"].tolerance)
        return replace(
            self._claim(stated, again, "same", HOLDS if same else WRONG, line=line),
            low=derived.low,
            high=derived.high,
            derived=_result(again, derived, "same"),
            arithmetic=f"line {stated.at} has {figure.text}",
            tolerance=TOLERANCES[RULES["same"].tolerance],
            uses=(stated.path,),
        )

    def _claim(
        self,
        stated: Stated,
        figure: Figure,
        rule: str,
        verdict: Verdict,
        *,
        reason: str = "",
        line: int | None = None,
    ) -> Claim:
        document = self.model.document
        at = line or stated.at
        path, _, key = stated.path.rpartition(".")
        return Claim(
            figure=stated.path,
            name=self.model.nodes[path].label(key),
            line=at,
            quote=document.line(at) if document else "",
            stated=figure.text,
            unit=figure.unit,
            rule=rule,
            verdict=verdict,
            reason=reason,
        )


def _result(figure: Figure, derived: Derived, rule: str) -> str:
    if rule in {"between", "all"} or (derived.low != derived.high and not derived.is_calendar):
        low, high = shown(derived.low, figure), shown(derived.high, figure)
        return low if low == high else f"{low.split(' ')[0]} to {high}"
    return shown(derived.typical, figure)


def _arithmetic(
    value: Value, figure: Figure, derived: Derived, result: str, tolerance: Tolerance
) -> str:
    if value.arithmetic == result and not derived.is_calendar:
        return result
    text = f"{value.arithmetic} = {result}"
    if not derived.is_calendar:
        return text
    text += " in 730 hours"
    if holds(figure, derived.of_730_hours, tolerance) or not holds(figure, derived, tolerance):
        return text
    low, high = shown(derived.low, figure), shown(derived.high, figure)
    return f"{text}, {low.split(' ')[0]} to {high} in months of 28 to 31 days"


SHORTEST_MONTH: Final = Decimal(28 * 24)
LONGEST_MONTH: Final = Decimal(31 * 24)
DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Derived:
    """What a rule makes, in the unit of the figure that states it."""

    low: Decimal
    typical: Decimal
    high: Decimal
    is_calendar: bool
    """Whether it is by a month of hours or days, of which months have more or fewer."""

    @property
    def of_730_hours(self) -> Derived:
        """By AWS's own month alone."""
        return Derived(self.typical, self.typical, self.typical, is_calendar=False)


def derive(value: Value, figure: Figure, unit: str = "") -> Derived:
    """In the figure's unit, or another. Raises UnitError when it is of another kind."""
    low, typical, high = (
        amount.to(unit or figure.unit).number for amount in (value.low, value.typical, value.high)
    )
    stated_by = words(figure.unit)
    by_hours = value.words & SHORTER_THAN_MONTHS and not stated_by & SHORTER_THAN_MONTHS
    if "month" in stated_by and by_hours:
        shortest, longest = SHORTEST_MONTH / HOURS_PER_MONTH, LONGEST_MONTH / HOURS_PER_MONTH
        return Derived(low * shortest, typical, high * longest, is_calendar=True)
    return Derived(low, typical, high, is_calendar=False)


def holds(figure: Figure, derived: Derived, tolerance: Tolerance) -> bool:
    """Half a digit more or less is forgiven, by the last that is stated; `cut` forgives a whole."""
    half = figure.step / 2
    match tolerance:
        case "rounded":
            if figure.is_exact and derived.low == derived.high:
                return _rounds_to(derived.typical, figure)
            return derived.high >= figure.low - half and derived.low <= figure.high + half
        case "cut":
            return (
                derived.high > figure.low - figure.step and derived.low < figure.high + figure.step
            )
        case "between":
            return derived.high >= figure.low - half and derived.low <= figure.high + half
        case "all":
            if figure.is_strict and {derived.low, derived.high} & {figure.low, figure.high}:
                return False
            return derived.low >= figure.low and derived.high <= figure.high
        case "covers":
            return figure.high + half >= derived.low


def _rounds_to(number: Decimal, figure: Figure) -> bool:
    digits = number / figure.step
    stated = figure.number / figure.step
    return stated in {digits.to_integral_value(way) for way in (ROUND_HALF_UP, ROUND_HALF_EVEN)}


def shown(number: Decimal, figure: Figure) -> str:
    """A number in the figure's scale and unit, to six digits that count."""
    scaled = number.scaleb(-SCALES[figure.scale])
    if not scaled.is_finite():
        return f"any number of {figure.unit}"
    digits = DIGITS - 1 - scaled.adjusted() if scaled else 0
    text = f"{scaled:,.{max(digits, 0)}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"{text}{figure.scale} {figure.unit}"
