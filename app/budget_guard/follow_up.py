"""What follows a reconcile: wait for services, queue videos again, tell people."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from botocore.exceptions import BotoCoreError, ClientError

from app.budget_guard.budget import Notification
from app.budget_guard.cost_memory import CostMemory
from app.budget_guard.forecast import WARN_AT, Projection
from app.budget_guard.levers import StackServices, Strategies, TaskCounts
from app.budget_guard.memory import Memory
from app.budget_guard.mode import Mode
from app.budget_guard.notices import (
    Notice,
    NoticeContext,
    RestoredDetails,
    StoppedDetails,
    notice_of,
)
from app.budget_guard.reconcile import Outcome
from app.budget_guard.run_time import RunTime
from app.budget_guard.settings import GuardSettings
from app.budget_guard.stack_costs import (
    ON_DEMAND,
    SPOT,
    fixed_monthly,
    storage_monthly,
    task_of_service,
    tasks_hourly,
)
from app.budget_guard.state import GuardState
from app.hub.clients import Clients
from app.hub.intake import Intake
from app.hub.queue import UnsentError
from app.hub.table import HubTable

LOST_AFTER = timedelta(0)
"""A restore queues every unfinished video: the worker took nothing while it was stopped."""

PAUSE = timedelta(seconds=5)
"""Between two looks at services that start."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class RunResult:
    """What a run came to, and what made it run."""

    state: GuardState
    outcome: Outcome
    notification: Notification | None
    projection: Projection | None


@dataclass(frozen=True, kw_only=True)
class FollowUp:
    """What follows a reconcile, with all that it needs for that."""

    settings: GuardSettings
    clients: Clients
    memory: Memory
    services: StackServices
    time: RunTime
    send: Callable[[Notice], None]

    def run(self, result: RunResult) -> tuple[Outcome, Notice | None]:
        """The outcome with what came of this, and the notice that was sent; quiet without news.

        What fails before the notice is out is told by the next run: only then it is noted as told.
        """
        notes, state = self.memory.notes, result.state
        outcome, restored = self._restore(result)
        alerts = self._alerts(result)
        is_news = (
            bool(alerts or outcome.changes or outcome.gone)
            or state.mode.word != notes.mode
            or outcome.failures != notes.failures
        )
        notice = None
        if is_news:
            notice = notice_of(self._context(state, outcome, alerts, restored))
            self.send(notice)
        is_warned = any(isinstance(alert, Projection) for alert in alerts)
        self.memory.note(
            mode=state.mode.word,
            failures=outcome.failures,
            warned=_month_and_limit(state) if is_warned else notes.warned,
            requeue=notes.requeue and (restored is None or restored.requeued is None),
            # Another mode runs other tasks: what they cost before says nothing of now.
            rates=notes.rates if state.mode.word == notes.mode else (),
        )
        return outcome, notice

    def _restore(self, result: RunResult) -> tuple[Outcome, RestoredDetails | None]:
        """Once a stopped stack is to run again: wait for its services, queue its videos again."""
        outcome = result.outcome
        is_due = self.memory.notes.requeue and result.state.mode is not Mode.STOPPED
        if not is_due or outcome.failures:
            return outcome, None
        starting = unstable_services(self.services, outcome, self.time)
        requeued, problem = self._requeue()
        if problem:
            outcome = replace(outcome, failures=(*outcome.failures, problem))
        return outcome, RestoredDetails(starting=starting, requeued=requeued)

    def _alerts(self, result: RunResult) -> tuple[Notification | Projection, ...]:
        """The notification, unless a notice was sent for it before; and a projection that passes
        the limit, once for each month and limit."""
        notification, projection = result.notification, result.projection
        if notification is not None and notification.message_id in result.state.handled:
            notification = None
        if projection is not None and (
            projection.confidence() < WARN_AT
            or self.memory.notes.warned == _month_and_limit(result.state)
        ):
            projection = None
        return tuple(alert for alert in (notification, projection) if alert is not None)

    def _context(
        self,
        state: GuardState,
        outcome: Outcome,
        alerts: tuple[Notification | Projection, ...],
        restored: RestoredDetails | None,
    ) -> NoticeContext:
        details: StoppedDetails | RestoredDetails | None = restored
        if state.mode is Mode.STOPPED:
            details = StoppedDetails(
                fixed_costs=fixed_monthly(self.settings.region, self.settings.fixed_costs),
                storage=self._storage(),
            )
        return NoticeContext(
            stack=self.settings.stack,
            state=state,
            previous_mode=self.memory.notes.mode,
            outcome=outcome,
            alerts=alerts,
            remarks=self._on_demand_costs(outcome),
            details=details,
        )

    def _requeue(self) -> tuple[int | None, str | None]:
        settings = self.settings
        table = HubTable(self.clients("dynamodb"), settings.hub_table)
        intake = Intake(table, self.clients("sqs"), settings.queue_url)
        try:
            return intake.requeue(moment=self.time.clock(), older_than=LOST_AFTER), None
        except (BotoCoreError, ClientError, UnsentError) as error:
            return None, f"unfinished videos: can't be queued again: {error}"

    def _storage(self) -> Decimal | None:
        """A notice of a stop goes out without it, too."""
        try:
            latest = CostMemory(self.clients("s3"), self.settings.report_bucket).latest()
        except (BotoCoreError, ClientError):
            logger.warning("costs can't be read", exc_info=True)
            return None
        return storage_monthly(latest)

    def _on_demand_costs(self, outcome: Outcome) -> list[str]:
        """What each service costs more an hour that a run has moved off Spot."""
        kind = f"{Strategies.kind}:"
        moved = [
            change.thing.removeprefix(kind)
            for change in outcome.changes
            if change.thing.startswith(kind)
            and all(item["capacityProvider"] != SPOT for item in change.after["strategy"])
        ]
        return [
            f"{name} runs on demand, as Spot has no room: {self._more(name)}." for name in moved
        ]

    def _more(self, name: str) -> str:
        service = self.services.all().get(name)
        if service is None:
            return "what it costs isn't known"
        try:
            task = task_of_service(self.clients("ecs"), name, service)
        except (BotoCoreError, ClientError) as error:
            return f"what it costs isn't known ({error})"
        count = service["desiredCount"]
        on_demand, spot = (
            tasks_hourly(self.settings.region, [replace(task, provider=provider)] * count)
            for provider in (ON_DEMAND, SPOT)
        )
        if on_demand is None or spot is None:
            return "what it costs isn't known"
        return f"${on_demand - spot:.4f} an hour more for {count} task(s)"


def unstable_services(services: StackServices, outcome: Outcome, time: RunTime) -> list[str]:
    """What a run started and isn't there yet: `cluster/service: 1 of 2 tasks`.

    Raises what boto3 raises.
    """
    kind = f"{TaskCounts.kind}:"
    started = [
        change.thing.removeprefix(kind)
        for change in outcome.changes
        if change.thing.startswith(kind) and change.after["desired"]
    ]
    until = time.waits_until()
    while True:
        services.forget()
        described = services.all() if started else {}
        missing = [
            f"{name}: {service['runningCount']} of {service['desiredCount']} tasks"
            for name in started
            if (service := described.get(name)) is not None
            and service["runningCount"] < service["desiredCount"]
        ]
        if not missing or time.clock() + PAUSE > until:
            return missing
        time.sleep(PAUSE.total_seconds())


def _month_and_limit(state: GuardState) -> str:
    return f"{state.period} {state.limit}"
