"""`buylink growth` and `buylink options`, run as a user does; what they find is in tests/planning."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.command import buylink

HERE = Path(__file__).resolve().parent
PLANNING = HERE.parent / "planning" / "goldens"


def test_growth_of_asked_loads_alone_is_written_as_csv(tmp_path: Path) -> None:
    out = tmp_path / "growth.csv"
    run = buylink(
        "growth", "dev", "--users", "1k,10", "--format", "csv", "--out", str(out), cwd=HERE
    )
    assert (run.returncode, run.stdout) == (0, ""), run.stderr
    rows = list(csv.DictReader(io.StringIO(out.read_text("utf-8"))))
    assert [(row["Series"], row["Users"], row["VideosPerDay"]) for row in rows] == [
        ("users", "10", "20"),
        ("users", "1000", "20"),
    ]


def test_growth_over_months_starts_at_the_declared_load() -> None:
    options = ("--rate", "50%", "--months", "2", "--goal", "0", "--load", "users=100")
    run = buylink("growth", "dev", *options, "--format", "json", cwd=HERE)
    assert run.returncode == 0, run.stderr
    document = json.loads(run.stdout)
    (series,) = document["series"]
    assert [point["month"] for point in series["points"]] == [0, 1, 2]
    assert [point["load"]["users"] for point in series["points"]] == [100, 150, 225]
    assert document["declared"] == {"users": 100, "videosPerDay": 20}
    assert series["points"][0]["total"] == document["total"]
    assert document["goals"] == []


def test_options_are_written_in_the_format_asked_for() -> None:
    run = buylink("options", "dev", "--format", "csv", cwd=HERE)
    assert run.returncode == 0, run.stderr
    assert run.stdout == (PLANNING / "options-dev.csv").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("growth", "dev", "--rate", "-100"), "--rate: expected more than -100 % a month"),
        (("growth", "dev", "--rate", "much"), "--rate: expected percent a month such as 20"),
        (("growth", "dev", "--goal", "nan"), "--goal: expected USD a month, got nan"),
        (("growth", "dev", "--goal", "-1"), "--goal: expected USD a month, got -1"),
        (("growth", "dev", "--users", "0"), "--users: expected figures from 1"),
        (("growth", "dev", "--load", "users=0,videosPerDay=0", "--rate", "5"), "nothing grows"),
        (("growth", "dev", "--load", "people=3"), "--load: expected users or videosPerDay"),
        (("growth", "nowhere"), "expected a stack file, got no such file"),
        (("growth", "dev", "--config", "aws:region=eu-central-1"), "expected one of ap-northeast"),
        (("options", "dev", "--config", "aws:region=eu-central-1"), "expected one of ap-northeast"),
        (("options", "nowhere"), "expected a stack file, got no such file"),
        (("options", "dev", "--config", "buylink:network.natGateways=three"), "expected 'none'"),
    ],
)
def test_bad_input_is_refused_before_anything_starts(
    arguments: tuple[str, ...], message: str
) -> None:
    run = buylink(*arguments, cwd=HERE)
    assert (run.returncode, run.stdout) == (2, "")
    assert message in run.stderr


def test_a_program_that_fails_has_no_growth(tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / "policies").mkdir(parents=True)
    (project / "stacks").mkdir()
    (project / "Pulumi.yaml").write_text("name: trial\nruntime: python\nstackConfigDir: stacks\n")
    (project / "__main__.py").write_text("raise ValueError('no such thing')\n")
    for service in ("ingestion_api", "product_service", "ai_worker"):
        (project / "app" / service).mkdir(parents=True)
        (project / "app" / service / "Dockerfile").touch()
    (project / "app" / "scheduled_ingestion").mkdir()
    (project / "app" / "scheduled_ingestion" / "handler.py").touch()
    stacks = HERE.parent.parent / "stacks"
    text = (stacks / "Pulumi.dev.yaml").read_text("utf-8")
    (project / "stacks" / "Pulumi.dev.yaml").write_text(text)
    run = buylink("growth", "dev", "--cwd", str(project), cwd=HERE)
    assert (run.returncode, run.stdout) == (1, "")
    assert "ValueError: no such thing" in run.stderr
