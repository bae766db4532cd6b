"""A program that is planned many times in a warm process: as if each time were the first."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TypedDict

from buylink.settings.stack_files import read_stack_file
from tests.preview.projects import write_project

REPOSITORY = Path(__file__).resolve().parents[2]

BY_CONFIG = """
    import pulumi
    from pulumi_aws import sns
    from parts.names import NAME

    for number in range(int(pulumi.Config("trial").get("topics") or 1)):
        sns.Topic(f"{NAME}-{number}")
"""


NESTED = """
    from pulumi_aws import sns
    from network.private import queues

    sns.Topic("topic")
"""


class Run(TypedDict):
    """What a run of a program came to."""

    error: str | None
    names: list[str]


def replay(project: Path, *configs: dict[str, str], limit: float = 30) -> list[Run]:
    texts = (json.dumps(config) for config in configs)
    return json.loads(warm("replay", project, str(limit), *texts))


def warm(command: str, project: Path, *arguments: str) -> str:
    """What `warm.py` prints, run in a process of its own."""
    run = subprocess.run(
        [sys.executable, Path(__file__).with_name("warm.py"), command, project, *arguments],
        capture_output=True,
        text=True,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


def topics(run: Run, name: str) -> list[str]:
    assert run["error"] is None
    return [topic for topic in run["names"] if topic.startswith(name)]


def test_what_a_module_read_of_one_configuration_is_read_anew_for_the_next(tmp_path: Path) -> None:
    project = write_project(tmp_path / "project", BY_CONFIG)
    (project / "parts").mkdir()
    (project / "parts" / "__init__.py").touch()
    (project / "parts" / "names.py").write_text(
        "import pulumi\nNAME = pulumi.Config('trial').require('name')\n"
    )
    runs = replay(
        project,
        {"trial:name": "first"},
        {"trial:name": "second", "trial:topics": "3"},
        {"trial:name": "third"},
    )
    assert topics(runs[0], "first") == ["first-0"]
    assert topics(runs[1], "second") == ["second-0", "second-1", "second-2"]
    assert topics(runs[2], "third") == ["third-0"]
    assert topics(runs[2], "second") == []


FAILING = """
    import os, pulumi
    from pulumi_aws import sns

    do = pulumi.Config("trial").get("do")
    if do == "raise":
        raise ValueError("not this one")
    if do == "die":
        os._exit(3)
    if do == "hang":
        while True:
            pass
    sns.Topic("topic")
"""


def test_a_plan_that_fails_or_dies_leaves_the_next_alone(tmp_path: Path) -> None:
    project = write_project(tmp_path / "project", FAILING)
    ways = ({}, {"trial:do": "raise"}, {"trial:do": "die"}, {})
    fine, failed, died, fine_again = replay(project, *ways)
    assert topics(fine, "topic") == topics(fine_again, "topic") == ["topic"]
    assert "ValueError: not this one" in (failed["error"] or "")
    assert died["error"] == "the program's process ended with exit code 3"


def test_a_program_that_dies_at_once_says_so_each_time(tmp_path: Path) -> None:
    project = write_project(tmp_path / "project", FAILING)
    runs = replay(project, {"trial:do": "die"}, {})
    assert [run["error"] for run in runs] == [
        "the program's process ended before its plan was made"
    ] * 2


def test_a_plan_that_hangs_is_ended_at_its_limit(tmp_path: Path) -> None:
    project = write_project(tmp_path / "project", FAILING)
    fine, hung = replay(project, {}, {"trial:do": "hang"}, limit=10)
    assert topics(fine, "topic") == ["topic"]
    assert hung["error"] == "the program did not finish within 10 s"


def test_what_nested_packages_import_of_the_sdk_is_loaded_before_the_program_runs(
    tmp_path: Path,
) -> None:
    project = write_project(tmp_path / "project", NESTED)
    package = project / "network" / "private"
    package.mkdir(parents=True)
    for folder in (package.parent, package):
        (folder / "__init__.py").touch()
    (package / "queues.py").write_text("from pulumi_aws import sqs\nsqs.Queue('queue')\n")
    run = json.loads(warm("once", project, "dev", "{}"))
    assert run["error"] is None
    assert {"sns", "sqs"} <= set(run["warm"])
    assert run["late"] == []


def test_the_hub_runs_without_importing_more_of_the_sdk() -> None:
    config = read_stack_file(REPOSITORY, "prod").pulumi_config()
    run = json.loads(warm("once", REPOSITORY, "prod", json.dumps(config)))
    assert run["error"] is None
    assert len(run["warm"]) > 15
    assert run["late"] == []
