"""Previews stacks: plans each program and asks the policy pack of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from google.protobuf import json_format
from google.protobuf.message import Message
from pulumi.runtime.proto import resource_pb2

from buylink.graph import Graph, Resource, Value
from buylink.preview.monitor import Registration
from buylink.preview.pack import (
    Diagnostic,
    PackConfig,
    PackError,
    PolicyConfig,
    PolicyInfo,
    PolicyPack,
)
from buylink.preview.program import ProgramRun, RunningProgram
from buylink.preview.result import StackPreview, Violation
from buylink.preview.warm_up import warm_up
from buylink.preview.wire import decode_struct

PACK_FOLDER = "policies"
UNDERSTOOD_COMPONENTS = frozenset({"awsx:ecr:Image"})
"""Components of plugins that make nothing a policy judges: an image, in a repository of ours."""


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

    pack_config: PackConfig = field(default_factory=dict[str, PolicyConfig])
    limits: Limits = Limits()


def preview(
    project: Path,
    name: str,
    stacks: Sequence[StackRequest],
    options: PreviewOptions,
    started: Callable[[], None] = lambda: None,
) -> Iterator[StackPreview]:
    """Previews the stacks of the project `name` side by side; yields each in the order asked for.

    `started` is called once all processes run: no thread may be started before that, as the
    programs' processes are forked.
    """
    with ExitStack() as cleanup:
        packs = [
            cleanup.enter_context(PolicyPack(project / PACK_FOLDER, options.limits.pack))
            for _ in stacks
        ]
        warm_up(project)
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
    unjudged = planned(project, request.stack, run)
    if run.error is not None:
        return unjudged
    try:
        policies = pack.connect(project, request.stack, request.config, options.pack_config)
        diagnostics = pack.analyze(run.registrations)
    except PackError as error:
        return replace(unjudged, error=str(error))
    finally:
        pack.stop()
    return judged(unjudged, policies, diagnostics)


def planned(project: str, stack: str, run: ProgramRun) -> StackPreview:
    """A preview that no pack has looked at yet."""
    return StackPreview(
        stack=stack,
        graph=planned_graph(project, stack, run.registrations),
        invokes=run.invoked,
        warnings=run.warnings,
        output=run.output,
        error=run.error,
        undecided=unseen(run.registrations),
    )


def judged(
    planned: StackPreview, policies: Sequence[PolicyInfo], diagnostics: Sequence[Diagnostic]
) -> StackPreview:
    """The preview with what the pack said of it."""
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
        undecided=(*undecided, *planned.undecided),
    )


def unseen(registrations: Iterable[Registration]) -> tuple[Violation, ...]:
    """Components that only their own plugin expands: what is in them was not checked."""
    return tuple(
        Violation(
            policy="unseen-components",
            level="mandatory",
            urn=registration.urn,
            message=f"{registration.request.type} is expanded inside its own plugin, so a preview "
            "without that plugin can check nothing in it",
            remediation="Build it from plain resources, or check it with `pulumi preview "
            "--policy-pack policies`, which has the plugin.",
            url="",
        )
        for registration in registrations
        if registration.request.remote and registration.request.type not in UNDERSTOOD_COMPONENTS
    )


def is_hole(diagnostic: Diagnostic, policy: PolicyInfo) -> bool:
    """Whether a policy met an unknown value: the SDK then turns it into an advisory of this form.

    https://github.com/pulumi/pulumi-policy/blob/main/sdk/python/lib/pulumi_policy/policy.py
    """
    return diagnostic.level == "advisory" and diagnostic.message.startswith(
        f"can't run policy '{policy.name}' from policy pack"
    )


OPTIONS = (
    "protect",
    "ignoreChanges",
    "additionalSecretOutputs",
    "deleteBeforeReplace",
    "replaceOnChanges",
    "retainOnDelete",
    "deletedWith",
    "importId",
    "customTimeouts",
    "version",
)


def planned_graph(project: str, stack: str, registrations: Iterable[Registration]) -> Graph:
    """Registrations as the one graph type, in their order."""
    return Graph(project, stack, tuple(_resource(registration) for registration in registrations))


def _resource(registration: Registration) -> Resource:
    request = registration.request
    return Resource(
        urn=registration.urn,
        type=request.type,
        name=request.name,
        parent=request.parent or None,
        custom=request.custom,
        inputs=decode_struct(request.object),
        outputs=decode_struct(registration.outputs),
        dependencies={
            name: tuple(sorted(dependencies.urns))
            for name, dependencies in sorted(request.propertyDependencies.items())
            if dependencies.urns
        },
        provider=registration.provider,
        options=_options(request),
    )


def _options(request: resource_pb2.RegisterResourceRequest) -> dict[str, Value]:
    fields = {field.json_name: value for field, value in request.ListFields()}
    options = {name: _plain(fields[name]) for name in OPTIONS if fields.get(name)}
    if request.dependencies:
        options["dependencies"] = sorted(request.dependencies)
    return options


def _plain(value: Value) -> Value:
    if isinstance(value, Message):
        return json_format.MessageToDict(value)
    return value if isinstance(value, str | bool) else list(value)
