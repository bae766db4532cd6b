"""The guard: what it does on a notification, by the hour, and when somebody sets a mode."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from botocore.exceptions import BotoCoreError, ClientError

from app.budget_guard import budget, notices
from app.budget_guard.budget import Notification
from app.budget_guard.follow_up import FollowUp, RunResult
from app.budget_guard.forecast import Projection, forecast
from app.budget_guard.levers import (
    Insights,
    Lever,
    Scaling,
    Schedules,
    StackServices,
    Strategies,
    TaskCounts,
)
from app.budget_guard.memory import BusyError, Memory
from app.budget_guard.mode import Mode
from app.budget_guard.notices import Notice
from app.budget_guard.reconcile import Outcome, reconcile
from app.budget_guard.run_time import RunTime
from app.budget_guard.settings import GuardSettings
from app.budget_guard.spot import SpotTable, SpotTrouble
from app.budget_guard.state import GuardState, StateTable
from app.hub.clients import Clients
from app.hub.table import HubTable
from app.hub.times import period_of

MOST_ROUNDS = 3
"""Reconciles of one run, each because the mode has changed meanwhile."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a run came to. `busy`: another one is at work, and sees to it."""

    state: GuardState
    outcome: Outcome
    busy: bool = False
    notice: Notice | None = None


@dataclass
class _Findings:
    """What a run has found out so far, and what it could not."""

    problems: list[str] = field(default_factory=list[str])
    projection: Projection | None = None


class Guard:
    """One stack's guard; every method raises what boto3 raises where nothing can be done without.

    `clients` may be shared; `time` is that of one run.
    """

    def __init__(self, settings: GuardSettings, clients: Clients, time: RunTime) -> None:
        self._settings = settings
        self._clients = clients
        self._time = time
        table, stack = HubTable(clients("dynamodb"), settings.state_table), settings.stack
        self._state = StateTable(table, stack)
        self._memory = Memory(table, stack)
        self._spot = SpotTable(table, stack)
        self._services = StackServices(clients("ecs"), settings.clusters, stack)

    def notified(self, notification: Notification) -> Result:
        """Note what a budget tells, and act upon it. A forecast is told; nothing is spent yet."""
        if not notification.forecasted:
            self._state.change(self._period(), lambda state: _with_spending(state, notification))
        return self.reconcile(notification)

    def spot_trouble(self, trouble: SpotTrouble) -> Result | None:
        """Note it, and act upon it once it is a shortage; None before."""
        return self.reconcile() if self._spot.note(trouble) else None

    def set_manually(self, mode: Mode) -> Result:
        """Set a mode, and act upon it; Mode.NORMAL restores."""
        period = self._period()
        state = self._state.change(period, lambda state: state.in_period(period).set_manually(mode))
        return self.reconcile(known=state)

    def status(self) -> tuple[GuardState, Sequence[str]]:
        """The state as it is by the calendar, and what is held; changes nothing."""
        period = self._period()
        return self._state.read(period).in_period(period), sorted(self._memory.load())

    def send(self, notice: Notice) -> None:
        """Publish a notice."""
        notices.send(self._clients("sns"), self._settings.notice_topic_arn, notice)
        logger.info("notice sent: %s", notice.subject)

    def reconcile(
        self, notification: Notification | None = None, known: GuardState | None = None
    ) -> Result:
        """Decide the mode from all that is known now, and make the stack so.

        Whoever finds this run at work has written the mode before, so it looks again at the end.
        `known` is a state that may not be written, in a dry run.
        """
        findings = _Findings()
        state = self._decided(findings, known)
        for _ in range(MOST_ROUNDS - 1):
            result = self._round(state, findings, notification)
            state = self._newer(result.state)
            if result.busy or state.mode is result.state.mode:
                return result
        return self._round(state, findings, notification)

    def _round(
        self, state: GuardState, findings: _Findings, notification: Notification | None
    ) -> Result:
        try:
            self._memory.begin(self._time.clock(), self._time.ends)
        except BusyError as error:
            logger.warning("%s", error)
            return Result(state=state, outcome=Outcome(mode=state.mode), busy=True)
        try:
            self._memory.load()
            self._services.forget()
            state = self._forecast(self._newer(state), findings)
            if state.mode is Mode.STOPPED:
                self._memory.note(requeue=True)
            outcome = reconcile(state.mode, self._levers(), self._memory, self._time.is_over)
            outcome = replace(outcome, failures=(*findings.problems, *outcome.failures))
            run = RunResult(
                state=state,
                outcome=outcome,
                notification=notification,
                projection=findings.projection,
            )
            outcome, notice = FollowUp(
                settings=self._settings,
                clients=self._clients,
                memory=self._memory,
                services=self._services,
                time=self._time,
                send=self.send,
            ).run(run)
            if notice is not None and notification is not None:
                self._state.mark_handled(notification.message_id)
            return Result(state=state, outcome=outcome, notice=notice)
        finally:
            self._memory.end()

    def _decided(self, findings: _Findings, known: GuardState | None) -> GuardState:
        """The state by the budget and the calendar."""
        moment, period, budget_now = self._time.clock(), self._period(), None
        try:
            budget_now = budget.read_budget(
                self._clients("budgets"), self._settings.account, self._settings.budget
            )
        except (BotoCoreError, ClientError) as error:
            findings.problems.append(f"budget: can't be read: {error}")

        def decide(state: GuardState) -> GuardState:
            if known is not None and known.version > state.version:
                state = known
            state = state.in_period(period)
            return state if budget_now is None else budget.with_budget(state, budget_now, moment)

        return self._state.change(period, decide)

    def _forecast(self, state: GuardState, findings: _Findings) -> GuardState:
        """The state by what runs now, too."""
        moment = self._time.clock()
        try:
            findings.projection = forecast(
                self._settings, self._clients, self._services, self._memory, state, moment
            )
        except (BotoCoreError, ClientError) as error:
            findings.problems.append(f"projection: can't be made: {error}")
        if findings.projection is None:
            return state
        mode = findings.projection.calls_for(self._settings.on_projection)
        return self._state.change(state.period, lambda state: state.with_projection(mode))

    def _newer(self, state: GuardState) -> GuardState:
        """The state that is written, unless the one at hand is newer: a dry run writes none."""
        written = self._state.read(state.period)
        return written if written.version >= state.version else state

    def _levers(self) -> list[Lever]:
        settings, ecs = self._settings, self._clients("ecs")
        return [
            Insights(ecs, settings.clusters, settings.stack),
            Schedules(self._clients("scheduler"), settings.schedules),
            Scaling(
                self._clients("application-autoscaling"),
                self._services,
                never_stop=settings.never_stop,
                workers=settings.workers,
                worker_tasks=settings.braked_worker_tasks,
            ),
            Strategies(ecs, self._services, self._spot.on_demand(self._time.clock())),
            TaskCounts(ecs, self._services, settings.never_stop),
        ]

    def _period(self) -> str:
        return period_of(self._time.clock())


def _with_spending(state: GuardState, notification: Notification) -> GuardState:
    """The budget is asked for its limit; until it answers, the first notification's counts."""
    state = state.with_spending(notification.period, notification.amount)
    return state if state.limit else state.with_limit(notification.limit)
