"""What follows a reconcile: wait for services, queue videos again, tell people."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from botocore.exceptions import BotoCoreError, ClientError

from app.budget_guard.cost_memory import CostMemory
from app.budget_guard.levers.services import StackServices
from app.budget_guard.levers.strategies import Strategies
from app.budget_guard.memory import Memory
from app.budget_guard.mode import Mode
from app.budget_guard.notices import Notice
from app.budget_guard.notification import Notification
from app.budget_guard.occasion import Occasion, notice_of
from app.budget_guard.projection import WARN_AT, Projection
from app.budget_guard.reconcile import Outcome
from app.budget_guard.run_time import RunTime
from app.budget_guard.settings import GuardSettings
from app.budget_guard.standing import storage
from app.budget_guard.state import GuardState
from app.budget_guard.steady import not_steady
from app.budget_guard.tasks import ON_DEMAND, SPOT, hourly, of_service
from app.hub.clients import Clients
from app.hub.intake import Intake
from app.hub.queue import UnsentError
from app.hub.table import HubTable

LOST_AFTER = timedelta(0)
"""A restore queues every unfinished video: the worker took nothing while it was stopped."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a run came to, and what made it run."""

    state: GuardState
    outcome: Outcome
    notification: Notification | None
    projection: Projection | None


@dataclass(frozen=True, kw_only=True)
class Aftermath:
    """What it needs for that."""

    settings: GuardSettings
    clients: Clients
    memory: Memory
    services: StackServices
    time: RunTime
    send: Callable[[Notice], None]

    def follow(self, told: Told) -> tuple[Outcome, Notice | None]:
        """The outcome with what came of this, and the notice that was sent; quiet without news.

        What fails before the notice is out is told by the next run: only then it is noted as told.
        """
        notes, outcome, state = self.memory.notes, told.outcome, told.state
        requeued, starting = None, list[str]()
        if notes.requeue and state.mode is not Mode.STOPPED and not outcome.failures:
            starting = not_steady(self.services, outcome, self.time)
            requeued, problem = self._requeued()
            if problem:
                outcome = replace(outcome, failures=(*outcome.failures, problem))
        notification = told.notification
        if notification is not None and notification.message_id in state.told:
            notification = None
        warning = self._warning(told)
        is_news = (
            notification is not None
            or warning is not None
            or state.mode.word != notes.mode
            or outcome.failures != notes.failures
            or bool(outcome.changes or outcome.gone)
        )
        notice = None
        if is_news:
            notice = notice_of(
                Occasion(
                    stack=self.settings.stack,
                    region=self.settings.region,
                    state=state,
                    was=notes.mode,
                    outcome=outcome,
                    standing=self.settings.standing,
                    notification=notification,
                    projection=warning,
                    requeued=requeued,
                    starting=starting,
                    remarks=self._on_demand_costs(outcome),
                    storage=self._storage(state),
                )
            )
            self.send(notice)
        self.memory.note(
            mode=state.mode.word,
            failures=outcome.failures,
            warned=notes.warned if warning is None else _occasion(state),
            requeue=notes.requeue and requeued is None,
            # Another mode runs other tasks: what they cost before says nothing of now.
            rates=notes.rates if state.mode.word == notes.mode else (),
        )
        return outcome, notice

    def _warning(self, told: Told) -> Projection | None:
        """A projection that passes the limit, once for each month and limit."""
        projection = told.projection
        if projection is None or projection.confidence() < WARN_AT:
            return None
        return None if self.memory.notes.warned == _occasion(told.state) else projection

    def _requeued(self) -> tuple[int | None, str | None]:
        settings = self.settings
        table = HubTable(self.clients("dynamodb"), settings.hub_table)
        intake = Intake(table, self.clients("sqs"), settings.queue_url)
        try:
            return intake.requeue(moment=self.time.clock(), older_than=LOST_AFTER), None
        except (BotoCoreError, ClientError, UnsentError) as error:
            return None, f"unfinished videos: can't be queued again: {error}"

    def _storage(self, state: GuardState) -> Decimal | None:
        """Asked only where it is told; a notice of a stop goes out without it, too."""
        if state.mode is not Mode.STOPPED:
            return None
        try:
            return storage(CostMemory(self.clients("s3"), self.settings.report_bucket).latest())
        except (BotoCoreError, ClientError):
            logger.warning("costs can't be read", exc_info=True)
            return None

    def _on_demand_costs(self, outcome: Outcome) -> list[str]:
        """What each service costs more an hour that a run has moved off Spot."""
        kind = f"{Strategies.kind}:"
        moved = [
            it.thing.removeprefix(kind)
            for it in outcome.changes
            if it.thing.startswith(kind)
            and all(item["capacityProvider"] != SPOT for item in it.after["strategy"])
        ]
        return [
            f"{name} runs on demand, as Spot has no room: {self._more(name)}." for name in moved
        ]

    def _more(self, name: str) -> str:
        service = self.services.all().get(name)
        if service is None:
            return "what it costs isn't known"
        try:
            task = of_service(self.clients("ecs"), name, service)
        except (BotoCoreError, ClientError) as error:
            return f"what it costs isn't known ({error})"
        count = service["desiredCount"]
        prices = [
            hourly(self.settings.region, [replace(task, provider=it)] * count)
            for it in (ON_DEMAND, SPOT)
        ]
        if None in prices:
            return "what it costs isn't known"
        on_demand, spot = (it or Decimal(0) for it in prices)
        return f"${on_demand - spot:.4f} an hour more for {count} task(s)"


def _occasion(state: GuardState) -> str:
    return f"{state.period} {state.limit}"
