"""Graphs of stacks and of files, for the commands that need one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from buylink.cli.shared import fail, settings_errors
from buylink.exit_codes import ExitCode

if TYPE_CHECKING:
    from buylink.graph import Graph
    from buylink.preview.result import StackPreview

TIMEOUT = 120.0
"""Seconds a program may run."""


def previews(
    stacks: list[str],
    config: list[str],
    cwd: Path | None,
    policy_pack_config: Path | None = None,
    timeout: float = TIMEOUT,
) -> list[StackPreview]:
    """Plans the stacks and asks their packs, with a progress bar."""
    from buylink import project

    with settings_errors():
        folder = project.find(cwd)
        name = project.program_name(folder)
        files = project.checked_stack_files(folder, stacks, config)
        pack_config = project.read_pack_config(policy_pack_config)

    from buylink.preview.run import Limits, PreviewOptions, StackRequest
    from buylink.preview.run import preview as run_preview
    from buylink.reports.progress import progress

    requests = [StackRequest(file.stack, file.pulumi_config()) for file in files]
    run_options = PreviewOptions(pack_config, Limits(program=timeout))
    with progress(len(requests), "previewing") as (started, advance):
        found: list[StackPreview] = []
        for result in run_preview(folder, name, requests, run_options, started):
            found.append(result)
            advance()
    return found


def graph_of(source: str, config: list[str], cwd: Path | None) -> Graph:
    """The graph of a stack, of `git:REVISION:STACK`, or of one of Pulumi's own files."""
    from buylink import project
    from buylink.graph.files import read_graph
    from buylink.settings.stack_files import stack_names

    if source.startswith("git:"):
        from buylink.revisions import planned_in_revision

        with settings_errors():
            return planned_in_revision(source, project.find(cwd))
    with settings_errors():
        known = stack_names(project.find(cwd))
    if source not in known:
        if not Path(source).is_file():
            stacks = ", ".join(known) or "none here"
            expected = f"expected a stack ({stacks}), a file or git:REVISION:STACK"
            fail(ExitCode.WRONG_USAGE, [f"{source}: {expected}, got none of them"])
        if config:
            fail(ExitCode.WRONG_USAGE, [f"--config: expected a stack to change, got {source}"])
        return read_graph(Path(source))
    (result,) = previews([source], config, cwd)
    if result.error is not None:
        fail(ExitCode.FAILED, [f"{source}: {result.error}"])
    return result.graph
