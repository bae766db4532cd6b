"""docs/tutorial.md, followed to the letter in a clone."""

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.command import BUYLINK, PROJECT, buylink
from tests.goldens import foreign_lines

PAGE = PROJECT / "docs" / "tutorial.md"
STEP = re.compile(r"^```(console|diff)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EDITED = "stacks/Pulumi.dev.yaml"
AUTHOR = ("-c", "user.name=New", "-c", "user.email=new@user.example")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What a new user has after `git clone`, with this checkout's changes and installed packages."""
    folder = tmp_path / "clone"
    git = str(shutil.which("git"))
    listed = subprocess.check_output(
        [git, "ls-files", "--cached", "--others", "--exclude-standard"], cwd=PROJECT, text=True
    )
    for name in filter(lambda name: (PROJECT / name).is_file(), listed.splitlines()):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT / name, folder / name)
        # Older than the marker below, or make would install the packages again.
        os.utime(folder / name, (0, 0))
    (folder / ".venv").mkdir()
    (folder / ".venv" / "bin").symlink_to(BUYLINK.parent)
    (folder / ".venv" / ".runtime").touch()
    for command in (["init", "-q"], ["add", "--all"], [*AUTHOR, "commit", "-qm", "Start"]):
        subprocess.run([git, *command], cwd=folder, check=True)
    return folder


def edit(path: Path, diff: str) -> None:
    """Applies a diff as the page shows it, without line numbers."""
    lines = diff.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if line[0] in " -")
    after = "".join(line[1:] for line in lines if line[0] in " +")
    text = path.read_text("utf-8")
    assert text.count(before) == 1, f"expected once in {path.name}: {before}"
    path.write_text(text.replace(before, after), "utf-8")


def walk(clone: Path) -> Iterator[tuple[str, list[str]]]:
    """Each `buylink` command of the page and the lines it prints, after the steps before it."""
    for kind, step in STEP.findall(PAGE.read_text("utf-8")):
        first = step.splitlines()[0].removeprefix("$ ")
        if kind == "diff":
            edit(clone / EDITED, step)
        elif first.startswith("buylink "):
            run = buylink(*shlex.split(first)[1:], cwd=clone)
            yield first, [*run.stdout.splitlines(), "$ echo $?", str(run.returncode)]
        else:
            subprocess.run(["bash", "-c", first], cwd=clone, check=True, capture_output=True)


def test_every_step_does_what_the_page_says(clone: Path) -> None:
    steps = walk(clone)

    def lines(command: str) -> list[str]:
        followed, printed = next(steps)
        assert followed == command
        return printed

    assert foreign_lines(PAGE, lines) == []
    assert next(steps, None) is None
