"""What CI's workflows run, run here: the make targets that drive the real engine."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from tests.system.engine.driving import Deployment, deployment
from tests.system.engine.install import PROJECT

SET_UP = ".venv/.runtime"
"""The copy's virtual environment is this checkout's own: make must not set it up anew."""


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    stack = deployment(tmp_path_factory.mktemp("dev"))
    shutil.copy(PROJECT / "Makefile", stack.project)
    return stack


def make(stack: Deployment, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(shutil.which("make")), "-o", SET_UP, *arguments],
        cwd=stack.project,
        env={**os.environ, **stack.environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.xdist_group("make")
def test_make_up_deploys_and_make_drift_finds_what_was_changed_by_hand(dev: Deployment) -> None:
    deployed = make(dev, "up", "STACK=dev")
    assert deployed.returncode == 0, deployed.stdout + deployed.stderr
    assert "buylink@v0.1.0" in deployed.stdout  # the policy pack ran
    assert dev.cloud_ids() == dev.state_ids() != set()

    calm = make(dev, "drift", "STACK=dev")
    assert calm.returncode == 0, calm.stdout + calm.stderr
    group = next(resource for resource in dev.cloud.everything() if "logGroup:" in resource["type"])
    dev.cloud.write(group["type"], group["id"], {**group["state"], "retentionInDays": 365})
    assert make(dev, "drift", "STACK=dev").returncode != 0
    assert make(dev, "up", "STACK=dev").returncode == 0


@pytest.mark.xdist_group("make")
@pytest.mark.parametrize("target", ["up", "drift"])
def test_a_target_without_its_stack_says_so_and_does_nothing(dev: Deployment, target: str) -> None:
    before = dev.cloud_ids()
    run = make(dev, target)
    assert run.returncode == 2
    assert "expected STACK=dev, staging or prod" in run.stderr
    assert dev.cloud_ids() == before
