"""The report of a declared cost model: its money, its economics, and its audit."""

from __future__ import annotations

from dataclasses import dataclass

from buylink.models.audit import Audit
from buylink.planning.cost_flow import CostFlow
from buylink.planning.economics.result import Economics
from buylink.reports import audit_wording
from buylink.reports import money as amounts
from buylink.reports.html import audit_section, economics_section, money_section, page
from buylink.reports.html.section import Headline
from buylink.reports.wording import printable


@dataclass(frozen=True, kw_only=True)
class ModelReport:
    """What is known of a model. `economics` is None where it doesn't say what they are of."""

    money: CostFlow
    audit: Audit
    economics: Economics | None = None


def render(report: ModelReport) -> str:
    """One self-contained HTML page."""
    sections = [money_section.section(report.money)]
    total = amounts.usd(report.money.total).removesuffix(".00")
    headlines = [Headline(name="a month", figure=total, about="as it is declared")]
    if report.economics is not None:
        sections.append(economics_section.section(report.economics))
        headlines += economics_section.headlines(report.economics)
    sections.append(audit_section.section(report.audit))
    headlines.append(audit_section.headline(report.audit))
    return page.render(
        printable(report.audit.title),
        f"{printable(audit_wording.basis(report.audit))}; by buylink report",
        headlines,
        sections,
    )
