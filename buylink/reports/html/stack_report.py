"""The report of a stack, from whatever results there are of it."""

from __future__ import annotations

from dataclasses import dataclass

from buylink.costs.estimate import Estimate
from buylink.planning.cost_flow import CostFlow
from buylink.planning.economics.result import Economics
from buylink.planning.growth.result import Growth
from buylink.planning.options.result import Options
from buylink.preview.result import StackPreview
from buylink.reports import money as amounts
from buylink.reports.html import (
    bill_section,
    economics_section,
    growth_section,
    money_section,
    options_section,
    page,
    policies_section,
)
from buylink.reports.html.section import Headline
from buylink.reports.wording import printable


@dataclass(frozen=True, kw_only=True)
class StackReport:
    """What is known of a stack. `preview`, `growth` and `options` need the stack's own program, so
    they are None for a file; `economics` is None for a load without users."""

    estimate: Estimate
    load: str
    money: CostFlow
    economics: Economics | None = None
    preview: StackPreview | None = None
    growth: Growth | None = None
    options: Options | None = None


def render(report: StackReport) -> str:
    """One self-contained HTML page."""
    sections = [bill_section.section(report.estimate), money_section.section(report.money)]
    headlines = [_bill(report.estimate)]
    if report.economics is not None:
        sections.append(economics_section.section(report.economics))
        headlines += economics_section.headlines(report.economics)
    if report.growth is not None:
        sections.append(growth_section.section(report.growth))
    if report.options is not None:
        sections.append(options_section.section(report.options))
    if report.preview is not None:
        sections.append(policies_section.section(report.preview))
        headlines.append(policies_section.headline(report.preview))
    oldest, newest = report.estimate.prices_as_of
    dates = f", read {oldest} to {newest}" if newest else ""
    return page.render(
        f"{printable(report.estimate.stack)}: what it costs",
        f"{report.load}, at list prices of {report.estimate.region}{dates}; by buylink report",
        headlines,
        sections,
    )


def _bill(estimate: Estimate) -> Headline:
    return Headline(
        name="a month",
        figure=amounts.usd(estimate.total.typical),
        about=f"from {amounts.usd(estimate.total.low)} to {amounts.usd(estimate.total.high)}",
    )
