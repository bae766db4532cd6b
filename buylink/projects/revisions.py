"""Stacks as another Git revision declares them: planned there, by that revision's own code."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from buylink.graph import Graph
from buylink.graph.files import GraphFileError, read_graph

_TIMEOUT = 300
_COMMAND = "from buylink.cli import main; main()"


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A stack of a commit; `project` is the project's folder in it, relative to its root."""

    source: str
    root: Path
    project: Path
    commit: str
    stack: str

    def planned(self) -> Graph:
        """Its graph. Raises GraphFileError, and NoPlanError when the program there fails.

        A worktree is made and removed again; a process of its own imports the code in it, so that
        nothing of this checkout takes part in the plan.
        """
        with tempfile.TemporaryDirectory(prefix="buylink-") as folder:
            worktree = Path(folder) / "worktree"
            added = ("worktree", "add", "--detach", "--force", str(worktree), self.commit)
            _git(self.root, self.source, *added)
            try:
                return self._plan(worktree / self.project, Path(folder) / "preview.json")
            finally:
                _git(self.root, self.source, "worktree", "remove", "--force", str(worktree))

    def _plan(self, project: Path, out: Path) -> Graph:
        if not project.is_dir():
            raise self._error(f"expected the folder {self.project} in that revision, got none")
        command = [sys.executable, "-c", _COMMAND, "preview", self.stack, "--cwd", str(project)]
        try:
            run = subprocess.run(
                [*command, "--format", "json", "--out", str(out)],
                cwd=project,
                # Before the installed checkout: what is imported is the revision's.
                env={**os.environ, "PYTHONPATH": str(project)},
                capture_output=True,
                text=True,
                check=False,
                timeout=_TIMEOUT,
            )
        except subprocess.TimeoutExpired:
            raise self._error(f"expected a plan within {_TIMEOUT} seconds, got none") from None
        if not out.is_file() or not out.stat().st_size:
            raise self._error(f"that revision can't be previewed: {_last(run.stderr)}")
        return read_graph(out, self.source)

    def _error(self, message: str) -> GraphFileError:
        return GraphFileError(f"{self.source}: {message}")


def find_revision(source: str, project: Path) -> Revision:
    """What `git:REVISION:STACK` names in the repository of `project`. Raises GraphFileError."""
    _, _, rest = source.partition(":")
    revision, _, stack = rest.rpartition(":")
    if not revision or not stack or revision.startswith("-") or stack.startswith("-"):
        raise GraphFileError(f"{source}: expected git:REVISION:STACK, such as git:main:prod")
    root = Path(_git(project, source, "rev-parse", "--show-toplevel"))
    return Revision(
        source=source,
        root=root,
        project=project.resolve().relative_to(root.resolve()),
        commit=_git(project, source, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}"),
        stack=stack,
    )


def _git(folder: Path, source: str, *arguments: str) -> str:
    try:
        run = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=_TIMEOUT,
        )
    except FileNotFoundError:
        raise GraphFileError(f"{source}: expected git on PATH, got none: install it") from None
    if run.returncode:
        none = "no such revision here: `git log` lists the revisions there are"
        raise GraphFileError(f"{source}: {_last(run.stderr) if run.stderr.strip() else none}")
    return run.stdout.strip()


def _last(text: str) -> str:
    lines: Sequence[str] = text.strip().splitlines()
    return lines[-1] if lines else "it wrote nothing"
