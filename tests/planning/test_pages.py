"""docs/explanation/growth.md and docs/explanation/options.md, held to what the commands find."""

from __future__ import annotations

import re
import shlex
from typing import Final

import pytest

from buylink.reports import money
from buylink.reports.growth import per_user
from tests.cli.command import PROJECT
from tests.goldens import assert_generated_part, foreign_lines, table
from tests.planning.results import (
    growth_of,
    growth_outputs,
    option_of,
    options_of,
    options_outputs,
    series_of,
)

DOCS = PROJECT / "docs"

pytestmark = pytest.mark.xdist_group("planning")

USERS: Final = {100: "211", 1_000: "245", 10_000: "420", 100_000: "1,200"}
"""Of the hub's cost document: users, USD a month."""
VIDEOS: Final = {100: "5", 1_000: "25", 10_000: "150", 100_000: "800"}
"""Videos a day, USD a month more."""
DOCUMENT: Final = (
    (
        "VPC endpoints for S3 and DynamoDB",
        "$20 to 30",
        "endpoints-none",
        "they are in already: what it would cost without",
    ),
    ("CloudFront", "$5 to 10", "edge-off", "it is in already: what its absence would cost"),
    ("Fargate Spot", "50 %", "spot-none", "it is in already: what its absence would cost"),
    ("Reserved capacity, 1 year", "30 to 50 %", "plan-1y", "of the on-demand tasks alone"),
    ("Reserved capacity, 3 years", "30 to 50 %", "plan-3y", "of the on-demand tasks alone"),
    ("Graviton", "20 %", "tasks-x86_64", "it is in already: what x86 would cost"),
    ("S3 Intelligent-Tiering", "30 to 40 %", "s3-intelligent", "of uploads, against today's moves"),
    ("Compression", "20 to 30 %", "compression-thumbnails", "pictures are small and compressed"),
    ("Serverless", "40 to 60 %", "serverless-http", "of the HTTP services' tasks"),
    ("One NAT gateway", "$45", "nat-single", "breaks a guarantee of prod"),
)


def test_the_growth_page_shows_what_growth_costs() -> None:
    assert_generated_part(DOCS / "explanation/growth.md", "growth of prod", summary())


def test_the_growth_page_compares_with_the_owners_projection() -> None:
    assert_generated_part(DOCS / "explanation/growth.md", "growth of users", users())
    assert_generated_part(DOCS / "explanation/growth.md", "growth of videos", videos())


def test_the_options_page_compares_with_what_the_document_hopes_for() -> None:
    assert_generated_part(DOCS / "explanation/options.md", "the document's options", document())


@pytest.mark.parametrize("page", ["growth", "options"])
def test_an_excerpt_is_what_the_command_prints(page: str) -> None:
    def printed(command: str) -> list[str]:
        _, name, stack = shlex.split(command)
        outputs = growth_outputs if name == "growth" else options_outputs
        return outputs(stack)[f"{name}-{stack}.txt"].splitlines()

    assert foreign_lines(DOCS / "explanation" / f"{page}.md", printed) == []


def test_the_options_page_explains_each_calculated_option() -> None:
    text = (DOCS / "explanation/options.md").read_text("utf-8")
    explained = set(re.findall(r"`([a-z0-9-]+(?:-\.\.\.)?)`", text))
    calculated = {
        option.id for option in options_of("prod").singles if option.method == "calculated"
    }
    assert sorted(name for name in calculated - explained if "region" not in name) == []


def summary() -> str:
    """The bill by users, beside the document's."""
    users, together = series_of("prod", "users"), series_of("prod", "together")
    proposed = {goal.load: goal.proposed for goal in growth_of("prod").goals if goal.changes}
    rows: list[tuple[str, ...]] = [
        (
            "users",
            "the owner's projection",
            "videos as now",
            "videos grow too",
            "that per user",
            "with proposals",
        )
    ]
    for alone, both in zip(users.points, together.points, strict=True):
        better = proposed.get(both.load)
        rows.append(
            (
                f"{alone.load.users:,}",
                f"${USERS[alone.load.users]}",
                money.usd(alone.total.typical),
                money.usd(both.total.typical),
                per_user(both.per_user.typical) if both.per_user else "",
                money.usd(better.typical) if better else "",
            )
        )
    return table(*rows, figures=(0, 1, 2, 3, 4, 5))


def users() -> str:
    rows: list[tuple[str, ...]] = [("users", "there", "low", "typical", "high", "per user")]
    for point in series_of("prod", "users").points:
        each = per_user(point.per_user.typical) if point.per_user else ""
        there = f"${USERS[point.load.users]}"
        rows.append((f"{point.load.users:,}", there, *money.cells(point.total), each))
    return table(*rows, figures=(0, 1, 2, 3, 4, 5))


def videos() -> str:
    """What videos add to a bill at the first load."""
    points = series_of("prod", "videos").points
    rows: list[tuple[str, ...]] = [
        ("videos a day", "there, additional", "low", "typical", "high", "more than at the first")
    ]
    for point in points:
        more = money.signed(point.total.typical - points[0].total.typical)
        there = f"${VIDEOS[point.load.videos_per_day]}"
        rows.append((f"{point.load.videos_per_day:,}", there, *money.cells(point.total), more))
    return table(*rows, figures=(0, 1, 2, 3, 4, 5))


def document() -> str:
    """What the document says an option saves, and what it does by this command."""
    whole = options_of("prod").current.total.typical
    rows: list[tuple[str, ...]] = [("there", "saves there", "option", "saves here", "of", "note")]
    for name, hope, option, note in DOCUMENT:
        saving = option_of("prod", option).saving
        saved = "not priced" if saving is None else money.signed(saving)
        rows.append((name, hope, f"`{option}`", saved, money.usd(whole), note))
    return table(*rows, figures=(3, 4))
