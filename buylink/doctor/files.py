"""The project's own files, and what they ask of an account."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from buylink.doctor.check import Check
from buylink.projects import project
from buylink.settings import Settings, SettingsError
from buylink.settings.services import HttpServiceSettings, TaskSettings
from buylink.settings.stack_files import settings_from

CPU_UNITS_PER_VCPU = 1024


@dataclass(frozen=True, slots=True)
class Demand:
    """The most vCPUs that the stacks of a region run at once, by capacity provider."""

    region: str
    on_demand: Decimal
    spot: Decimal


def examine(root: Path) -> list[Check]:
    """Stack files and policy pack: what a preview reads."""
    return [_stack_files(root), _policy_pack(root)]


def demands(root: Path) -> list[Demand]:
    """What valid stack files ask for, by region; nothing for invalid ones."""
    by_region: dict[str, list[Settings]] = {}
    for settings in _settings(root):
        by_region.setdefault(settings.region, []).append(settings)
    return [_demand(region, stacks) for region, stacks in sorted(by_region.items())]


def builds_images(root: Path) -> bool:
    """Whether a deployment builds any image: a service without a digest. True when in doubt."""
    stacks = _settings(root)
    tasks = [task for settings in stacks for task in _tasks(settings)]
    return not stacks or any(task.digest is None for task in tasks)


def _settings(root: Path) -> list[Settings]:
    try:
        return [settings_from(file) for file in project.checked_stack_files(root, [], [])]
    except SettingsError:
        return []


def _tasks(settings: Settings) -> list[TaskSettings]:
    return [*settings.http_services.values(), *settings.workers.values()]


def _demand(region: str, stacks: list[Settings]) -> Demand:
    on_demand = spot = Decimal(0)
    for task in (task for settings in stacks for task in _tasks(settings)):
        vcpus = Decimal(task.cpu) / CPU_UNITS_PER_VCPU
        if isinstance(task, HttpServiceSettings):
            on_demand_tasks = task.max_tasks if task.on_demand_weight else task.on_demand_base
            on_demand += on_demand_tasks * vcpus
            spot += (task.max_tasks - task.on_demand_base) * vcpus if task.spot_weight else 0
        else:
            spot += task.max_tasks * vcpus
    return Demand(region, on_demand, spot)


def _stack_files(root: Path) -> Check:
    try:
        files = project.checked_stack_files(root, [], [])
    except SettingsError as error:
        problems = "; ".join(str(problem) for problem in error.problems)
        return Check.lacking("stack files", problems, "preview", "mend what it names")
    valid = f"valid: {', '.join(file.stack for file in files)}"
    return Check.ok("stack files", valid, "preview")


def _policy_pack(root: Path) -> Check:
    present = (root / "policies" / "PulumiPolicy.yaml").is_file()
    detail = "policies/" if present else "none in policies/"
    step = "restore policies/ from version control"
    return Check("policy pack", present, detail, "preview", step)
