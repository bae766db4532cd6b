"""The daily and the weekly report: what a stack cost, against its budget and its estimate.

People get it as a text by e-mail and as a page, which is kept too.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from html import escape
from typing import Literal

from app.budget_guard import notices
from app.budget_guard.cost_explorer import Anomaly, CostExplorer, Costs, Row
from app.budget_guard.cost_memory import (
    DAILY_REQUESTS,
    REVIEW_REQUESTS,
    CostMemory,
    RequestCount,
)
from app.budget_guard.notices import Notice, dollars, subject
from app.budget_guard.settings import GuardSettings
from app.budget_guard.state import StateTable
from app.hub.clients import Clients
from app.hub.table import HubTable

Period = Literal["daily", "weekly"]

DAYS: dict[Period, int] = {"daily": 1, "weekly": 7}
MOVERS = 5
_CENT = Decimal("0.01")


@dataclass(frozen=True, kw_only=True)
class Line:
    """What something cost in the days of a report, in as many before, and in the month so far."""

    name: str
    now: Decimal
    before: Decimal
    month: Decimal

    @property
    def change(self) -> Decimal:
        """More (or, below 0, less) than before."""
        return self.now - self.before


@dataclass(frozen=True, kw_only=True)
class CostReport:
    """Full days in UTC; US dollars, rounded to cents, so that a total is the sum of its lines.

    `services` and `components` each make up the total, the most expensive first. `forecast` is for
    the whole month. What isn't known is None.
    """

    stack: str
    period: Period
    first_day: date
    last_day: date
    services: tuple[Line, ...]
    components: tuple[Line, ...]
    days: tuple[tuple[date, Decimal], ...]
    forecast: Decimal | None
    limit: Decimal | None
    estimate: Decimal | None
    anomalies: tuple[Anomaly, ...] | None
    complete: bool

    @property
    def total(self) -> Decimal:
        """Of the days of the report."""
        return sum((line.now for line in self.services), Decimal(0))

    @property
    def total_before(self) -> Decimal:
        """Of as many days before."""
        return sum((line.before for line in self.services), Decimal(0))

    @property
    def month(self) -> Decimal:
        """Of the month so far."""
        return sum((line.month for line in self.services), Decimal(0))

    @property
    def movers(self) -> list[Line]:
        """The services whose cost changed most, up to five."""
        moved = [line for line in self.services if line.change]
        return sorted(moved, key=lambda line: (-abs(line.change), line.name))[:MOVERS]

    def document(self) -> dict[str, object]:
        """As JSON has it: amounts are text."""
        return {
            "version": 1,
            "stack": self.stack,
            "period": self.period,
            "currency": "USD",
            "firstDay": self.first_day.isoformat(),
            "lastDay": self.last_day.isoformat(),
            "total": str(self.total),
            "totalBefore": str(self.total_before),
            "monthToDate": str(self.month),
            "forecast": _text(self.forecast),
            "limit": _text(self.limit),
            "estimate": _text(self.estimate),
            "services": [_line(line) for line in self.services],
            "components": [_line(line) for line in self.components],
            "days": [{"day": day.isoformat(), "amount": str(amount)} for day, amount in self.days],
            "movers": [_line(line) for line in self.movers],
            "anomalies": None
            if self.anomalies is None
            else [
                {
                    "firstDay": anomaly.first_day,
                    "lastDay": anomaly.last_day,
                    "impact": str(anomaly.impact),
                    "where": anomaly.where,
                }
                for anomaly in self.anomalies
            ],
            "complete": self.complete,
        }


def report_on(
    costs: Costs,
    *,
    stack: str,
    period: Period,
    limit: Decimal | None,
    estimate: Decimal | None,
) -> CostReport:
    """Of what was asked on the day of the report."""
    last = costs.asked_on - timedelta(days=1)
    first = costs.asked_on - timedelta(days=DAYS[period])
    start = last.replace(day=1)
    month = sum((row.amount for row in costs.between(start, last)), Decimal(0))
    forecast = None
    if costs.forecast is not None and start.month == costs.asked_on.month:
        forecast = rounded(month + costs.forecast)
    shown = last - timedelta(days=13)
    by_day = _sums(costs.between(shown, last), lambda row: row.day.isoformat())
    return CostReport(
        stack=stack,
        period=period,
        first_day=first,
        last_day=last,
        services=_lines(costs, first, last, lambda row: row.service),
        components=_lines(costs, first, last, lambda row: row.component or "(untagged)"),
        days=tuple(
            (day, rounded(by_day.get(day.isoformat(), Decimal(0))))
            for day in (shown + timedelta(days=number) for number in range(14))
        ),
        forecast=forecast,
        limit=limit,
        estimate=None if estimate is None else rounded(estimate),
        anomalies=costs.anomalies,
        complete=costs.complete,
    )


def rounded(amount: Decimal) -> Decimal:
    """To cents."""
    return amount.quantize(_CENT, ROUND_HALF_UP)


def _lines(costs: Costs, first: date, last: date, named: Callable[[Row], str]) -> tuple[Line, ...]:
    days = last - first + timedelta(days=1)
    now = _sums(costs.between(first, last), named)
    before = _sums(costs.between(first - days, last - days), named)
    month = _sums(costs.between(last.replace(day=1), last), named)
    lines = [
        Line(
            name=name,
            now=rounded(now.get(name, Decimal(0))),
            before=rounded(before.get(name, Decimal(0))),
            month=rounded(month.get(name, Decimal(0))),
        )
        for name in {*now, *before, *month}
    ]
    return tuple(sorted(lines, key=lambda line: (-line.now, -line.before, -line.month, line.name)))


def _sums(rows: Iterable[Row], named: Callable[[Row], str]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        sums[named(row)] += row.amount
    return sums


def _line(line: Line) -> dict[str, str]:
    return {
        "name": line.name,
        "amount": str(line.now),
        "before": str(line.before),
        "monthToDate": str(line.month),
    }


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


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
        f"<tr><td>{escape(line.name)}</td><td>{line.now:,}</td><td>{line.before:,}</td>"
        f"<td>{line.month:,}</td></tr>"
        for line in lines
    )
    return f"<h2>{escape(heading)}</h2><table>{head}{body}</table>"


def _reviewed(report: CostReport) -> Iterator[str]:
    """The trend and the anomalies, in a weekly report."""
    if report.period != "weekly":
        return
    days = ", ".join(f"{day:%b %d} {dollars(amount)}" for day, amount in report.days)
    yield f"Day by day: {days}."
    if report.anomalies is None:
        yield "Anomalies could not be asked for."
    elif not report.anomalies:
        yield "AWS found no cost anomaly in the week."
    for anomaly in report.anomalies or ():
        yield _anomaly(anomaly)


def _anomaly(anomaly: Anomaly) -> str:
    days = anomaly.first_day
    if anomaly.last_day not in ("", anomaly.first_day):
        days = f"{anomaly.first_day} to {anomaly.last_day}"
    where = anomaly.where or "unknown"
    return f"Anomaly, {days}: {dollars(anomaly.impact)} beyond the expected, {where}."


def _notes(report: CostReport) -> Iterator[str]:
    if not report.complete:
        yield _INCOMPLETE
    yield _LATE


def _span(report: CostReport) -> str:
    if report.first_day == report.last_day:
        return str(report.last_day)
    return f"{report.first_day} to {report.last_day}"


def send_report(
    settings: GuardSettings, clients: Clients, period: Period, today: date
) -> tuple[CostReport, bool]:
    """The report, and whether it was sent now: once a day, however often it is asked for.

    Raises what boto3 raises. It lies in the bucket as `reports/<day>/<period>.json` and `.html`.
    """
    memory = CostMemory(clients("s3"), settings.report_bucket)
    cost_report = _new_report(settings, clients, memory, period, today)
    place = f"reports/{today.isoformat()}/{period}"
    if memory.read(f"{place}.json") is not None:
        return cost_report, False
    memory.keep(f"{place}.html", page(cost_report))
    notices.send(clients("sns"), settings.notice_topic_arn, of_costs(cost_report))
    # Last: until it is there the report wasn't sent.
    memory.keep(f"{place}.json", cost_report.document())
    return cost_report, True


def _new_report(
    settings: GuardSettings, clients: Clients, memory: CostMemory, period: Period, today: date
) -> CostReport:
    table = HubTable(clients("dynamodb"), settings.state_table)
    count = RequestCount(table, settings.stack)
    most = REVIEW_REQUESTS if period == "weekly" else DAILY_REQUESTS
    explorer = CostExplorer(clients("ce"), settings.stack, lambda: count.one_more(today, most))
    monitor = settings.anomaly_monitor_arn if period == "weekly" else None
    state = StateTable(table, settings.stack).read(today.isoformat()[:7])
    return report_on(
        memory.today(explorer, today, monitor),
        stack=settings.stack,
        period=period,
        limit=state.limit or None,
        estimate=memory.estimate(),
    )
