"""Previews stacks: plans each program and asks the policy pack of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from buylink.preview.pack import PolicyPack
from buylink.preview.pack_messages import Diagnostic, PackError, PolicyInfo
from buylink.preview.planned_graph import planned_graph
from buylink.preview.program import RunningProgram, warm_up
from buylink.preview.result import StackPreview, Violation

PACK_FOLDER = "policies"


@dataclass(frozen=True, slots=True)
class StackRequest:
    """A stack to preview: its name and its configuration as Pulumi writes it."""

    stack: str
    config: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a program may run, and how long a pack may take for one answer, in seconds."""

    program: float = 120.0
    pack: float = 30.0


@dataclass(frozen=True)
class PreviewOptions:
    """What is the same for all stacks of one preview."""

    pack_config: Mapping[str, Any] = field(default_factory=dict[str, Any])
    limits: Limits = Limits()


def preview(
    project: Path,
    stacks: Sequence[StackRequest],
    options: PreviewOptions,
    started: Callable[[], None] = lambda: None,
) -> Iterator[StackPreview]:
    """Previews the stacks side by side; yields each as it is done, in the order asked for.

    `started` is called once all processes run: no thread may be started before that, as the
    programs' processes are forked.
    """
    with ExitStack() as cleanup:
        packs = [
            cleanup.enter_context(PolicyPack(project / PACK_FOLDER, options.limits.pack))
            for _ in stacks
        ]
        warm_up(project)
        name = project_name(project)
        programs = [
            RunningProgram(project, name, request.stack, dict(request.config)) for request in stacks
        ]
        started()
        threads = cleanup.enter_context(ThreadPoolExecutor(max_workers=len(stacks)))
        # Runs first on the way out: an interrupted preview must not wait for its threads' limits.
        cleanup.callback(_end, programs, packs)
        results = [
            threads.submit(_finish, name, request, program, pack, options)
            for request, program, pack in zip(stacks, programs, packs, strict=True)
        ]
        for result in results:
            yield result.result()


def project_name(project: Path) -> str:
    """The name in Pulumi.yaml, which is part of every URN."""
    return str(yaml.safe_load((project / "Pulumi.yaml").read_text("utf-8"))["name"])


def _end(programs: Sequence[RunningProgram], packs: Sequence[PolicyPack]) -> None:
    for process in (*programs, *packs):
        process.kill()


def _finish(
    project: str,
    request: StackRequest,
    program: RunningProgram,
    pack: PolicyPack,
    options: PreviewOptions,
) -> StackPreview:
    run = program.result(options.limits.program)
    planned = StackPreview(
        stack=request.stack,
        graph=planned_graph(project, request.stack, run.registrations),
        invokes=run.invoked,
        warnings=run.warnings,
        output=run.output,
        error=run.error,
    )
    if run.error is not None:
        return planned
    try:
        policies = pack.connect(project, request.stack, request.config, options.pack_config)
        diagnostics = pack.analyze(run.registrations)
    except PackError as error:
        return replace(planned, error=str(error))
    finally:
        pack.stop()
    return _judged(planned, policies, diagnostics)


def _judged(
    planned: StackPreview, policies: Sequence[PolicyInfo], diagnostics: Sequence[Diagnostic]
) -> StackPreview:
    info = {policy.name: policy for policy in policies}
    violations: list[Violation] = []
    undecided: list[Violation] = []
    for diagnostic in diagnostics:
        policy = info[diagnostic.policy]
        hole = is_hole(diagnostic, policy)
        violation = Violation(
            policy=policy.name,
            level=policy.level if hole else diagnostic.level,
            urn=diagnostic.urn,
            message=diagnostic.message.removeprefix(f"{policy.name}: "),
            remediation=policy.remediation,
            url=policy.url,
        )
        (undecided if hole else violations).append(violation)
    return replace(
        planned,
        policies=tuple(policies),
        violations=tuple(violations),
        undecided=tuple(undecided),
    )


def is_hole(diagnostic: Diagnostic, policy: PolicyInfo) -> bool:
    """Whether a policy met an unknown value: the SDK then turns it into an advisory of this form.

    https://github.com/pulumi/pulumi-policy/blob/main/sdk/python/lib/pulumi_policy/policy.py
    """
    return diagnostic.level == "advisory" and diagnostic.message.startswith(
        f"can't run policy '{policy.name}' from policy pack"
    )
