"""What would make a stack cheaper, or dearer, and the best of it together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from buylink.costs.estimate import CURRENCY
from buylink.planning.options.result import BestSet, Fact, Option, Options
from buylink.reports import money
from buylink.reports.document import (
    Bars,
    Chart,
    Column,
    Document,
    Fold,
    Heading,
    Items,
    Json,
    Only,
    Paragraph,
    Point,
    Records,
    Row,
    Span,
    Table,
    figures,
    texts,
)
from buylink.reports.growth import changes_data, load_data

VERSION: Final = 2


def document(options: Options) -> Document:
    """By saving; the best set is last on a screen, first on a page."""
    first, *others = _best_lines(options)
    about = heading(options)
    parts = list(_parts(options))
    best = Items.of(*others)
    notes = (
        (Span(option.id, "strong"), f": {'; '.join(_notes(option))}") for option in options.singles
    )
    return Document(
        id="options",
        title=f"Options of {options.stack}",
        topic="What would be cheaper",
        blocks=(
            Only(
                "screen",
                (
                    Paragraph(Span(about, "strong")),
                    *(_screen_table(title, members) for title, members in parts),
                    Heading(first),
                    best,
                ),
            ),
            Only(
                "page",
                (
                    Paragraph(f"{about}."),
                    Paragraph(Span(first, "strong")),
                    best,
                    _chart(options),
                    *(_page_table(title, members) for title, members in parts),
                    Fold("why, and what speaks against it", (Items.of(*notes),)),
                ),
            ),
        ),
        data={"version": VERSION, **_data(options)},
        records=_records(options),
    )


def heading(options: Options) -> str:
    """The stack as it is."""
    total = options.current.total
    return (
        f"{options.stack} in {options.region}, {options.load}: {money.usd(total.typical)} a month"
        f" ({money.span(total)}), {options.verdict}"
    )


def _parts(options: Options) -> Iterator[tuple[str, Sequence[Option]]]:
    """The options that save, that change nothing, that cost more, and that nothing prices."""
    for title, fits in (
        ("saves", lambda saving: saving is not None and saving > 0),
        ("changes nothing", lambda saving: saving == 0),
        ("costs more", lambda saving: saving is not None and saving < 0),
        ("not priced", lambda saving: saving is None),
    ):
        if members := [option for option in options.singles if fits(option.saving)]:
            yield title, members


def _screen_table(title: str, options: Sequence[Option]) -> Table:
    columns = (
        *figures(title, "a month"),
        Column("option"),
        Column("risk", "word"),
        Column("effort", "word"),
    )
    return Table(f"options: {title}", columns, tuple(_screen_row(option) for option in options))


def _screen_row(option: Option) -> Row:
    label = (Span(f"{option.id}: ", "strong"), option.title)
    cells = (*_amounts(option), label, option.risk, option.effort)
    return Row(cells, under=("; ".join(_notes(option)),))


def _page_table(title: str, options: Sequence[Option]) -> Table:
    columns = (*texts("option", "what", "risk", "effort"), *figures(title, "a month"))
    return Table(f"options: {title}", columns, tuple(_page_row(option) for option in options))


def _page_row(option: Option) -> Row:
    mark = " (calculated)" if option.method == "calculated" else ""
    what = f"{option.title}{mark if option.allowed else ' (not allowed)'}"
    return Row((Span(option.id, "code"), what, option.risk, option.effort, *_amounts(option)))


def _amounts(option: Option) -> tuple[str, str]:
    """What it saves (more is more), and the stack's typical month with it."""
    if option.total is None or option.saving is None:
        return "", ""
    return money.usd(abs(option.saving)), money.usd(option.total.typical)


def _notes(option: Option) -> Iterator[str]:
    """Why, its figures, and what speaks against it."""
    yield option.why
    if option.method == "calculated" and not option.unpriced:
        yield "calculated, not previewed"
    yield from (f"{fact.name}: {_figure(fact)}" for fact in option.facts)
    yield from (f"breaks the guarantee: {guarantee}" for guarantee in option.breaks)
    yield from (f"refused: {refusal}" for refusal in option.refusals)
    if option.unpriced:
        yield f"not priced: {option.unpriced}"


def _figure(fact: Fact) -> str:
    """`78.7 %`, `93,807,289 requests a month`, `$28.84`."""
    if fact.unit == "USD":
        return money.usd(fact.amount)
    if fact.unit.startswith("USD"):
        return f"${fact.amount:.4f}{fact.unit.removeprefix('USD')}"
    digits = 1 if fact.unit == "%" else 0
    return f"{fact.amount:,.{digits}f} {fact.unit}"


def _best_lines(options: Options) -> Iterator[str]:
    """The best set, as a whole; what it changes; what is not in it."""
    best, now = options.best, options.current.total.typical
    guarantees = ", ".join(options.guarantees)
    if not best.options:
        yield f"best set: none; what saves is left out, of guarantees {guarantees}"
    else:
        saved = now - best.total.typical
        yield (
            f"best set, previewed as a whole: {money.usd(best.total.typical)} a month"
            f" ({money.span(best.total)}), {best.verdict}"
        )
        yield f"saves {money.usd(saved)}{_beside(best, saved)}: {', '.join(best.options)}"
        yield f"keeps the guarantees: {guarantees}"
        yield from (f"--config {change.override}  (now {change.before})" for change in best.changes)
    yield from (f"left out: {option.option}: {option.why}" for option in best.left_out)


def _beside(best: BestSet, saved: Decimal) -> str:
    alone = money.usd(best.sum_of_savings)
    return "" if alone == money.usd(saved) else f", one by one {alone}"


def _chart(options: Options) -> Chart:
    points = (
        Point(
            option.title,
            float(option.saving),
            tone="good" if option.saving >= 0 else "bad",
            pale=not option.allowed,
        )
        for option in options.singles
        if option.saving is not None
    )
    return Chart(
        id="options",
        about="USD a month that each option would save by itself; left of zero it costs more. What "
        "a policy or a guarantee rules out is pale.",
        drawing=Bars(tuple(points), "a month"),
    )


COLUMNS: Final = (
    "Stack",
    "Option",
    "Title",
    "Method",
    "Saving",
    "Low",
    "Typical",
    "High",
    "Risk",
    "Effort",
    "Verdict",
    "Breaks",
    "InBestSet",
    "Why",
)


def _records(options: Options) -> Records:
    """A row an option, USD a month; what nothing prices has no figures."""
    return Records(COLUMNS, tuple(_record(options, option) for option in options.singles))


def _record(options: Options, option: Option) -> tuple[str, ...]:
    total = option.total
    ends = () if total is None else (total.low, total.typical, total.high)
    return (
        options.stack,
        option.id,
        option.title,
        option.method,
        "" if option.saving is None else money.decimal_data(option.saving),
        *(map(money.decimal_data, ends) if ends else ("", "", "")),
        option.risk,
        option.effort,
        option.verdict or "",
        "; ".join(option.breaks),
        "true" if option.id in options.best.options else "false",
        option.why,
    )


def _data(options: Options) -> Json:
    """OPTIONS, described in docs/reference/json.md."""
    return {
        "stack": options.stack,
        "currency": CURRENCY,
        "region": options.region,
        "load": load_data(options.load),
        "total": money.range_data(options.current.total),
        "verdict": options.verdict,
        "guarantees": list(options.guarantees),
        "options": [_option_data(option) for option in options.singles],
        "best": _best_data(options.best),
    }


def _option_data(option: Option) -> Json:
    return {
        "id": option.id,
        "group": option.group,
        "title": option.title,
        "method": option.method,
        "changes": changes_data(option.changes),
        "total": option.total and money.range_data(option.total),
        "saving": None if option.saving is None else money.decimal_data(option.saving),
        "risk": option.risk,
        "effort": option.effort,
        "why": option.why,
        "verdict": option.verdict,
        "refusals": [str(refusal) for refusal in option.refusals],
        "breaks": list(option.breaks),
        "allowed": option.allowed,
        "facts": [
            {"name": fact.name, "amount": money.decimal_data(fact.amount), "unit": fact.unit}
            for fact in option.facts
        ],
        "unpriced": option.unpriced,
    }


def _best_data(best: BestSet) -> Json:
    return {
        "options": list(best.options),
        "changes": changes_data(best.changes),
        "total": money.range_data(best.total),
        "verdict": best.verdict,
        "sumOfSavings": money.decimal_data(best.sum_of_savings),
        "leftOut": [{"option": left.option, "why": left.why} for left in best.left_out],
    }
