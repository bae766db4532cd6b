"""actionlint, built from its Go module, on CI's workflows and on planted mistakes."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent.parent.parent
COMMAND = "github.com/rhysd/actionlint/cmd/actionlint"


@pytest.fixture(scope="module")
def actionlint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command; Go's cache makes all builds but the first take a second."""
    target = tmp_path_factory.mktemp("actionlint") / "actionlint"
    environment = {**os.environ, "GOFLAGS": "-buildvcs=false -mod=readonly"}
    go = shutil.which("go")
    assert go, "expected go on PATH, got none: https://go.dev/doc/install"
    subprocess.run(
        [go, "build", "-o", target, COMMAND], cwd=HERE / "go", env=environment, check=True
    )
    return target


def lint(actionlint: Path, project: Path) -> subprocess.CompletedProcess[str]:
    """What it finds; without the two programs that it starts where a machine has them."""
    (project / ".git").mkdir(exist_ok=True)
    return subprocess.run(
        [actionlint, "-no-color", "-shellcheck=", "-pyflakes="],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )


PLANTED = {
    "an expression of nothing": ("matrix.stack", "matrix.stak", 'property "stak" is not defined'),
    "a job that isn't there": ("needs: test", "needs: tests", 'needs job "tests" which does not'),
    "a key that isn't there": ("timeout-minutes:", "timeout:", 'unexpected key "timeout"'),
    "a permission that isn't there": ("contents: read", "content: read", '"content"'),
}


@pytest.mark.xdist_group("actionlint")
def test_the_workflows_are_clean(actionlint: Path, tmp_path: Path) -> None:
    shutil.copytree(PROJECT / ".github", tmp_path / ".github")
    run = lint(actionlint, tmp_path)
    assert (run.returncode, run.stdout) == (0, "")


@pytest.mark.xdist_group("actionlint")
@pytest.mark.parametrize("mistake", PLANTED)
def test_a_planted_mistake_is_found(actionlint: Path, tmp_path: Path, mistake: str) -> None:
    shutil.copytree(PROJECT / ".github", tmp_path / ".github")
    path = tmp_path / ".github" / "workflows" / "pull-request.yml"
    before, after, words = PLANTED[mistake]
    path.write_text(path.read_text().replace(before, after))
    run = lint(actionlint, tmp_path)
    assert run.returncode == 1
    assert words in run.stdout
