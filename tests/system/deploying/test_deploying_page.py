"""docs/how-to/deploy.md, followed to the letter in a fresh clone: each of its commands is run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.hub.aws import AwsServer
from tests.system.deploying.mirror import of
from tests.system.engine.driving import engine_environment
from tests.system.engine.install import BIN, PROJECT
from tests.system.engine.standins.cloud import Cloud

PAGE = PROJECT / "docs" / "how-to" / "deploy.md"
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OWN = "OWNER/REPOSITORY"


def commands() -> list[str]:
    """Every line of every block, in order."""
    return [line for block in BLOCK.findall(PAGE.read_text("utf-8")) for line in block.splitlines()]


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AwsServer]:
    server = AwsServer(tmp_path_factory.mktemp("moto"))
    yield server
    server.stop()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What a new user has after `git clone`, with this checkout's changes and virtual environment."""
    folder = tmp_path / "clone"
    listed = subprocess.check_output(
        [git(), "ls-files", "--cached", "--others", "--exclude-standard"], cwd=PROJECT, text=True
    )
    for name in listed.splitlines():
        if (PROJECT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PROJECT / name, folder / name)
            # Older than the virtual environment that it shares, or make would set that up anew.
            os.utime(folder / name, (0, 0))
    (folder / ".venv").symlink_to(PROJECT / ".venv")
    for command in (["init", "-q"], ["add", "--all"], ["commit", "-qm", "Start"]):
        subprocess.run([git(), *command], cwd=folder, check=True, env=environment_of_git())
    return folder


def git() -> str:
    return str(shutil.which("git"))


def environment_of_git() -> dict[str, str]:
    who = {
        f"GIT_{role}_{what}": "new@user.example"
        for role in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    return {**os.environ, **who}


def test_every_command_of_the_page_does_what_it_says(
    aws: AwsServer, clone: Path, tmp_path: Path
) -> None:
    offline = engine_environment(tmp_path)
    del offline["PULUMI_BACKEND_URL"], offline["PULUMI_CONFIG_PASSPHRASE"]
    environment = {**os.environ, **aws.environment, **offline, "PULUMI_OPTION_COLOR": "never"}
    script = ["set -euo pipefail", f"cd {clone}"]
    mirror = f"{sys.executable} -m tests.system.deploying.mirror {tmp_path / 'cloud'}"
    for line in commands():
        script.append(line.replace(OWN, "buylink/hub"))
        if line.startswith("make up"):
            script.append(mirror)
    # An AWS on loopback has no host names of buckets; it knows them by path.
    text = "\n".join(script).replace("text)?region=", "text)?s3ForcePathStyle=true&region=")
    run = subprocess.run(
        ["/bin/bash", "-x", "-c", text],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert run.returncode == 0, f"{run.stdout[-3000:]}\n{run.stderr[-6000:]}"
    left = of(Cloud(tmp_path / "cloud").everything(), "aws:ecs/cluster:Cluster")
    assert {resource["name"] for resource in left} == {
        "buylink-staging-cluster",
        "buylink-staging-workers",
    }
    roles = {role["RoleName"] for role in aws.client("iam").list_roles()["Roles"]}
    assert {"buylink-deploy", "buylink-preview"} <= roles


def test_the_page_shows_commands_in_blocks_that_are_run() -> None:
    text = PAGE.read_text("utf-8")
    assert set(re.findall(r"^```(\w+)$", text, re.MULTILINE)) == {"sh"}
    assert len(commands()) > 25
    assert (BIN / "aws").exists()
