"""`buylink audit`, and `graph` and `economics` of declared models, run as a user does."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import PROJECT, buylink
from tests.goldens import assert_golden

GOLDENS = Path(__file__).with_name("goldens")
MODELS = PROJECT / "docs" / "models"
NAMES = ("linkhub", "tiktok")
RIGHT = "model: right\ncosts: {amount: 3 USD/month, parts: {a: {amount: 1 USD/month}, b: {amount: 2 USD/month}}}\n"


@cache
def run_of(command: str, name: str, *options: str) -> str:
    run = buylink(command, f"docs/models/{name}.yaml", *options, cwd=PROJECT)
    assert run.returncode == (4 if command == "audit" else 0), run.stderr
    return run.stdout


def document(command: str, name: str) -> dict[str, Any]:
    return json.loads(run_of(command, name, "--format", "json"))


@pytest.mark.parametrize(
    ("name", "output_format", "suffix"), [("linkhub", "text", "txt"), ("tiktok", "markdown", "md")]
)
def test_the_audit_of_a_model_is_as_its_golden(name: str, output_format: str, suffix: str) -> None:
    text = run_of("audit", name, "--format", output_format)
    assert_golden(GOLDENS / f"audit-{name}.{suffix}", text)


def test_the_audit_of_each_model_has_the_figures_of_its_golden() -> None:
    text = "".join(figures(document("audit", name)) for name in NAMES)
    assert_golden(GOLDENS / "audit.figures", text)


def figures(audit: dict[str, Any]) -> str:
    """A line a claim: what is stated, what follows, and whether that holds."""
    lines = [f"{audit['model']}: {json.dumps(audit['counts'])}"]
    for claim in audit["claims"]:
        derived = claim["derived"] or {"low": "", "high": ""}
        bounds = f"{derived['low']} to {derived['high']} {claim['unit']}"
        verdict = f"{claim['rule']} {claim['verdict']}"
        lines.append(f"{claim['line']} {claim['figure']}: {claim['stated']}: {bounds}: {verdict}")
    return "\n".join(lines) + "\n"


def test_a_claim_as_json_has_all_that_is_known_of_it() -> None:
    audit = document("audit", "linkhub")
    shape = {key: value for key, value in audit.items() if key != "claims"}
    assert_golden(
        GOLDENS / "audit-linkhub.json",
        json.dumps({**shape, "claims": audit["claims"][:5]}, indent=2) + "\n",
    )


def test_the_economics_of_a_model_are_as_their_golden() -> None:
    assert_golden(GOLDENS / "economics-tiktok.txt", run_of("economics", "tiktok"))


@pytest.mark.parametrize(
    ("name", "output_format", "suffix"), [("tiktok", "mermaid", "mmd"), ("linkhub", "json", "json")]
)
def test_the_cost_flow_of_a_model_is_as_its_golden(
    name: str, output_format: str, suffix: str
) -> None:
    text = run_of("graph", name, "--format", output_format)
    assert_golden(GOLDENS / f"graph-{name}.{suffix}", text)


def test_a_model_without_wrong_figures_is_fine(tmp_path: Path) -> None:
    (tmp_path / "right.yaml").write_text(RIGHT, "utf-8")
    run = buylink("audit", "right.yaml", cwd=tmp_path)
    assert (run.returncode, run.stderr) == (0, "")
    assert "1 + 2 USD/month = 3 USD/month" in run.stdout


def test_a_model_with_a_wrong_figure_fails_the_check(tmp_path: Path) -> None:
    (tmp_path / "wrong.yaml").write_text(RIGHT.replace("3 USD", "4 USD"), "utf-8")
    run = buylink("audit", "wrong.yaml", cwd=tmp_path)
    assert (run.returncode, run.stderr) == (4, "1 of 3 don't hold\n")


def test_the_verdict_goes_with_a_written_file_too(tmp_path: Path) -> None:
    (tmp_path / "wrong.yaml").write_text(RIGHT.replace("3 USD", "4 USD"), "utf-8")
    run = buylink("audit", "wrong.yaml", "--format", "json", "--out", "audit.json", cwd=tmp_path)
    assert (run.returncode, run.stdout) == (4, "")
    assert json.loads((tmp_path / "audit.json").read_text("utf-8"))["counts"]["doesNotHold"] == 1


@pytest.mark.parametrize("command", ["audit", "economics", "graph"])
def test_a_model_that_cannot_be_used_is_refused_with_all_that_is_wrong(
    tmp_path: Path, command: str
) -> None:
    (tmp_path / "bad.yaml").write_text("model: bad\ncosts: {amount: 3}\nb: {c: 1}\n", "utf-8")
    run = buylink(command, "bad.yaml", cwd=tmp_path)
    assert (run.returncode, run.stdout) == (2, "")
    first, second = run.stderr.splitlines()
    assert first.startswith("bad.yaml:2: costs.amount: expected a number with its unit, got '3'")
    assert second.startswith("bad.yaml:3: b.c: expected one of the keys here")


@pytest.mark.parametrize("command", ["audit", "economics", "graph"])
def test_a_model_that_is_not_there_is_said(tmp_path: Path, command: str) -> None:
    run = buylink(command, "none.yaml", cwd=tmp_path)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr == "none.yaml: expected a model to read, got: No such file or directory\n"


def test_options_of_stacks_are_refused_for_a_model(tmp_path: Path) -> None:
    (tmp_path / "right.yaml").write_text(RIGHT, "utf-8")
    options = ("--load", "users=1", "--config", "a=b")
    run = buylink("graph", "right.yaml", *options, cwd=tmp_path)
    assert run.returncode == 2
    refusal = "expected a stack to apply it to, got a declared model"
    assert run.stderr == f"--config: {refusal}\n--load: {refusal}\n"


def test_a_model_without_economics_says_what_they_need(tmp_path: Path) -> None:
    (tmp_path / "right.yaml").write_text(RIGHT, "utf-8")
    run = buylink("economics", "right.yaml", cwd=tmp_path)
    assert run.returncode == 2
    assert run.stderr.startswith("right.yaml: economics: missing: expected bill and users")


@pytest.mark.parametrize("name", NAMES)
def test_the_json_counts_its_claims(name: str) -> None:
    audit = document("audit", name)
    assert audit["version"] == 1
    verdicts = [claim["verdict"] for claim in audit["claims"]]
    assert audit["counts"] == {verdict: verdicts.count(verdict) for verdict in audit["counts"]}
    assert sum(audit["counts"].values()) == len(verdicts)


@pytest.mark.parametrize("name", NAMES)
def test_the_cost_flow_of_a_model_has_its_total(name: str) -> None:
    graph = document("graph", name)
    (total,) = (
        claim
        for claim in document("audit", name)["claims"]
        if (claim["figure"], claim["rule"]) == ("costs.amount", "sum")
    )
    assert Decimal(graph["total"]) == Decimal(total["derived"]["low"])


@pytest.mark.parametrize("name", NAMES)
def test_the_report_of_a_model_has_its_money_its_economics_and_its_audit(
    tmp_path: Path, name: str
) -> None:
    out = tmp_path / "report.html"
    run_of("report", name, "--out", str(out))
    page = out.read_text("utf-8")
    assert len(page) < 6 * 1024**2
    counts = document("audit", name)["counts"]
    assert f"{counts['doesNotHold']} do not hold, {counts['holds']} hold" in page
    titles = ("The cost flow", "What it means for the business", "What of its figures holds")
    assert [title for title in titles if f"{title}</h2>" not in page] == []
