"""What would make a stack cheaper, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from buylink.planning.options.result import BestSet, Fact, Option, Options
from buylink.reports import money, wording
from buylink.reports.trimmed import trimmed


def show(found: Options, console: Console) -> None:
    """The options by saving, those that cost more, those without a price; then the best set."""
    with trimmed(console):
        console.print(Text(wording.printable(heading(found)), "bold"))
        for title, options in parts(found):
            console.print()
            console.print(_table(title, options))
        console.print()
        for line in best_lines(found):
            console.print(Text(wording.printable(line)))


def heading(found: Options) -> str:
    """The stack as it is."""
    total = found.current.total
    return (
        f"{found.stack} in {found.region}, {found.load}: {money.usd(total.typical)} a month"
        f" ({money.span(total)}), {found.verdict}"
    )


def parts(found: Options) -> Iterator[tuple[str, Sequence[Option]]]:
    """The options that save, that change nothing, that cost more, and that nothing prices."""
    for title, fits in (
        ("saves", lambda it: it.saving is not None and it.saving > 0),
        ("changes nothing", lambda it: it.saving == 0),
        ("costs more", lambda it: it.saving is not None and it.saving < 0),
        ("not priced", lambda it: it.saving is None),
    ):
        if options := [it for it in found.singles if fits(it)]:
            yield title, options


def _table(title: str, options: Sequence[Option]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in (title, "a month"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("option", overflow="fold", ratio=1)
    for name in ("risk", "effort"):
        table.add_column(name, no_wrap=True)
    for it in options:
        label = Text(f"{it.id}: ", "bold")
        label.append(wording.printable(it.title), "not bold")
        label.append(f"\n{wording.printable('; '.join(notes(it)))}", "not bold dim")
        table.add_row(*cells(it), label, it.risk, it.effort)
    return table


def cells(option: Option) -> tuple[str, str]:
    """What it saves (more is more), and the stack's typical month with it."""
    if option.total is None or option.saving is None:
        return "", ""
    return money.usd(abs(option.saving)), money.usd(option.total.typical)


def notes(option: Option) -> Iterator[str]:
    """Why, its figures, and what speaks against it."""
    yield option.why
    if option.method == "calculated" and not option.unpriced:
        yield "calculated, not previewed"
    yield from (f"{it.name}: {figure(it)}" for it in option.facts)
    yield from (f"breaks the guarantee: {it}" for it in option.breaks)
    yield from (f"refused: {it}" for it in option.refusals)
    if option.unpriced:
        yield f"not priced: {option.unpriced}"


def figure(fact: Fact) -> str:
    """`78.7 %`, `93,807,289 requests a month`, `$28.84`."""
    if fact.unit == "USD":
        return money.usd(fact.amount)
    if fact.unit.startswith("USD"):
        return f"${fact.amount:.4f}{fact.unit.removeprefix('USD')}"
    digits = 1 if fact.unit == "%" else 0
    return f"{fact.amount:,.{digits}f} {fact.unit}"


def best_lines(found: Options) -> Iterator[str]:
    """The best set, as a whole; what it changes; what is not in it."""
    best, now = found.best, found.current.total.typical
    if not best.options:
        yield f"best set: none; what saves is left out, of guarantees {_guarantees(found)}"
    else:
        saved = now - best.total.typical
        yield (
            f"best set, previewed as a whole: {money.usd(best.total.typical)} a month"
            f" ({money.span(best.total)}), {best.verdict}"
        )
        yield f"  saves {money.usd(saved)}{_beside(best, saved)}: {', '.join(best.options)}"
        yield f"  keeps the guarantees: {_guarantees(found)}"
        yield from (f"  --config {it.override}  (now {it.before})" for it in best.changes)
    yield from (f"  left out: {it.option}: {it.why}" for it in best.left_out)


def _guarantees(found: Options) -> str:
    return ", ".join(found.guarantees)


def _beside(best: BestSet, saved: Decimal) -> str:
    alone = money.usd(best.sum_of_savings)
    return "" if alone == money.usd(saved) else f", one by one {alone}"
