"""The guard run manually: the same code, with the settings of the deployed function, call by call.

Whoever runs it needs the permissions of the function, and `lambda:GetFunctionConfiguration`.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import Any

import boto3
from botocore.config import Config

from app.budget_guard.guard import Guard, Result
from app.budget_guard.memory import LostError
from app.budget_guard.mode import Mode
from app.budget_guard.run_time import RunTime
from app.budget_guard.settings import GuardSettings
from app.budget_guard.state import GuardState, StateError
from app.hub.clients import AwsAnswer, Client, Clients
from app.hub.environment import SettingsError

GUARD_ERRORS = (LostError, SettingsError, StateError)
"""What a run may raise of its own; each text says what, got, why and what to do."""

READS = ("Describe", "Get", "List", "Query")
LONGEST = 600.0
"""Seconds that a manual run may take; no other begins meanwhile."""

PATIENCE = 300.0
"""Seconds that a restore waits for services to run."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Status:
    """What is, by the guard's table: changes nothing."""

    state: GuardState
    held: tuple[str, ...]


class ManualGuard:
    """The guard of one stack, such as `prod`; every method raises what boto3 raises.

    `say` is told each call that changes something; in a dry run none of them is made.
    """

    def __init__(
        self,
        stack: str,
        *,
        region: str | None = None,
        say: Say,
        dry_run: bool,
    ) -> None:
        """Raises SettingsError when the function's variables are not this version's."""
        self._clients = announcing_clients(region, say, dry_run=dry_run)
        settings = deployed_settings(self._clients("lambda"), stack)
        time = RunTime(LONGEST, patience=0 if dry_run else PATIENCE)
        self._guard = Guard(settings, self._clients, time)
        self._logs = f"/{settings.stack.replace('-', '/', 1)}/"

    def status(self) -> Status:
        """The mode, why, and what is held."""
        state, held = self._guard.status()
        return Status(state, tuple(held))

    def set_mode(self, mode: Mode) -> Result:
        """Brake, stop, or (normal) restore."""
        return self._guard.set_manually(mode)

    def long_logs(self, days: int) -> list[tuple[str, int | None]]:
        """The stack's log groups that keep more than `days`, and how many they keep."""
        return [
            (group["logGroupName"], group.get("retentionInDays"))
            for group in self._log_groups()
            if group.get("retentionInDays", days + 1) > days
        ]

    def shorten_logs(self, days: int) -> int:
        """Keep logs for `days` only, and return of how many groups. Older ones are gone for good:
        nothing gives them back, and only the next deployment lengthens the retention again."""
        logs, groups = self._clients("logs"), self.long_logs(days)
        for name, _ in groups:
            logs.put_retention_policy(logGroupName=name, retentionInDays=days)
        return len(groups)

    def _log_groups(self) -> Iterator[AwsAnswer]:
        pages = self._clients("logs").get_paginator("describe_log_groups")
        for page in pages.paginate(logGroupNamePrefix=self._logs):
            yield from page["logGroups"]


def deployed_settings(functions: Client, stack: str) -> GuardSettings:
    """What the deployed guard is given; raises what boto3 raises, and SettingsError."""
    answer = functions.get_function_configuration(FunctionName=f"buylink-{stack}-budget-guard")
    region = answer["FunctionArn"].split(":")[3]
    return GuardSettings.from_environment(
        {**answer["Environment"]["Variables"], "AWS_REGION": region}
    )


def announcing_clients(region: str | None, say: Say, *, dry_run: bool) -> Clients:
    """Clients that tell each call that changes something, and in a dry run don't make it."""

    # `model` is botocore's of the operation, which has no types.
    def announce(params: object, model: Any, **_: object) -> None:
        if not model.name.startswith(READS):
            service = model.service_model.endpoint_prefix
            say(f"{service}:{model.name} {json.dumps(params, sort_keys=True, default=str)}")

    def pretend(model: Any, **_: object) -> Any:
        if model.name.startswith(READS):
            return None
        return SimpleNamespace(status_code=200), {"ResponseMetadata": {"HTTPStatusCode": 200}}

    def new_client(service: str) -> Client:
        config = Config(retries={"mode": "standard", "total_max_attempts": 6})
        client: Client = boto3.client(service, region_name=region, config=config)  # pyright: ignore[reportCallIssue, reportArgumentType, reportUnknownMemberType] - any service
        events = client.meta.events
        events.register("provide-client-params.*.*", announce)
        if dry_run:
            events.register("before-call.*.*", pretend)
        return client

    return cache(new_client)
