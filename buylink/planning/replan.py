"""A stack that is planned, checked and priced many times, each time with other settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from buylink.costs.bill import Assumptions, bill
from buylink.costs.estimate import Estimate
from buylink.costs.usage.coefficients import packaged
from buylink.costs.usage.load import Load, load_of
from buylink.errors import BuylinkError
from buylink.graph import Graph
from buylink.planning.change import Change
from buylink.preview.pack import PackError, PolicyInfo, PolicyPack
from buylink.preview.program import ProgramRun
from buylink.preview.result import StackPreview
from buylink.preview.run import PACK_FOLDER, Limits, judged, planned
from buylink.preview.warm_program import WarmProgram
from buylink.preview.warm_up import warm_up
from buylink.projects.project import checked_stack_files, program_name
from buylink.settings import Settings
from buylink.settings.stack_files import StackFile, settings_from

Changes = Sequence[Change]


class PlanFailedError(BuylinkError):
    """The program, or the pack, failed: there is no plan, or no verdict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A stack with some changes. Where no pack was asked, the preview knows no policies."""

    changes: tuple[Change, ...]
    preview: StackPreview

    @property
    def graph(self) -> Graph:
        return self.preview.graph

    @property
    def load(self) -> Load:
        """What it states, else what is taken for it."""
        return load_of(self.graph) or packaged().default_load

    def priced(self, load: Load | None = None) -> Estimate:
        """Its bill, at another load than the declared one where that is passed."""
        return bill(self.graph, Assumptions(load=load))


class Replanner:
    """One stack of a project. Imports are paid once, and the pack is started once.

    The pack is told the stack's configuration as declared, and judges resources with each change.
    """

    def __init__(
        self, project: Path, stack: str, overrides: Sequence[str], limits: Limits | None = None
    ) -> None:
        """`overrides` are `KEY=VALUE`, which override the stack's file for good.

        Raises SettingsError for a stack or settings that aren't valid.
        """
        self._project, self._stack, self._overrides = project, stack, tuple(overrides)
        self._name = program_name(project)
        self._limits = limits or Limits()
        self._files: dict[tuple[str, ...], StackFile] = {}
        self.declared = self._file(())
        self._policies: list[PolicyInfo] = []
        self._cleanup = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as cleanup:
            folder = self._project / PACK_FOLDER
            self._pack = cleanup.enter_context(PolicyPack(folder, self._limits.pack))
            warm_up(self._project)
            self._program = WarmProgram(self._project, self._name, self._stack)
            cleanup.callback(self._program.kill)
            self._cleanup = cleanup.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._cleanup.close()

    def settings(self, changes: Changes = ()) -> Settings:
        """The stack's settings with some changes. Raises SettingsError where they aren't valid."""
        return settings_from(self._file(changes))

    def plans(self, variants: Sequence[Changes]) -> Iterator[Plan]:
        """The stack with each of the changes, in order; no pack is asked.

        Raises SettingsError before any program runs, and PlanFailedError for one that fails.
        """
        for changes, run in self._runs(variants):
            preview = planned(self._name, self._stack, run)
            yield Plan(changes=tuple(changes), preview=_successful(preview))

    def previews(
        self, variants: Sequence[Changes], advance: Callable[[], None] = lambda: None
    ) -> Iterator[Plan]:
        """The same, each judged by the pack."""
        for changes, run in self._runs(variants):
            unjudged = _successful(planned(self._name, self._stack, run))
            yield Plan(changes=tuple(changes), preview=_successful(self._judged(unjudged, run)))
            advance()

    def _runs(self, variants: Sequence[Changes]) -> Iterator[tuple[Changes, ProgramRun]]:
        configs = [self._file(changes).pulumi_config() for changes in variants]
        runs = self._program.plans(configs, self._limits.program)
        return zip(variants, runs, strict=True)

    def _judged(self, unjudged: StackPreview, run: ProgramRun) -> StackPreview:
        try:
            if not self._policies:
                config = self.declared.pulumi_config()
                self._policies = self._pack.connect(self._name, self._stack, config, {})
            return judged(unjudged, self._policies, self._pack.analyze(run.registrations))
        except PackError as error:
            return replace(unjudged, error=str(error))

    def _file(self, changes: Changes) -> StackFile:
        overrides = (*self._overrides, *(change.override for change in changes))
        if overrides not in self._files:
            (self._files[overrides],) = checked_stack_files(self._project, [self._stack], overrides)
        return self._files[overrides]


def _successful(preview: StackPreview) -> StackPreview:
    if preview.error is not None:
        raise PlanFailedError(f"{preview.stack}: {preview.error}")
    return preview
