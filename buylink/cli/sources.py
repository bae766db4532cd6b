"""What commands work on: graphs of stacks and files, declared models, and what a bill assumes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from buylink.cli.output import fail, progress
from buylink.cli.shared import input_errors
from buylink.exit_codes import ExitCode

if TYPE_CHECKING:
    from buylink.costs.bill import Assumptions
    from buylink.graph import Graph
    from buylink.models.model import Model
    from buylink.preview.result import StackPreview
    from buylink.projects.revisions import Revision

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
    from buylink.projects import project

    with input_errors():
        folder = project.find(cwd)
        name = project.program_name(folder)
        files = project.checked_stack_files(folder, stacks, config)
        pack_config = project.read_pack_config(policy_pack_config)

    from buylink.preview.run import Limits, PreviewOptions, StackRequest
    from buylink.preview.run import preview as run_preview

    requests = [StackRequest(file.stack, file.pulumi_config()) for file in files]
    run_options = PreviewOptions(pack_config, Limits(program=timeout))
    with progress(len(requests), "previewing") as (started, advance):
        results: list[StackPreview] = []
        for result in run_preview(folder, name, requests, run_options, started):
            results.append(result)
            advance()
    return results


def planned(stack: str, config: list[str], cwd: Path | None) -> StackPreview:
    """A stack with its plan and its verdict; ends the command where there is no plan."""
    (preview,) = previews([stack], config, cwd)
    if preview.error is not None:
        fail(ExitCode.FAILED, [f"{preview.stack}: {preview.error}"])
    return preview


def is_stack(source: str, cwd: Path | None) -> bool:
    """Whether a source is a stack of the project, whose settings can be changed."""
    from buylink.projects import project
    from buylink.settings.stack_files import stack_names

    with input_errors():
        return source in stack_names(project.find(cwd))


def graphs_of(
    sources: Sequence[str], config: list[str], cwd: Path | None, problems: Iterable[object] = ()
) -> list[Graph]:
    """The graphs of stacks, of `git:REVISION:STACK`, and of Pulumi's own files.

    Ends the command with `problems` and all that is wrong with the sources before any program
    is started.
    """
    from buylink.graph.files import GraphFileError, read_graph
    from buylink.projects import project
    from buylink.projects.revisions import find_revision
    from buylink.settings.stack_files import stack_names

    with input_errors():
        folder = project.find(cwd)
        known = stack_names(folder)
    wrong = [str(problem) for problem in problems]
    graphs: dict[str, Graph] = {}
    revisions: dict[str, Revision] = {}
    for source in (name for name in sources if name not in known):
        if config:
            wrong.append(f"--config: expected a stack to change, got {source}")
        try:
            if source.startswith("git:"):
                revisions[source] = find_revision(source, folder)
            elif _is_file(source):
                graphs[source] = read_graph(_path(source))
            else:
                stacks = ", ".join(known) or "none here"
                expected = f"expected a stack ({stacks}), a file, - or git:REVISION:STACK"
                wrong.append(f"{source}: {expected}, got none of them")
        except GraphFileError as error:
            wrong.append(str(error))
    if wrong:
        fail(ExitCode.WRONG_USAGE, dict.fromkeys(wrong))
    graphs |= _planned([name for name in dict.fromkeys(sources) if name in known], config, folder)
    graphs |= {source: _planned_there(revision) for source, revision in revisions.items()}
    return [graphs[source] for source in sources]


def _planned(stacks: list[str], config: list[str], folder: Path) -> dict[str, Graph]:
    planned = previews(stacks, config, folder) if stacks else []
    if failed := [
        f"{preview.stack}: {preview.error}" for preview in planned if preview.error is not None
    ]:
        fail(ExitCode.FAILED, failed)
    return {preview.stack: preview.graph for preview in planned}


def _planned_there(revision: Revision) -> Graph:
    from buylink.graph.files import NoPlanError

    try:
        return revision.planned()
    except NoPlanError as error:
        fail(ExitCode.FAILED, [error])


def _path(source: str) -> Path:
    return Path("/dev/stdin" if source == "-" else source)


def _is_file(source: str) -> bool:
    """Or a pipe, as `<(pulumi stack export)` is."""
    try:
        return _path(source).exists() and not _path(source).is_dir()
    except OSError:  # a name that is too long, say
        return False


def assumptions(
    load: str | None, usage: Path | None, region: str | None, *, free_tier: bool = False
) -> tuple[Assumptions, list[Exception]]:
    """What a bill takes for granted, as the command line states it, and all that is wrong with it.

    Both are known before any program is started.
    """
    from buylink.costs.bill import Assumptions
    from buylink.costs.prices.book import PriceError, packaged
    from buylink.costs.usage.files import read_usage_file
    from buylink.costs.usage.load import LoadOverride, UsageError

    problems: list[Exception] = []
    file = override = None
    try:
        file = None if usage is None else read_usage_file(usage)
    except UsageError as error:
        problems.append(error)
    try:
        override = None if load is None else LoadOverride.parse(load)
    except UsageError as error:
        problems.append(error)
    try:
        if region is not None:
            packaged().in_region(region)
    except PriceError as error:
        problems.append(error)
    return Assumptions(region=region, free_tier=free_tier, load=override, usage=file), problems


MODELS = (".yaml", ".yml")


def is_model(source: str) -> bool:
    """Whether a source is a declared cost model, told by its name."""
    return source.endswith(MODELS)


def model_at(source: str, **stack_options: object) -> Model:
    """The model of a file; an option that only a stack takes ends the command where it is set.

    Raises ModelError.
    """
    from buylink.models.loading import load

    unused = [f"--{name.replace('_', '-')}" for name, value in stack_options.items() if value]
    if unused:
        expected = "expected a stack to apply it to, got a declared model"
        fail(ExitCode.WRONG_USAGE, [f"{option}: {expected}" for option in unused])
    return load(Path(source))
