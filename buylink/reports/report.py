"""The report of a stack or of a declared model: all documents that there are of it."""

from __future__ import annotations

from dataclasses import dataclass

from buylink.costs.estimate import Estimate
from buylink.models.audit import Audit
from buylink.planning.cost_flow import CostFlow
from buylink.planning.economics.result import Economics
from buylink.planning.growth.result import Growth
from buylink.planning.options.result import Options
from buylink.preview.result import StackPreview
from buylink.reports import audit, cost_flow, costs, economics, growth, money, options, preview
from buylink.reports.document import Document, Headline, Report


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


@dataclass(frozen=True, kw_only=True)
class ModelReport:
    """What is known of a model. `economics` is None where it doesn't say what they are of."""

    money: CostFlow
    audit: Audit
    economics: Economics | None = None


def of_stack(known: StackReport) -> Report:
    """The bill first, the policies last."""
    documents = [costs.document(known.estimate), cost_flow.document(known.money)]
    if known.economics is not None:
        documents.append(economics.document(known.economics))
    if known.growth is not None:
        documents.append(growth.document(known.growth))
    if known.options is not None:
        documents.append(options.document(known.options))
    if known.preview is not None:
        documents.append(preview.policies(known.preview))
    oldest, newest = known.estimate.prices_as_of
    dates = f", read {oldest} to {newest}" if newest else ""
    prices = f"at list prices of {known.estimate.region}{dates}"
    return Report(
        title=f"{known.estimate.stack}: what it costs",
        subtitle=f"{known.load}, {prices}; by buylink report",
        documents=tuple(documents),
    )


def of_model(known: ModelReport) -> Report:
    """The money first, the audit last."""
    documents: list[Document] = [cost_flow.document(known.money)]
    if known.economics is not None:
        documents.append(economics.document(known.economics))
    documents.append(audit.document(known.audit))
    total = money.usd(known.money.total).removesuffix(".00")
    return Report(
        title=known.audit.title,
        subtitle=f"{audit.basis(known.audit)}; by buylink report",
        documents=tuple(documents),
        headlines=(Headline(name="a month", figure=total, about="as it is declared"),),
    )
