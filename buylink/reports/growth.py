"""What growth costs: the bill by load, what grows, what the load needs, and what it hits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from buylink.costs.estimate import CURRENCY
from buylink.costs.usage.load import Load
from buylink.planning.change import Change
from buylink.planning.growth.result import (
    Adjustment,
    Cap,
    Goal,
    GrowingLine,
    Growth,
    Point,
    Series,
    SeriesName,
)
from buylink.reports import document as documents
from buylink.reports import money
from buylink.reports.document import (
    Block,
    Chart,
    Curve,
    Curves,
    Document,
    Figure,
    Figures,
    Fold,
    Heading,
    Json,
    Only,
    Paragraph,
    Records,
    Span,
    Table,
    figures,
    rows,
)

VERSION: Final = 1
TITLES: Final[dict[SeriesName, str]] = {
    "users": "as users grow",
    "videos": "as videos grow",
    "together": "as both grow",
    "months": "month by month",
}


def document(growth: Growth) -> Document:
    """A table for each way to grow, with its notes; then the goals."""
    declared = f"declared: {growth.declared}"
    about = f"{growth.stack} in {growth.region}, USD a month; {declared}"
    return Document(
        id="growth",
        title=f"Growth of {growth.stack}",
        topic="What growth costs",
        blocks=(
            Only("screen", (Paragraph(Span(about, "strong")),)),
            Only(
                "page",
                (Paragraph(f"USD a month in {growth.region}; declared: {growth.declared}."),),
            ),
            *(block for series in growth.series for block in _series(series)),
            *(block for goal in growth.goals for block in _goal(goal)),
        ),
        data={"version": VERSION, **_data(growth)},
        records=_records(growth),
    )


def _series(series: Series) -> Iterator[Block]:
    yield Heading(series.about)
    if series.points:
        yield _chart(series)
    yield Table(f"the bill {TITLES[series.name]}", headings(series), rows(list(cells(series))))
    if notes := tuple(_notes(series)):
        yield Fold("what grows, what it needs, what it hits", (Figures(notes),))


def headings(series: Series) -> tuple[documents.Column, ...]:
    """The columns of a series' table."""
    month = ("month",) if series.name == "months" else ()
    return figures(*month, "users", "videos a day", "low", "typical", "high", "per user", "caps")


def cells(series: Series) -> Iterator[list[str]]:
    """A row for each point: `caps` counts what it is past."""
    for point in series.points:
        month = [str(point.month)] if series.name == "months" else []
        each = "" if point.per_user is None else per_user(point.per_user.typical)
        load = [f"{point.load.users:,}", f"{point.load.videos_per_day:,}"]
        yield [*month, *load, *money.cells(point.total), each, str(len(point.caps) or "")]


def per_user(amount: Decimal) -> str:
    """A tenth of a cent counts here: `$1.737`, `$0.0019`."""
    return money.usd(amount) if amount >= 1 else f"${amount:.4f}"


def _notes(series: Series) -> Iterator[Figure]:
    """What is to be said beside the bills: each cap once, where it is first hit."""
    for point in series.points:
        if point.growing:
            lines = (
                f"{line.meter} of {line.resource} {money.signed(line.more)}"
                for line in point.growing
            )
            yield Figure("grows", (f"{_place(series, point)}: {'; '.join(lines)}",))
    for point in series.points:
        for adjustment in point.adjustments:
            change = f"{adjustment.change.override}, now {adjustment.change.before}"
            note = f"{_place(series, point)}: {change}: {adjustment.why}"
            yield Figure("needs", (note,))
    for point, cap in first_caps(series):
        yield Figure("cap", (f"from {_place(series, point)}: {cap.name}: {short(cap)}", cap.then))
    for point in series.points:
        for warning in point.estimate.warnings:
            yield Figure("warning", (f"{_place(series, point)}: {warning}",))


def first_caps(series: Series) -> Iterator[tuple[Point, Cap]]:
    """Where each cap is hit first."""
    seen: set[str] = set()
    for point in sorted(series.points, key=lambda point: point.total.typical):
        for cap in point.caps:
            if cap.name not in seen:
                seen.add(cap.name)
                yield point, cap


def short(cap: Cap) -> str:
    """Its first sentence: a policy's message goes on with the dearest lines."""
    return cap.what.split(". ")[0].rstrip(".")


def _place(series: Series, point: Point) -> str:
    if series.name == "months":
        return f"month {point.month}"
    users, videos = f"{point.load.users:,} users", f"{point.load.videos_per_day:,} videos"
    return {"users": users, "videos": videos}.get(series.name, f"{users}, {videos}")


def _chart(series: Series) -> Chart:
    across = [_across(series, point) for point in series.points]
    points = (
        documents.Point(
            at=at,
            typical=float(point.total.typical),
            low=float(point.total.low),
            high=float(point.total.high),
            mark=", ".join(cap.name for cap in point.caps),
        )
        for at, point in zip(across, series.points, strict=True)
    )
    return Chart(
        id=f"growth-{series.name}",
        about=f"USD a month {TITLES[series.name]}: {series.about}. The line is typical, the band "
        "reaches from low to high, a cross is past a cap.",
        drawing=Curves(
            across={"videos": "videos a day", "months": "month"}.get(series.name, "users"),
            curves=(Curve("the bill", tuple(points)),),
            marked="past a cap",
            logarithmic=series.name != "months" and 0 not in across,
        ),
    )


def _across(series: Series, point: Point) -> int:
    match series.name:
        case "videos":
            return point.load.videos_per_day
        case "months":
            return point.month or 0
        case _:
            return point.load.users


def _goal(goal: Goal) -> Iterator[Block]:
    """Whether it is met, by what, and what is past a cap even so."""
    verdict = "met" if goal.met else "not met"
    title = f"{goal.load} for at most {money.unit_price(goal.limit)} a month: {verdict}"
    notes: list[tuple[str, documents.Content]] = [("why", goal.why)]
    notes += [("change", f"{change.override}  (now {change.before})") for change in goal.changes]
    notes += [("needs", f"{each.change.override}: {each.why}") for each in goal.adjustments]
    notes += [("cap", f"{cap.name}: {short(cap)}") for cap in goal.caps]
    yield Only("screen", (Heading(title),))
    yield Only("page", (Paragraph(Span(title, "strong")),))
    yield Figures.of(*notes)


COLUMNS: Final = (
    "Stack",
    "Series",
    "Month",
    "Users",
    "VideosPerDay",
    "Low",
    "Typical",
    "High",
    "PerUser",
    "Adjustments",
    "Caps",
)


def _records(growth: Growth) -> Records:
    """A row a load, of all series; USD a month, typical for each user."""
    records = (
        (
            growth.stack,
            series.name,
            "" if point.month is None else str(point.month),
            str(point.load.users),
            str(point.load.videos_per_day),
            money.decimal_data(point.total.low),
            money.decimal_data(point.total.typical),
            money.decimal_data(point.total.high),
            "" if point.per_user is None else money.decimal_data(point.per_user.typical),
            " ".join(adjustment.change.override for adjustment in point.adjustments),
            " ".join(cap.name.replace(" ", "-") for cap in point.caps),
        )
        for series in growth.series
        for point in series.points
    )
    return Records(COLUMNS, tuple(records))


def _data(growth: Growth) -> Json:
    """GROWTH, described in docs/reference/json.md."""
    return {
        "stack": growth.stack,
        "currency": CURRENCY,
        "region": growth.region,
        "declared": load_data(growth.declared),
        "total": money.range_data(growth.current.total),
        "series": [
            {
                "name": series.name,
                "about": series.about,
                "points": [_point_data(point) for point in series.points],
            }
            for series in growth.series
        ],
        "goals": [_goal_data(goal) for goal in growth.goals],
    }


def load_data(load: Load) -> dict[str, int]:
    """LOAD."""
    return {"users": load.users, "videosPerDay": load.videos_per_day}


def changes_data(changes: Iterable[Change]) -> list[dict[str, str]]:
    """[CHANGE]: `key` and `after` make a `--config`."""
    return [
        {"key": change.key, "before": change.before, "after": change.after} for change in changes
    ]


def _point_data(point: Point) -> Json:
    return {
        "month": point.month,
        "load": load_data(point.load),
        "total": money.range_data(point.total),
        "perUser": point.per_user and money.range_data(point.per_user),
        "growing": [_growing_data(line) for line in point.growing],
        "adjustments": _adjustments_data(point.adjustments),
        "caps": [_cap_data(cap) for cap in point.caps],
        "warnings": list(point.estimate.warnings),
    }


def _growing_data(line: GrowingLine) -> Json:
    return {
        "resource": line.resource,
        "component": line.component,
        "service": line.service,
        "meter": line.meter,
        "first": money.range_data(line.first),
        "here": money.range_data(line.here),
        "more": money.decimal_data(line.more),
    }


def _adjustments_data(adjustments: Iterable[Adjustment]) -> list[dict[str, str]]:
    return [{**changes_data([each.change])[0], "why": each.why} for each in adjustments]


def _cap_data(cap: Cap) -> Json:
    asked = cap.asked_at and load_data(cap.asked_at)
    return {
        "kind": cap.kind,
        "name": cap.name,
        "what": cap.what,
        "then": cap.then,
        "askedAt": asked,
    }


def _goal_data(goal: Goal) -> Json:
    return {
        "load": load_data(goal.load),
        "limit": money.decimal_data(goal.limit),
        "met": goal.met,
        "why": goal.why,
        "asDeclared": money.range_data(goal.as_declared),
        "proposed": money.range_data(goal.proposed),
        "changes": changes_data(goal.changes),
        "adjustments": _adjustments_data(goal.adjustments),
        "caps": [_cap_data(cap) for cap in goal.caps],
    }
