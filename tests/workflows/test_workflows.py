"""What CI's workflows may do, what they run, and that their linter finds what is planted."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).resolve().parent.parent.parent
WORKFLOWS = sorted((PROJECT / ".github" / "workflows").glob("*.yml"))
ZIZMOR = Path(sys.executable).with_name("zizmor")
STACKS = {path.name.split(".")[1] for path in (PROJECT / "stacks").glob("Pulumi.*.yaml")}
PINNED = re.compile(r"^\s*-?\s*uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
ALLOWED = {
    "contents": "read",
    "id-token": "write",
    "pull-requests": "write",
}


def read(name: str) -> dict[Any, Any]:
    return yaml.safe_load((PROJECT / ".github" / "workflows" / f"{name}.yml").read_text())


def jobs() -> dict[str, dict[str, Any]]:
    return {
        f"{path.stem}/{name}": job
        for path in WORKFLOWS
        for name, job in yaml.safe_load(path.read_text())["jobs"].items()
    }


def steps(job: dict[str, Any], action: str) -> list[dict[str, Any]]:
    return [step for step in job["steps"] if step.get("uses", "").startswith(f"{action}@")]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_each_action_is_pinned_by_commit_with_its_version_beside_it(path: Path) -> None:
    uses = [line for line in path.read_text().splitlines() if "uses:" in line]
    assert [line for line in uses if not PINNED.match(line)] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_has_no_permission_of_its_own_and_no_secret(path: Path) -> None:
    text = path.read_text()
    assert yaml.safe_load(text)["permissions"] == {}
    assert "secrets." not in text
    assert "pull_request_target" not in text


@pytest.mark.parametrize("job", jobs().values(), ids=jobs())
def test_a_job_may_write_only_what_it_uses(job: dict[str, Any]) -> None:
    permissions = job["permissions"]
    assert {key: ALLOWED.get(key) for key in permissions} == permissions
    assumes = bool(steps(job, "aws-actions/configure-aws-credentials"))
    comments = any("comment-on-pr" in step.get("with", {}) for step in job["steps"])
    assert ("id-token" in permissions) == assumes
    assert ("pull-requests" in permissions) == comments
    assert job["timeout-minutes"] <= 60
    (checkout,) = steps(job, "actions/checkout")
    assert checkout["with"] == {"persist-credentials": False}


def test_what_a_fork_runs_can_neither_assume_a_role_nor_comment() -> None:
    jobs = read("pull-request")["jobs"]
    for_own_branches = {name for name, job in jobs.items() if "head.repo.fork" in job.get("if", "")}
    assert for_own_branches == {"preview"}
    assert jobs["test"]["permissions"] == {"contents": "read"}
    assert jobs["offline-preview"]["permissions"] == {"contents": "read"}
    (run,) = [step["run"] for step in jobs["offline-preview"]["steps"] if "run" in step]
    assert run == 'make preview-markdown >> "$GITHUB_STEP_SUMMARY"'


def test_every_stack_is_previewed_with_the_pack_and_checked_for_drift() -> None:
    preview = read("pull-request")["jobs"]["preview"]
    assert set(preview["strategy"]["matrix"]["stack"]) == STACKS
    (action,) = steps(preview, "pulumi/actions")
    assert action["with"]["policyPacks"] == "policies"
    assert action["with"]["edit-pr-comment"] is True
    assert set(read("nightly")["jobs"]["drift"]["strategy"]["matrix"]["stack"]) == STACKS


def test_prod_follows_staging_and_waits_for_its_environment() -> None:
    workflow = read("deploy")
    assert workflow[True] == {"push": {"branches": ["main"]}}  # YAML 1.1 reads `on` as true
    staging, prod = workflow["jobs"]["staging"], workflow["jobs"]["prod"]
    assert (staging["needs"], staging["environment"]) == ("test", "staging")
    assert (prod["needs"], prod["environment"]) == ("staging", "prod")
    for name, job in (("staging", staging), ("prod", prod)):
        assert job["concurrency"] == {"group": f"deploy-{name}", "cancel-in-progress": False}


def test_what_is_run_is_a_make_target() -> None:
    known = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))
    runs = [step["run"] for job in jobs().values() for step in job["steps"] if "run" in step]
    targets = [re.match(r"make ([a-z-]+)", run) for run in runs]
    assert all(target and target[1] in known for target in targets)


def test_the_cli_is_the_one_that_the_sdk_is_pinned_to() -> None:
    pinned = re.search(r'"pulumi==([^"]+)"', (PROJECT / "pyproject.toml").read_text())
    versions = {
        step["with"]["pulumi-version"]
        for name, job in jobs().items()
        if name != "nightly/newest-cli"
        for step in steps(job, "pulumi/actions")
    }
    assert pinned
    assert versions == {pinned[1]}
    (newest,) = steps(jobs()["nightly/newest-cli"], "pulumi/actions")
    assert "with" not in newest


def zizmor(folder: Path) -> str:
    command = [ZIZMOR, "--offline", "--no-progress", "--format=plain", "--persona=pedantic", folder]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return run.stdout


PLANTED = {
    "unpinned-uses": (
        "uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2",
        "uses: actions/checkout@v6",
    ),
    "excessive-permissions": ("permissions: {}", "permissions: write-all"),
    "dangerous-triggers": ("  pull_request:\n", "  pull_request_target:\n"),
    "template-injection": ("run: make setup", "run: make ${{ github.event.pull_request.title }}"),
}
"""What zizmor calls it, and how it gets into the pull request's workflow."""


@pytest.mark.parametrize("finding", PLANTED)
def test_the_linter_of_workflows_finds_what_is_planted(tmp_path: Path, finding: str) -> None:
    shutil.copytree(PROJECT / ".github", tmp_path / ".github")
    path = tmp_path / ".github" / "workflows" / "pull-request.yml"
    before, after = PLANTED[finding]
    path.write_text(path.read_text().replace(before, after))
    assert finding in zizmor(tmp_path / ".github")
