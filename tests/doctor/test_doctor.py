"""What the doctor finds in the project's files, what it shows, and when it is content."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from buylink.doctor import Check, exit_code, files
from buylink.doctor.files import Demand
from buylink.exit_codes import ExitCode
from buylink.reports import doctor as doctor_report
from buylink.reports.render import drawn
from tests.goldens import assert_golden

PROJECT = Path(__file__).resolve().parent.parent.parent
CHECKS = [
    Check("Python", fine=True, detail="3.11.7", needed_for="preview"),
    Check(
        "rich",
        fine=False,
        detail="not installed, pinned is 15.0.0",
        needed_for="preview",
        next_step="pip install -r requirements.txt",
    ),
    Check(
        "Pulumi CLI", fine=False, detail="not found", needed_for="deploy", next_step="install it"
    ),
    Check("Docker", fine=True, detail="28.2.2", needed_for="deploy", next_step="start a daemon"),
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("stacks", "app"):
        shutil.copytree(PROJECT / name, tmp_path / name)
    shutil.copy(PROJECT / "Pulumi.yaml", tmp_path)
    return tmp_path


def test_what_runs_at_most_is_added_up_over_the_stacks_of_a_region(project: Path) -> None:
    # dev:     2 x 2 tasks of 0.25 vCPU on Spot, 2 of 0.5 of the worker: 2 Spot
    # prod:    a base of 1 task of 0.5 each, 9 of 0.5 each on Spot, 10 of 1 of the worker
    (project / "stacks" / "Pulumi.staging.yaml").unlink()
    assert files.demands(project) == [Demand("us-east-1", Decimal(1), Decimal(2 + 9 + 10))]


def test_regions_are_asked_for_apart(project: Path) -> None:
    path = project / "stacks" / "Pulumi.dev.yaml"
    path.write_text(path.read_text().replace("us-east-1", "eu-west-1"))
    assert [demand.region for demand in files.demands(project)] == ["eu-west-1", "us-east-1"]


def test_images_are_built_unless_each_service_has_a_digest(project: Path) -> None:
    assert files.builds_images(project)
    digest = f"digest: sha256:{'a' * 64}"
    for path in (project / "stacks").iterdir():
        text = path.read_text()
        for kind in ("http", "worker"):
            text = text.replace(f"kind: {kind}\n", f"kind: {kind}\n      {digest}\n")
        path.write_text(text)
    assert not files.builds_images(project)


def test_a_broken_stack_file_is_lacking_and_asks_for_nothing(project: Path) -> None:
    (project / "stacks" / "Pulumi.dev.yaml").write_text("config: {buylink:nework: {}}\n")
    (stack_files, pack) = files.examine(project)
    assert not stack_files.fine
    assert "nework" in stack_files.detail
    assert not pack.fine
    assert files.demands(project) == []
    assert files.builds_images(project)


def test_what_is_missing_stands_with_its_next_step() -> None:
    text = drawn(doctor_report.document(CHECKS), "text")
    assert_golden(Path(__file__).with_name("goldens") / "doctor.txt", text)


def test_what_only_a_deployment_needs_is_no_failure() -> None:
    assert exit_code(CHECKS) is ExitCode.CHECK_FAILED
    assert exit_code([check for check in CHECKS if check.name != "rich"]) is ExitCode.FINE
