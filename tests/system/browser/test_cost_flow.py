"""The cost flows, drawn by Mermaid itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page

from buylink.planning.cost_flow import CostFlow
from buylink.reports import cost_flow
from buylink.reports.render import drawn
from tests.cli.command import PROJECT, STACKS, buylink, plans
from tests.reports.reports import money
from tests.system.browser.install import MERMAID

DRAW = """
async ([text, theme]) => {
  mermaid.initialize({ startOnLoad: false, theme, securityLevel: "strict" });
  await mermaid.parse(text);
  document.body.innerHTML = (await mermaid.render("drawn", text)).svg;
  return [...document.querySelectorAll(".node")].map(node => node.textContent.trim());
}
"""

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    assert MERMAID.is_file(), "expected Mermaid, got none: run `make browser`"
    page = chromium.new_page()
    page.add_script_tag(path=MERMAID)
    yield page
    page.close()


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return plans(tmp_path_factory.mktemp("planned"))


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("theme", ["default", "dark"])
def test_mermaid_draws_each_node_with_its_sum(
    page: Page, planned: Path, shots: Path, stack: str, theme: str
) -> None:
    text = buylink("graph", f"{stack}.json", cwd=planned).stdout
    nodes = page.evaluate(DRAW, [text, theme])
    page.locator("svg").screenshot(path=shots / f"graph {stack} {theme}.png")
    document = json.loads(buylink("graph", f"{stack}.json", "--format", "json", cwd=planned).stdout)
    drivers = [driver for driver in document["nodes"] if driver["kind"] in {"driver", "baseline"}]
    for driver in drivers:
        assert f"{driver['label']}${float(driver['amount']):,.2f}" in nodes
    assert len(nodes) == len(re.findall(r"^  n\d+[(\[]", text, re.MULTILINE)) > 10


@pytest.mark.parametrize("model", ["linkhub", "tiktok"])
def test_mermaid_draws_the_graph_of_a_declared_model(page: Page, shots: Path, model: str) -> None:
    text = buylink("graph", f"docs/models/{model}.yaml", cwd=PROJECT).stdout
    nodes = page.evaluate(DRAW, [text, "default"])
    page.locator("svg").screenshot(path=shots / f"graph {model}.png")
    assert len(nodes) == len(re.findall(r"^  n\d+[(\[]", text, re.MULTILINE)) > 10


def test_the_graph_in_the_docs_is_one_that_mermaid_draws(page: Page) -> None:
    docs = (PROJECT / "docs/explanation/cost-flow.md").read_text("utf-8")
    (text,) = re.findall(r"```mermaid\n(.*?)```", docs, re.DOTALL)
    nodes = page.evaluate(DRAW, [text, "default"])
    assert [node.split("$")[0] for node in nodes if node.startswith("NAT")] == ["NAT Gateway"]


def test_a_name_that_means_harm_is_only_shown(page: Page) -> None:
    nodes = page.evaluate(DRAW, [drawn(cost_flow.document(money()), "mermaid"), "default"])
    assert "</script><img src=x onerror=alert(1)>$36.50" in nodes
    assert page.locator("img").count() == 0


def test_a_cost_flow_without_costs_is_drawn(page: Page) -> None:
    empty = drawn(cost_flow.document(CostFlow("a", "USD", (), ())), "mermaid")
    assert page.evaluate(DRAW, [empty, "default"]) == []


def test_mermaid_refuses_what_is_no_graph(page: Page) -> None:
    with pytest.raises(Error, match="Parse error"):
        page.evaluate(DRAW, ["flowchart LR\n  a[", "default"])
