"""The hub on one machine: `make app`, and the walk of docs/how-to/run-the-hub.md as it stands."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from components.storage.storage import HUB_TABLE
from components.storage.table import Keys
from dev.hub.aws import AwsServer
from dev.hub.resources import HubResources
from dev.processes import REPOSITORY

START_SECONDS = 60
WALK = (REPOSITORY / "docs/how-to/run-the-hub.md").read_text("utf-8")
COMMANDS = Path(sys.executable).parent
ASSIGNED = re.compile(r"^([A-Z_]+)=(\S+)", re.MULTILINE)


@dataclass
class Command:
    """A line of the page after `$ `, and what the page says that it prints."""

    line: str
    printed: str


def walk() -> list[Command]:
    commands: list[Command] = []
    for block in re.findall(r"```console\n(.*?)```", WALK, re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                commands.append(Command(line.removeprefix("$ "), ""))
            else:
                commands[-1].printed += f"{line}\n"
    return commands


@dataclass
class Hub:
    """`python -m dev.hub`, running."""

    process: subprocess.Popen[str]
    output: Path

    @property
    def assignments(self) -> dict[str, str]:
        """What it prints as shell assignments."""
        return dict(ASSIGNED.findall(self.output.read_text("utf-8")))


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    output = tmp_path / "output"
    with output.open("w") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", "dev.hub"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONUNBUFFERED": "1"},
            stdout=written,
            stderr=written,
            text=True,
        )
    running = Hub(process, output)
    deadline = time.monotonic() + START_SECONDS
    while "Ctrl-C stops" not in output.read_text("utf-8"):
        assert process.poll() is None, output.read_text("utf-8")
        assert time.monotonic() < deadline, output.read_text("utf-8")
        time.sleep(0.1)
    yield running
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def test_the_walk_from_a_posted_link_to_a_counted_click_is_as_the_page_says(hub: Hub) -> None:
    commands = [command for command in walk() if command.line != "make app"]
    # Each command is followed by a mark, so that what it prints is known from what others print.
    script = "\n".join(f"{command.line}\necho; echo '--mark--'" for command in commands)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        env={**os.environ, **hub.assignments, "PATH": f"{COMMANDS}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    printed = [part.replace("\r", "").strip() for part in done.stdout.split("--mark--")]
    for command, got in zip(commands, printed, strict=False):
        pattern = re.escape(command.printed.strip()).replace("…", ".*")
        assert re.fullmatch(pattern, got, re.DOTALL), f"{command.line}\n{got}"
    assert len(printed) == len(commands) + 1


def test_ctrl_c_ends_everything_that_was_started(hub: Hub) -> None:
    started = children_of(hub.process.pid)
    assert len(started) >= 4, "a moto server, two APIs and a worker"
    hub.process.send_signal(signal.SIGINT)
    assert hub.process.wait(30) == 0
    assert hub.output.read_text("utf-8").rstrip().endswith("stopped")
    assert [pid for pid in started if Path(f"/proc/{pid}").exists()] == []


def children_of(pid: int) -> list[int]:
    children: list[int] = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = status.read_text("utf-8")
        except OSError:
            continue
        if int(text.rpartition(")")[2].split()[1]) == pid:
            children.append(int(status.parent.name))
    return children


def names(keys: Keys) -> list[str]:
    return [attribute.name for attribute in keys.attributes()]


def test_the_hubs_table_has_the_stacks_keys_and_index(aws: AwsServer) -> None:
    resources = HubResources.make(aws, "like-the-stack", {})
    table = aws.client("dynamodb").describe_table(TableName=resources.table)["Table"]
    assert [key["AttributeName"] for key in table["KeySchema"]] == names(HUB_TABLE.keys)
    indexes = {
        index["IndexName"]: [key["AttributeName"] for key in index["KeySchema"]]
        for index in table["GlobalSecondaryIndexes"]
    }
    assert indexes == {index.name: names(index.keys) for index in HUB_TABLE.indexes}
