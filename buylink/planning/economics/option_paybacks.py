"""When the options of a stack have paid for their making."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from buylink.planning.economics.business import Business
from buylink.planning.economics.economics import Assumption, Economics, Payback
from buylink.planning.options.result import Degree, Options


def with_paybacks(found: Economics, options: Options, business: Business) -> Economics:
    """With each option that may be taken and saves something, the greatest saving first."""
    days: Mapping[Degree, Assumption] = {
        "low": business.effort_low,
        "medium": business.effort_medium,
        "high": business.effort_high,
    }
    paybacks = tuple(
        Payback(
            name=it.title,
            one_time_cost=days[it.effort].value * business.engineer_day.value,
            saving=it.saving,
            note=f"{it.effort} effort",
        )
        for it in options.singles
        if it.allowed and it.saving is not None and it.saving > 0
    )
    assumed = (business.engineer_day, *days.values()) if paybacks else ()
    return replace(found, paybacks=paybacks, assumptions=(*found.assumptions, *assumed))
