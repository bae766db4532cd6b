"""The report in a real browser: its figures, its charts, light and dark, on a phone and on paper."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from playwright.sync_api import Browser

from buylink.reports import money
from buylink.reports.render import html
from buylink.reports.report import of_stack
from tests.cli.command import PROJECT, buylink, plans
from tests.reports.reports import everything
from tests.system.browser.visits import (
    SCREENS,
    Scheme,
    grave_violations,
    overflow,
    visiting,
)

Reports: TypeAlias = Mapping[str, Path]

pytestmark = pytest.mark.xdist_group("browser")
on_each_screen = pytest.mark.parametrize("screen", SCREENS)
in_each_scheme = pytest.mark.parametrize("scheme", ["light", "dark"])
MODELS = ("linkhub", "tiktok")
of_each_report = pytest.mark.parametrize("name", ["prod", "everything", *MODELS])

ENDS = ("low", "typical", "high")
PATIENCE = 300
"""Seconds for what plans a stack forty times, on a machine that does other things as well."""

TABLE = """
name => [...document.querySelectorAll("table")]
  .filter(table => table.caption.textContent === name)
  .flatMap(table => [...table.tBodies[0].rows].map(row => [...row.cells].map(cell => cell.textContent)))
"""
PLOTTED = """
id => JSON.parse(JSON.stringify(document.getElementById(`chart-${id}`).data))
"""
DRAWN = """
() => [...document.querySelectorAll(".chart")].map(chart => [
  chart.dataset.figure,
  chart.querySelectorAll(".point, .sankey-link, .scatterlayer .js-line, .scatterlayer .js-fill").length,
])
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return plans(tmp_path_factory.mktemp("reports"))


@pytest.fixture(scope="module")
def reports(folder: Path) -> Reports:
    """Of prod's plan and of the models by the command, and of all there can be by hand."""
    run = buylink("report", "prod.json", "--out", "prod.html", cwd=folder)
    assert run.returncode == 0, run.stderr
    (folder / "everything.html").write_text(html.page(of_stack(everything())), "utf-8")
    for model in MODELS:
        out = str(folder / f"{model}.html")
        run = buylink("report", f"docs/models/{model}.yaml", "--out", out, cwd=PROJECT)
        assert run.returncode == 0, run.stderr
    return {name: folder / f"{name}.html" for name in ("prod", "everything", *MODELS)}


def output_of(folder: Path, command: str) -> dict[str, Any]:
    run = buylink(command, "prod.json", "--format", "json", cwd=folder)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


@on_each_screen
@in_each_scheme
@of_each_report
def test_a_report_keeps_nobody_out_and_complains_of_nothing(
    chromium: Browser, reports: Reports, shots: Path, screen: str, scheme: Scheme, name: str
) -> None:
    with visiting(chromium, reports[name].as_uri(), screen=screen, scheme=scheme) as (
        page,
        messages,
    ):
        assert grave_violations(page) == []
        assert overflow(page) == 0
        page.screenshot(path=shots / f"report {name} {screen} {scheme}.png", full_page=True)
    assert messages == []


@on_each_screen
@of_each_report
def test_every_chart_is_drawn(chromium: Browser, reports: Reports, screen: str, name: str) -> None:
    with visiting(chromium, reports[name].as_uri(), screen=screen) as (page, _):
        marks = dict(page.evaluate(DRAWN))
        empty = [chart for chart, number in marks.items() if number == 0]
        widths = page.evaluate(
            "[...document.querySelectorAll('.main-svg')].map(chart => chart.clientWidth)"
        )
    assert empty == []
    assert len(marks) == {"prod": 3, "everything": 6}.get(name, 2)
    assert min(widths) > 200


@pytest.mark.parametrize("name", MODELS)
def test_what_does_not_hold_in_a_model_is_in_its_page(
    chromium: Browser, reports: Reports, name: str
) -> None:
    audit = buylink("audit", f"docs/models/{name}.yaml", "--format", "json", cwd=PROJECT).stdout
    wrong = [claim for claim in json.loads(audit)["claims"] if claim["verdict"] == "doesNotHold"]
    with visiting(chromium, reports[name].as_uri(), screen="desktop") as (page, _):
        rows = page.evaluate(TABLE, "does not hold")
    assert [row[:3] for row in rows] == [
        [str(claim["line"]), claim["name"], claim["stated"]] for claim in wrong
    ]


def test_nothing_is_fetched(chromium: Browser, reports: Reports) -> None:
    context = chromium.new_context()
    page, requests = context.new_page(), list[str]()
    page.on("request", lambda request: requests.append(request.url))
    page.goto(reports["prod"].as_uri(), wait_until="networkidle")
    context.close()
    assert [
        request for request in requests if not request.startswith(("file:", "data:", "blob:"))
    ] == []


def test_the_bill_in_the_page_is_that_of_costs(
    chromium: Browser, reports: Reports, folder: Path
) -> None:
    bill = output_of(folder, "costs")
    sums: dict[str, dict[str, Decimal]] = {}
    for line in (line for line in bill["lines"] if line["monthly"]):
        component = sums.setdefault(line["component"], dict.fromkeys(line["monthly"], Decimal(0)))
        for end, amount in line["monthly"].items():
            component[end] += Decimal(amount)
    sums["total"] = {end: Decimal(amount) for end, amount in bill["total"].items()}
    cells = {name: [money.usd(amount) for amount in ends.values()] for name, ends in sums.items()}
    with visiting(chromium, reports["prod"].as_uri()) as (page, _):
        rows = page.evaluate(TABLE, "by component, USD a month")
        (bars,) = page.evaluate(PLOTTED, "bill")
    assert {name: figures for name, *figures in rows} == cells
    assert rows[-1][0] == "total"
    plotted = dict(zip(bars["y"], bars["x"], strict=True))
    assert plotted == {
        component: float(sums[component]["typical"]) for component in sums if component != "total"
    }


def test_the_economics_in_the_page_are_those_of_economics(
    chromium: Browser, reports: Reports, folder: Path
) -> None:
    economics = output_of(folder, "economics")
    with visiting(chromium, reports["prod"].as_uri()) as (page, _):
        months = page.evaluate(TABLE, "revenue and cost")
        units = page.evaluate(TABLE, "unit costs")
        traces = {trace["name"]: trace for trace in page.evaluate(PLOTTED, "economics")}
    for row, month in zip(months, economics["periods"], strict=True):
        assert row == [
            month["label"],
            f"{int(month['users']):,}",
            money.usd(Decimal(month["revenue"])),
            money.usd(Decimal(month["cost"]["typical"])),
            money.signed(Decimal(month["profit"])),
            f"{Decimal(month['margin']) * 100:,.1f} %".replace(".0 %", " %"),
        ]
    costs = {row[0]: row[6] for row in units}
    for unit in economics["unitCosts"]:
        assert costs[unit["unit"]] == f"${money.quantity(Decimal(unit['each']['typical']))}"
    for name, key in (("low", "low"), ("cost", "typical"), ("high", "high")):
        assert traces[name]["y"] == [float(period["cost"][key]) for period in economics["periods"]]
    assert traces["revenue"]["y"] == [float(period["revenue"]) for period in economics["periods"]]


def test_the_money_in_the_page_is_that_of_graph(
    chromium: Browser, reports: Reports, folder: Path
) -> None:
    cost_flow = output_of(folder, "graph")
    labels = {node["id"]: node["label"] for node in cost_flow["nodes"]}
    flows = [
        [labels[flow["source"]], labels[flow["target"]], money.usd(Decimal(flow["amount"]))]
        for flow in cost_flow["flows"]
    ]
    with visiting(chromium, reports["prod"].as_uri()) as (page, _):
        rows = page.evaluate(TABLE, "all flows, the greatest first")
        (sankey,) = page.evaluate(PLOTTED, "money")
    assert sorted(rows) == sorted(flows)
    drivers = {index for index, text in enumerate(sankey["node"]["label"]) if text.split(", $")[0] in {
        labels[node["id"]] for node in cost_flow["nodes"] if node["kind"] in {"driver", "baseline"}
    }}  # fmt: skip
    links = zip(sankey["link"]["source"], sankey["link"]["value"], strict=True)
    whole = sum(value for source, value in links if source in drivers)
    assert whole == pytest.approx(float(cost_flow["total"]))


def test_a_report_follows_the_colours_of_the_system_and_prints_on_white(
    chromium: Browser, reports: Reports
) -> None:
    ink = """() => [
      getComputedStyle(document.body).backgroundColor,
      getComputedStyle(document.querySelector("#chart-bill .xtick text")).fill,
    ]"""
    with visiting(chromium, reports["prod"].as_uri(), scheme="dark") as (page, _):
        dark = page.evaluate(ink)
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        on_paper = page.evaluate(ink)
        unfolded = page.evaluate("document.querySelectorAll('details:not([open])').length")
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        afterwards = page.evaluate(ink)
    with visiting(chromium, reports["prod"].as_uri(), scheme="light") as (page, _):
        light = page.evaluate(ink)
    assert dark == ["rgb(20, 23, 26)", "rgb(232, 234, 237)"]
    assert light == on_paper == ["rgb(255, 255, 255)", "rgb(28, 30, 33)"]
    assert unfolded == 0
    assert afterwards == dark


def test_a_report_prints(chromium: Browser, reports: Reports, shots: Path) -> None:
    with visiting(chromium, reports["everything"].as_uri(), screen="desktop") as (page, messages):
        paper = page.pdf(path=shots / "report.pdf", format="A4")
        assert paper.startswith(b"%PDF")
    assert messages == []


def test_the_keyboard_reaches_every_part(chromium: Browser, reports: Reports) -> None:
    where = """() => {
        const focused = document.activeElement, style = getComputedStyle(focused);
        return [focused.getAttribute("href") ?? focused.getAttribute("aria-label") ?? focused.textContent, style.outlineWidth];
    }"""
    with visiting(chromium, reports["prod"].as_uri(), screen="desktop") as (page, _):
        parts = page.locator("a, [tabindex='0'], summary").filter(visible=True).count()
        reached: list[str] = []
        for _ in range(parts):
            page.keyboard.press("Tab")
            name, width = page.evaluate(where)
            assert width == "3px", name
            reached.append(name)
        page.keyboard.press("Shift+Tab")
        page.get_by_text("all flows, the greatest first").first.focus()
        page.keyboard.press("Enter")
        assert page.locator("details[open]").count() == 1
    assert reached[:3] == ["#content", "#bill", "#money"]
    assert "The cost flow: chart" in reached
    assert "The bill by component: by component, USD a month" in reached
    assert "all flows, the greatest first" in reached
    assert len(set(reached)) == parts


def test_without_script_the_tables_have_every_figure(chromium: Browser, reports: Reports) -> None:
    with visiting(chromium, reports["prod"].as_uri(), script=False) as (page, _):
        assert page.locator("noscript p").is_visible()
        assert page.get_by_role("rowheader", name="NAT Gateway").first.is_visible()


def test_the_report_of_a_stack_has_its_growth_options_and_policies(
    chromium: Browser, folder: Path, shots: Path
) -> None:
    """By the figures of the commands; they know no plan in a file, so that this takes a minute."""
    report = folder / "dev.html"
    run = buylink("report", "dev", "--out", str(report), cwd=PROJECT, timeout=PATIENCE)
    assert run.returncode == 0, run.stderr
    options, growth = (
        json.loads(buylink(*command, "--format", "json", cwd=PROJECT, timeout=PATIENCE).stdout)
        for command in (("options", "dev"), ("growth", "dev", "--goal", "0"))
    )
    with visiting(chromium, report.as_uri(), screen="desktop") as (page, messages):
        sections = page.evaluate(
            "[...document.querySelectorAll('section')].map(section => section.id)"
        )
        empty = [chart for chart, number in page.evaluate(DRAWN) if number == 0]
        (bars,) = page.evaluate(PLOTTED, "options")
        series = {
            line["name"]: page.evaluate(PLOTTED, f"growth-{line['name']}")
            for line in growth["series"]
        }
        page.screenshot(path=shots / "report dev.png", full_page=True)
    assert sections == ["bill", "money", "economics", "growth", "options", "policies"]
    assert (empty, messages) == ([], [])
    savings = {
        option["title"]: float(option["saving"])
        for option in options["options"]
        if option["saving"]
    }
    assert dict(zip(bars["y"], bars["x"], strict=True)) == savings
    for line in growth["series"]:
        traces = {trace["name"]: trace["y"] for trace in series[line["name"]]}
        ends = [[float(point["total"][end]) for point in line["points"]] for end in ENDS]
        assert [traces["low"], traces["the bill"], traces["high"]] == ends
