"""A bill as CSV with the columns of FOCUS 1.2, and `x_` columns for what FOCUS has no name for.

https://focus.finops.org/focus-specification/v1-2/
"""

from __future__ import annotations

import csv
import io
from decimal import Decimal

from buylink.costs.estimate import CURRENCY, Estimate, Line, Uncharged

COLUMNS = (
    "BillingCurrency",
    "ChargeCategory",
    "ChargeDescription",
    "ChargeFrequency",
    "ListCost",
    "ListUnitPrice",
    "PricingQuantity",
    "PricingUnit",
    "ProviderName",
    "RegionId",
    "ResourceId",
    "ResourceName",
    "ResourceType",
    "ServiceName",
    "SkuMeter",
    "x_Stack",
    "x_Component",
    "x_Kind",
    "x_ListCostLow",
    "x_ListCostHigh",
    "x_PricingQuantityLow",
    "x_PricingQuantityHigh",
    "x_PriceAsOf",
    "x_PriceConfidence",
    "x_Note",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
FREQUENCY = {"baseline": "Recurring", "usage": "Usage-Based"}


def render(estimate: Estimate) -> str:
    """A row for each line of the bill, typical in FOCUS's columns; then one for what has no price.

    An amount that isn't known is empty, never 0.
    """
    text = io.StringIO()
    writer: csv.DictWriter[str] = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for line in estimate.lines:
        writer.writerow(_safe({"x_Stack": estimate.stack, **_line(line)}))
    for missing in estimate.unpriced:
        writer.writerow(_safe(_unpriced(missing, estimate)))
    return text.getvalue()


def _line(line: Line) -> dict[str, str]:
    row = {
        **_charge(line.urn, line.name, line.type, line.price.region),
        "ChargeDescription": line.price.meter.name,
        "ChargeFrequency": FREQUENCY[line.kind],
        "ListUnitPrice": _text(line.price.first),
        "PricingUnit": line.price.unit,
        "ServiceName": line.price.meter.service,
        "SkuMeter": line.price.meter.name,
        "x_Component": line.component,
        "x_Kind": line.kind,
        "x_PriceAsOf": line.price.as_of,
        "x_PriceConfidence": line.price.confidence,
        "x_Note": line.note,
    }
    if line.monthly and line.quantity:
        row |= {
            "ListCost": _text(line.monthly.typical),
            "PricingQuantity": _text(line.quantity.typical),
            "x_ListCostLow": _text(line.monthly.low),
            "x_ListCostHigh": _text(line.monthly.high),
            "x_PricingQuantityLow": _text(line.quantity.low),
            "x_PricingQuantityHigh": _text(line.quantity.high),
        }
    return row


def _unpriced(missing: Uncharged, estimate: Estimate) -> dict[str, str]:
    name = missing.urn.rsplit("::", 1)[-1]
    return {
        **_charge(missing.urn, name, missing.type, estimate.region),
        "ChargeDescription": "not priced",
        "x_Stack": estimate.stack,
        "x_Note": missing.reason,
    }


def _charge(urn: str, name: str, kind: str, region: str) -> dict[str, str]:
    return {
        "BillingCurrency": CURRENCY,
        "ChargeCategory": "Usage",
        "ProviderName": "AWS",
        "RegionId": region,
        "ResourceId": urn,
        "ResourceName": name,
        "ResourceType": kind,
    }


def _safe(row: dict[str, str]) -> dict[str, str]:
    """No cell that a spreadsheet would take for a formula."""
    return {name: f"'{it}" if it.startswith(_FORMULA) else it for name, it in row.items()}


def _text(amount: Decimal) -> str:
    return f"{amount.normalize():f}"
