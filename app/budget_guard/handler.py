"""Lambda's way into the guard: a budget notification, the hourly reconcile, or a cost report."""

import logging
import os
from collections.abc import Mapping
from functools import cache
from typing import Any

from app.budget_guard import notices
from app.budget_guard.budget import ForeignError, UnreadableError, read_notification
from app.budget_guard.cost_report import Period, send_report
from app.budget_guard.guard import Guard, Result
from app.budget_guard.run_time import RunTime
from app.budget_guard.settings import GuardSettings
from app.budget_guard.spot import EcsEvent, ForeignEventError, read_event
from app.hub import structured_log
from app.hub.clients import Client, client
from app.hub.queue import touch
from app.hub.structured_log import fields
from app.hub.times import LambdaContext, now

LONGEST_RUN = 300.0
"""Seconds, where nobody says how long this one may take."""

logger = logging.getLogger(__name__)

Answer = dict[str, Any]
"""As Lambda gives it to whoever asked, in JSON."""


class EventError(Exception):
    """Nothing the guard does; the text says what, got, why and what to do."""


class UnfinishedError(Exception):
    """Not all of it is done; Lambda tries again, and its error alarm sees it."""


def handler(event: object, context: LambdaContext | None) -> Answer:
    """Do what the event asks for, log it, and return what was done.

    - From SNS (`Records`): `{"notifications": [...]}`, each as `{"mode": "braked", "version": 2,
      "changes": 5, "busy": False}` or `{"refused": "the reason"}`; a refused one changes nothing.
    - `{"kind": "reconcile"}`, hourly: the same, with the queue's counts.
    - From ECS (`source`: aws.ecs), trouble with Spot: the same, or `{"noted": "cluster/service"}`.
    - `{"kind": "report", "period": "daily" | "weekly"}`: `{"total": "12.34", "currency": "USD",
      "sent": True}`.

    Raises EventError for any other event, SettingsError for a bad environment, UnfinishedError when
    a step failed (it was told) or another run is at work, StateError or LostError, or what boto3
    raises. Lambda tries again, which is safe.
    """
    structured_log.configure("budget-guard")
    settings = GuardSettings.from_environment(os.environ)
    guard = _guard(settings, context)
    match event:
        case {"Records": [*records]}:
            answers = [_notified(record, settings, guard) for record in records]
            return {"notifications": answers}
        case {"kind": "reconcile"}:
            counts = touch(_client("sqs", settings), settings.queue_url).as_dict()
            return {**counts, **_answer(guard.reconcile())}
        case {"kind": "report", "period": "daily" | "weekly" as period}:
            return _report(period, settings)
        case {"source": "aws.ecs", **spot}:
            return _spot(spot | {"source": "aws.ecs"}, settings, guard)
        case _:
            got = sorted(map(str, event)) if isinstance(event, Mapping) else type(event).__name__
            raise EventError(
                'event: expected Records from SNS, {"kind": "reconcile"} or {"kind": "report", '
                f'"period": "daily" or "weekly"}}, got {got}: the guard does nothing else. '
                "Correct the schedule's input, or what else calls the function."
            )


def _notified(record: object, settings: GuardSettings, guard: Guard) -> Answer:
    try:
        notification = read_notification(
            record,
            topic_arn=settings.topic_arn,
            account=settings.account,
            budget=settings.budget,
        )
    except (ForeignError, UnreadableError) as error:
        logger.error("%s", error)
        if isinstance(error, UnreadableError):
            # It came through our own topic: a person must look, for the guard is blind to it.
            guard.send(notices.of_unreadable(settings.stack, str(error)))
        return {"refused": str(error)}
    logger.info(
        "notified",
        extra=fields(
            message_id=notification.message_id,
            forecasted=notification.forecasted,
            amount=str(notification.amount),
            limit=str(notification.limit),
            period=notification.period,
        ),
    )
    result = guard.notified(notification)
    if result.busy:
        raise UnfinishedError(
            "expected to be the one run at work, got another: it sees to the mode, but nobody is "
            "told of this notification yet. Lambda tries again in a minute."
        )
    return _answer(result)


def _spot(event: EcsEvent, settings: GuardSettings, guard: Guard) -> Answer:
    try:
        trouble = read_event(event, account=settings.account, clusters=settings.clusters)
    except ForeignEventError as error:
        logger.error("%s", error)
        return {"refused": str(error)}
    logger.info("spot trouble", extra=fields(service_name=trouble.service, no_room=trouble.no_room))
    result = guard.spot_trouble(trouble)
    return {"noted": trouble.service} if result is None else _answer(result)


def _report(period: Period, settings: GuardSettings) -> Answer:
    clients = cache(lambda service: _client(service, settings))
    report, sent = send_report(settings, clients, period, now().date())
    answer: Answer = {"total": str(report.total), "currency": "USD", "sent": sent}
    logger.info("reported", extra=fields(period=period, **answer))
    return answer


def _answer(result: Result) -> Answer:
    state, outcome = result.state, result.outcome
    answer: Answer = {
        "mode": state.mode.word,
        "version": state.version,
        "changes": len(outcome.changes),
        "busy": result.busy,
    }
    logger.info("reconciled", extra=fields(**answer, held=len(outcome.held)))
    if outcome.failures:
        raise UnfinishedError(
            f"expected {state.mode.word} everywhere, got {len(outcome.failures)} failure(s): "
            f"{'; '.join(outcome.failures)}. The notice says so too; the next run tries again."
        )
    return answer


def _guard(settings: GuardSettings, context: LambdaContext | None) -> Guard:
    seconds = LONGEST_RUN if context is None else context.get_remaining_time_in_millis() / 1000
    clients = cache(lambda service: _client(service, settings))
    return Guard(settings, clients, RunTime(seconds, patience=0 if context is None else seconds))


def _client(service: str, settings: GuardSettings) -> Client:
    return client(service, settings.region, read_seconds=15, attempts=6)
