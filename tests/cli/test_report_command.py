"""`buylink report`, run as a user does; tests/system/browser looks at the page."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from buylink.reports import money
from tests.cli.command import buylink
from tests.reports.outline import outline

PLOTLY = re.compile(r"<script>/\*\*\n\* plotly\.js.*?</script>", re.DOTALL)


@pytest.mark.parametrize("stack", ["dev", "staging", "prod"])
def test_the_report_of_a_plan_has_the_bill_that_costs_says(
    planned: Path, tmp_path: Path, stack: str
) -> None:
    out = tmp_path / "report.html"
    run = buylink("report", f"{stack}.json", "--out", str(out), cwd=planned)
    assert (run.returncode, run.stdout) == (0, "")
    assert run.stderr == f"{out}: 4.7 MB\n"
    page = outline(PLOTLY.sub("", out.read_text("utf-8")))
    bill = json.loads(buylink("costs", f"{stack}.json", "--format", "json", cwd=planned).stdout)
    total = [money.usd(Decimal(bill["total"][end])) for end in ("low", "typical", "high")]
    for group in ("component", "service"):
        rows = page.tables[f"by {group}, USD a month"]
        assert rows[-1] == ["total", *total]
        names = {line[group] for line in bill["lines"] if line["monthly"]}
        assert {row[0] for row in rows[1:-1]} == names
    assert len(page.tables["the lines of the bill, USD a month"]) == 1 + len(bill["lines"])
    charts = [line for line in page.lines if line.startswith("chart ")]
    assert charts == ["chart bill", "chart money", "chart economics"]
    assert [line for line in page.lines if line.startswith(("h2 ", "caption "))] == [
        "h2 The bill by component",
        "caption the dearest lines, USD a month",
        "caption by component, USD a month",
        "caption by service, USD a month",
        "caption the lines of the bill, USD a month",
        "h2 The cost flow",
        "caption sums of the diagram's nodes",
        "caption all flows, the greatest first",
        "h2 What it means for the business",
        "caption unit costs",
        "caption revenue and cost",
        "caption assumptions",
        "caption definitions",
    ]


def test_a_report_is_written_beside_one_where_nothing_else_is_said(
    planned: Path, tmp_path: Path
) -> None:
    run = buylink("report", str(planned / "dev.json"), cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_a_load_without_users_has_a_report_without_economics(planned: Path, tmp_path: Path) -> None:
    out = tmp_path / "none.html"
    options = ("--load", "users=0,videosPerDay=0", "--out", str(out))
    assert buylink("report", "dev.json", *options, cwd=planned).returncode == 0
    sections = re.findall(r'<section id="(\w+)"', out.read_text("utf-8"))
    assert sections == ["bill", "money"]


def test_a_stack_in_another_region_has_its_verdict_and_no_options(tmp_path: Path) -> None:
    out = tmp_path / "there.html"
    options = ("--region", "eu-west-1", "--load", "users=50", "--out", str(out))
    run = buylink("report", "dev", *options, cwd=Path(__file__).parent)
    assert run.returncode == 0, run.stderr
    text = out.read_text("utf-8")
    assert re.findall(r'<section id="(\w+)"', text) == ["bill", "money", "economics", "policies"]
    assert "50 users, 20 videos a day, at list prices of eu-west-1" in text


@pytest.mark.parametrize("source", ["dev", "dev.json"])
def test_all_that_is_wrong_is_said_at_once_and_nothing_is_written(
    planned: Path, source: str
) -> None:
    options = ("--arpu", "x", "--load", "a=1", "--region", "mars-1", "--out", "wrong.html")
    run = buylink("report", source, *options, cwd=planned)
    assert (run.returncode, run.stdout) == (2, "")
    starts = [line.split(": ")[0] for line in run.stderr.splitlines()]
    assert starts == ["--load", "region", "--arpu"]
    assert not (planned / "wrong.html").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nothing",), "nothing: expected a stack (dev, prod, staging), a file, - or git:"),
        (("dev", "--config", "buylink:network.natGateways=triple"), "expected 'none', 'single'"),
        (
            ("dev.json", "--out", "no/such/folder.html"),
            "--out: no/such/folder.html: expected a file",
        ),
    ],
)
def test_bad_input_ends_with_2(planned: Path, arguments: tuple[str, ...], words: str) -> None:
    run = buylink("report", *arguments, cwd=planned)
    assert run.returncode == 2
    assert words in run.stderr


def test_other_commands_import_neither_plotly_nor_jinja(planned: Path) -> None:
    """They take a tenth of a second to import, and only the report has any use for them."""
    code = (
        "import sys; sys.argv = ['buylink', 'costs', 'dev.json', '--out', '/dev/null']\n"
        "from buylink.cli import main\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        "print(sorted({'plotly', 'jinja2'} & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=planned, capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stdout) == (0, "[]\n"), run.stderr
