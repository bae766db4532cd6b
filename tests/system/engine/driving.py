"""Drives the real engine through Pulumi's own automation API, on copies of the project."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from pulumi import automation
from pulumi.automation.events import EngineEvent

from buylink.graph import Value
from buylink.settings.stack_files import read_stack_file
from tests.system.engine.install import BIN, ENGINE, EXECUTOR, PROJECT
from tests.system.engine.standins.cloud import Cloud
from tests.system.engine.standins.faults import Faults

COPIED = ("__main__.py", "Pulumi.yaml", "stacks", "policies", "app")
PASSPHRASE = "correct horse battery staple"


@dataclass(frozen=True)
class Violation:
    """What the engine says of a policy; `urn` is empty for the stack as a whole."""

    policy: str
    level: str
    urn: str
    message: str


@dataclass(frozen=True)
class EnginePreview:
    """A preview: its steps as `pulumi preview --json` writes them, and the policies' violations."""

    steps: list[dict[str, Value]]
    violations: list[Violation]
    error: str = ""

    def operations(self) -> dict[str, str]:
        """What is done to each resource that changes: URN to `create`, `update`, `replace`, ..."""
        return {step["urn"]: step["op"] for step in self.steps if step["op"] != "same"}


@dataclass
class Deployment:
    """One stack of one copy of the project, with a file backend and a cloud of its own."""

    folder: Path
    name: str
    stack: automation.Stack
    cloud: Cloud
    environment: dict[str, str]
    _violations: list[Violation] = field(default_factory=list[Violation])

    @property
    def project(self) -> Path:
        return self.folder / "project"

    def configure(self, *overrides: str) -> None:
        """Writes the real stack file with `KEY=VALUE` as an override into the copy."""
        values = dict(read_stack_file(PROJECT, self.name, overrides).values)
        path = self.project / "stacks" / f"Pulumi.{self.name}.yaml"
        kept = yaml.safe_load(path.read_text()) if path.is_file() else {}
        path.write_text(yaml.safe_dump({**kept, "config": values}))

    def preview(self, *, pack: bool = True, pack_config: Path | None = None) -> EnginePreview:
        self._violations = []
        packs = [str(self.project / "policies")] if pack else None
        error, output = "", ""
        try:
            result = self.stack.preview(
                policy_packs=packs,
                policy_pack_configs=[str(pack_config)] if pack_config else None,
                json=True,
                color="never",
                on_event=self._keep_violation,
            )
            output = result.stdout
        except automation.CommandError as refused:
            error = str(refused)
            output = error.split("stdout: ", 1)[1].split("\n stderr:", 1)[0]
        return EnginePreview(_steps(output), self._violations, error)

    def up(self, *, pack: bool = False) -> dict[str, int]:
        """Deploys; returns how many resources were created, updated, replaced or left."""
        packs = [str(self.project / "policies")] if pack else None
        result = self.stack.up(policy_packs=packs, color="never", show_secrets=False)
        changes = result.summary.resource_changes or {}
        return {str(operation): number for operation, number in changes.items()}

    @property
    def faults(self) -> Faults:
        return Faults(self.cloud.folder)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """A command of the CLI as a process group of its own, to be watched and ended."""
        return subprocess.Popen(
            [str(BIN / "pulumi"), *arguments, "--stack", self.name, "--non-interactive"],
            cwd=self.project,
            env={**os.environ, **self.environment, "NO_COLOR": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def state_ids(self) -> set[str]:
        """The IDs of the AWS resources in the state."""
        resources = self.state().get("resources", [])
        return {
            resource["id"]
            for resource in resources
            if resource["custom"] and resource["type"].startswith("aws:")
        }

    def cloud_ids(self) -> set[str]:
        """The IDs of what is in the cloud."""
        return {resource["id"] for resource in self.cloud.everything()}

    def state(self) -> dict[str, Value]:
        return dict(self.stack.export_stack().deployment or {})

    def command(self, *arguments: str, cwd: Path | None = None) -> automation.CommandResult:
        """Value other command of the CLI. Raises CommandError when it fails."""
        return self.stack.workspace.pulumi_command.run(
            list(arguments), str(cwd or self.project), self.environment
        )

    def _keep_violation(self, event: EngineEvent) -> None:
        if event_of_policy := event.policy_event:
            # The engine shows the policy's description first, and marks colours in its text.
            lines = event_of_policy.message.replace("<{%reset%}>", "").strip().split("\n", 1)
            self._violations.append(
                Violation(
                    policy=event_of_policy.policy_name,
                    level=event_of_policy.enforcement_level,
                    urn=event_of_policy.resource_urn or "",
                    message=lines[-1].strip(),
                )
            )


def deployment(
    folder: Path, name: str = "dev", overrides: Sequence[str] = (), program: str | None = None
) -> Deployment:
    """A stack of a fresh copy of the project; `program` is appended to its `__main__.py`."""
    project = folder / "project"
    project.mkdir(parents=True)
    for entry in COPIED:
        source = PROJECT / entry
        ignored = shutil.ignore_patterns("__pycache__")
        if source.is_dir():
            shutil.copytree(source, project / entry, ignore=ignored)
        else:
            shutil.copy(source, project / entry)
    (project / ".venv").symlink_to(PROJECT / ".venv")
    if program:
        main = project / "__main__.py"
        main.write_text(main.read_text() + program)
    environment = engine_environment(folder)
    values = dict(read_stack_file(PROJECT, name, overrides).values)
    (project / "stacks" / f"Pulumi.{name}.yaml").write_text(yaml.safe_dump({"config": values}))
    stack = automation.create_stack(
        name, work_dir=str(project), opts=workspace_options(folder, environment)
    )
    return Deployment(folder, name, stack, Cloud(folder / "cloud"), environment)


def workspace_options(
    folder: Path, environment: dict[str, str]
) -> automation.LocalWorkspaceOptions:
    return automation.LocalWorkspaceOptions(
        pulumi_command=automation.PulumiCommand(root=str(ENGINE)),
        pulumi_home=str(folder / "home"),
        env_vars=environment,
        secrets_provider="passphrase",
    )


def engine_environment(folder: Path) -> dict[str, str]:
    """What a command needs to run offline and to leave this machine's own Pulumi alone."""
    for name in ("home", "backend", "cloud"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    return {
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "PULUMI_HOME": str(folder / "home"),
        "PULUMI_BACKEND_URL": (folder / "backend").as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "BUYLINK_OFFLINE_CLOUD": str(folder / "cloud"),
        "BUYLINK_PULUMI_EXECUTOR": str(BIN / EXECUTOR),
    }


def _steps(output: str) -> list[dict[str, Value]]:
    start = output.find("{")
    return json.loads(output[start:])["steps"] if start >= 0 else []
