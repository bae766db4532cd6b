"""What the project's files ask of an account."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from buylink.doctor import files
from buylink.doctor.files import Demand

PROJECT = Path(__file__).resolve().parent.parent.parent


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
    assert [it.region for it in files.demands(project)] == ["eu-west-1", "us-east-1"]


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
