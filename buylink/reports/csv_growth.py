"""What growth costs as CSV: a row a load."""

from __future__ import annotations

import csv
import io

from buylink.planning.growth.result import Growth
from buylink.reports.json_costs import plain

COLUMNS = (
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


def render(found: Growth) -> str:
    """All series, one after the other; USD a month, typical for each user."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for series in found.series:
        for it in series.points:
            writer.writerow(
                (
                    found.stack,
                    series.name,
                    "" if it.month is None else it.month,
                    it.load.users,
                    it.load.videos_per_day,
                    plain(it.total.low),
                    plain(it.total.typical),
                    plain(it.total.high),
                    "" if it.per_user is None else plain(it.per_user.typical),
                    " ".join(adjustment.change.override for adjustment in it.adjustments),
                    " ".join(cap.name.replace(" ", "-") for cap in it.caps),
                )
            )
    return text.getvalue()
