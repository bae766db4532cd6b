"""What this machine and this AWS account have and lack, for a preview and for a deployment."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from buylink.doctor import account, files, machine
from buylink.doctor.check import Check
from buylink.exit_codes import ExitCode
from buylink.projects import project

__all__ = ["Check", "examine", "exit_code"]


def examine(folder: Path | None, *, deploy: bool = False) -> list[Check]:
    """All checks, those that a preview needs first.

    Without `deploy` nothing leaves this machine. With it AWS is asked too: read-only calls, of
    which one, to Cost Explorer's API, costs up to $0.01.
    """
    root = project.find(folder)
    parts: list[Callable[[], list[Check]]] = [
        lambda: machine.python_and_packages(root),
        lambda: files.examine(root),
        lambda: machine.pulumi(root),
        lambda: machine.docker(needed=files.builds_images(root)),
        lambda: _account(root) if deploy else [account.credentials()],
    ]
    with ThreadPoolExecutor(len(parts)) as threads:
        return [check for checks in threads.map(lambda part: part(), parts) for check in checks]


def _account(root: Path) -> list[Check]:
    import boto3

    return account.examine(files.demands(root), boto3.Session())


def exit_code(checks: Iterable[Check], *, deploy: bool = False) -> ExitCode:
    """Fine unless something is missing that a preview needs, or with `deploy` that either needs."""
    counted = ("preview", "deploy") if deploy else ("preview",)
    lacking = any(not check.fine for check in checks if check.needed_for in counted)
    return ExitCode.CHECK_FAILED if lacking else ExitCode.FINE
