"""What a creator's links brought: clicks, conversions, revenue."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, TypeAlias, TypedDict

from fastapi import APIRouter, Depends, Query

from app.hub import creators, stats
from app.hub.stats import LinkDay
from app.hub.times import now
from app.hub.web.access import CreatorId
from app.hub.web.api import Backend
from app.hub.web.problems import Problem
from app.product_service.links_api import unknown_creator
from app.product_service.models import Day, DayFigures, Figures, LinkFigures, StatsOut
from app.product_service.openapi import NO_LINK, READING

MOST_DAYS = 92
USUAL_DAYS = 30

From: TypeAlias = Annotated[
    Day | None, Query(alias="from", description=f"UTC; without it {USUAL_DAYS} days up to `to`")
]
To: TypeAlias = Annotated[
    Day | None, Query(alias="to", description="UTC, included; without it today")
]


def stats_router(backend: Backend) -> APIRouter:
    """`GET /v1/creators/<id>/stats`."""
    router = APIRouter(prefix="/v1/creators/{creator_id}/stats", tags=["stats"])

    @router.get("", dependencies=[Depends(backend.access.reader)], responses=READING | NO_LINK)
    def read_stats(creator_id: CreatorId, first: From = None, last: To = None) -> StatsOut:
        last = last or now().date()
        first = first or _before(last, USUAL_DAYS - 1)
        if not 0 <= (last - first).days < MOST_DAYS:
            detail = f"expected 1 to {MOST_DAYS} days, from the first to the last, got other dates"
            raise Problem(422, "invalid-request", detail)
        if creators.find(backend.table, creator_id) is None:
            raise unknown_creator()
        figures = stats.read(
            backend.table, creator_id, first=first.isoformat(), last=last.isoformat()
        )
        return _out(first, last, list(figures))

    return router


def _before(day: date, days: int) -> date:
    """Not before the first day there is."""
    return day - timedelta(days=min(days, (day - date.min).days))


def _out(first: date, last: date, figures: list[LinkDay]) -> StatsOut:
    by_day, by_link = defaultdict[str, list[LinkDay]](list), defaultdict[str, list[LinkDay]](list)
    for link_day in figures:
        by_day[link_day.day].append(link_day)
        by_link[link_day.link_id].append(link_day)
    return StatsOut(
        first=first,
        last=last,
        totals=Figures(**_sum(figures)),
        days=[DayFigures(day=date.fromisoformat(day), **_sum(of)) for day, of in by_day.items()],
        links=[LinkFigures(link=link, **_sum(by_link[link])) for link in sorted(by_link)],
    )


class _Sums(TypedDict):
    """The fields of `Figures`."""

    clicks: int
    conversions: int
    revenue: dict[str, str]


def _sum(figures: Iterable[LinkDay]) -> _Sums:
    clicks = conversions = 0
    revenue = defaultdict[str, Decimal](Decimal)
    for link_day in figures:
        clicks += link_day.clicks
        conversions += link_day.conversions
        for currency, amount in link_day.revenue.items():
            revenue[currency] += amount
    texts = {currency: f"{amount.normalize():f}" for currency, amount in sorted(revenue.items())}
    return {"clicks": clicks, "conversions": conversions, "revenue": texts}
