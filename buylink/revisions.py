"""Stacks as another Git revision declares them: planned there, by that revision's own code."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from buylink.graph import Graph
from buylink.graph.files import GraphFileError, read_graph

_TIMEOUT = 300
_COMMAND = "from buylink.cli import main; main()"


def planned_in_revision(source: str, project: Path) -> Graph:
    """The graph of `git:REVISION:STACK`. Raises GraphFileError.

    A worktree is made and removed again; a process of its own imports the code in it, so that
    nothing of this checkout takes part in the plan.
    """
    _, _, rest = source.partition(":")
    revision, _, stack = rest.rpartition(":")
    if not revision or not stack or revision.startswith("-") or stack.startswith("-"):
        raise GraphFileError(f"{source}: expected git:REVISION:STACK, such as git:main:prod")
    root = Path(_git(project, source, "rev-parse", "--show-toplevel"))
    commit = _git(project, source, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    with tempfile.TemporaryDirectory(prefix="buylink-") as folder:
        worktree = Path(folder) / "worktree"
        _git(root, source, "worktree", "add", "--detach", "--force", str(worktree), commit)
        try:
            there = worktree / project.resolve().relative_to(root.resolve())
            return _plan(source, there, stack, Path(folder) / "preview.json")
        finally:
            _git(root, source, "worktree", "remove", "--force", str(worktree))


def _plan(source: str, project: Path, stack: str, out: Path) -> Graph:
    command = [sys.executable, "-c", _COMMAND, "preview", stack, "--cwd", str(project)]
    # Before the installed checkout: what is imported is the revision's.
    environment = {**os.environ, "PYTHONPATH": str(project)}
    run = subprocess.run(
        [*command, "--format", "json", "--out", str(out)],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=_TIMEOUT,
    )
    if not out.is_file() or not out.stat().st_size:
        raise GraphFileError(f"{source}: that revision can't be previewed: {_last(run.stderr)}")
    try:
        return read_graph(out)
    except GraphFileError as error:
        raise GraphFileError(f"{source}: {str(error).removeprefix(f'{out}: ')}") from None


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
        told = _last(run.stderr) if run.stderr.strip() else "no such revision here"
        raise GraphFileError(f"{source}: {told}: `git log` lists the revisions there are")
    return run.stdout.strip()


def _last(text: str) -> str:
    lines: Sequence[str] = text.strip().splitlines()
    return lines[-1] if lines else "it wrote nothing"
