"""A cost report for people: a text for e-mail, and a page."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from html import escape

from app.budget_guard.cost_report import CostReport, Line
from app.budget_guard.notices import Notice, dollars, subject

_INCOMPLETE = "Cost Explorer had more to say than today's requests: some costs are missing."
_LATE = "AWS still completes the last day or two. Costs without the tag Stack are not in here."


def of_costs(report: CostReport) -> Notice:
    """The report as a notice; its JSON is the report's."""
    return Notice(
        subject=subject(report.stack, f"{report.period} costs {dollars(report.total)}"),
        text="\n\n".join(_paragraphs(report)),
        data=report.document(),
    )


def page(report: CostReport) -> str:
    """One HTML page without scripts, or anything from elsewhere."""
    title = escape(f"{report.stack}: {report.period} costs, {_span(report)}")
    rows = "".join(f"<p>{escape(line)}</p>" for line in _summary(report))
    tables = "".join(_table(heading, lines) for heading, lines in _tables(report))
    notes = "".join(f"<p>{escape(note)}</p>" for note in (*_reviewed(report), *_notes(report)))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{title}</h1>{rows}{tables}{notes}</body></html>\n"
    )


_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}td,th{padding:.2rem .5rem;border-bottom:1px solid "
    "#ccc;text-align:right}td:first-child,th:first-child{text-align:left}"
)


def _paragraphs(report: CostReport) -> Iterator[str]:
    yield "\n".join(_summary(report))
    if not report.services:
        yield (
            f"No cost carries the tag Stack = {report.stack}. Until the tag is activated as a cost "
            "allocation tag (Billing, Cost allocation tags), AWS can't tell the stack's costs."
        )
    for heading, lines in _tables(report):
        yield "\n".join([f"{heading}:", *_columns(lines)])
    yield from _reviewed(report)
    yield "\n".join(_notes(report))


def _summary(report: CostReport) -> Iterator[str]:
    yield (
        f"{report.stack} cost {dollars(report.total)} on {_span(report)} (UTC), "
        f"{dollars(report.total_before)} in as many days before."
    )
    yield f"Month to date: {dollars(report.month)}{_of_limit(report.month, report.limit)}."
    if report.forecast is None:
        yield "AWS has no forecast for the month."
    else:
        of_limit = _of_limit(report.forecast, report.limit)
        yield f"AWS's forecast for the month: {dollars(report.forecast)}{of_limit}."
    if report.estimate is None:
        yield "No estimate that can be read was uploaded after a deployment yet."
    else:
        estimate = f"The estimate of what is deployed: {dollars(report.estimate)} a month"
        yield f"{estimate}{_by_estimate(report.forecast, report.estimate)}."


def _of_limit(amount: Decimal, limit: Decimal | None) -> str:
    return f" of {dollars(limit)} ({int(amount / limit * 100)} %)" if limit else ""


def _by_estimate(forecast: Decimal | None, estimate: Decimal) -> str:
    if forecast is None or not estimate:
        return ""
    return f"; the forecast is {int(forecast / estimate * 100)} % of it"


def _tables(report: CostReport) -> Iterator[tuple[str, Sequence[Line]]]:
    if report.services:
        yield "By service", report.services
        yield "By component", report.components
    if report.period == "weekly" and report.movers:
        yield "The largest changes", report.movers


def _columns(lines: Sequence[Line]) -> Iterator[str]:
    yield f"{'USD':>12} {'before':>12} {'month':>12}"
    for line in lines:
        yield f"{line.now:>12,} {line.before:>12,} {line.month:>12,}  {line.name}"


def _table(heading: str, lines: Sequence[Line]) -> str:
    head = "<tr><th>USD</th><th>these days</th><th>before</th><th>month</th></tr>"
    body = "".join(
        f"<tr><td>{escape(it.name)}</td><td>{it.now:,}</td><td>{it.before:,}</td>"
        f"<td>{it.month:,}</td></tr>"
        for it in lines
    )
    return f"<h2>{escape(heading)}</h2><table>{head}{body}</table>"


def _reviewed(report: CostReport) -> Iterator[str]:
    """The trend and the anomalies, in a weekly report."""
    if report.period != "weekly":
        return
    yield "Day by day: " + ", ".join(f"{day:%b %d} {dollars(it)}" for day, it in report.days) + "."
    if report.anomalies is None:
        yield "Anomalies could not be asked for."
    elif not report.anomalies:
        yield "AWS found no cost anomaly in the week."
    for it in report.anomalies or ():
        days = (
            it.first_day
            if it.last_day in ("", it.first_day)
            else f"{it.first_day} to {it.last_day}"
        )
        yield f"Anomaly, {days}: {dollars(it.impact)} beyond the expected, {it.where or 'unknown'}."


def _notes(report: CostReport) -> Iterator[str]:
    if not report.complete:
        yield _INCOMPLETE
    yield _LATE


def _span(report: CostReport) -> str:
    if report.first_day == report.last_day:
        return str(report.last_day)
    return f"{report.first_day} to {report.last_day}"
