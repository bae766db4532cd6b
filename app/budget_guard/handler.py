"""Lambda's way into the guard: a budget notification, the hourly reconcile, or a cost report."""

import logging
import os
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import boto3

from app.budget_guard import cost_report, notices
from app.budget_guard.notification import ForeignError, UnreadableError, read
from app.budget_guard.settings import GuardSettings
from app.budget_guard.state import StateTable
from app.hub import structured_log
from app.hub.queue_counts import touch
from app.hub.structured_log import fields

logger = logging.getLogger(__name__)

Answer = dict[str, Any]


class EventError(Exception):
    """Nothing the guard does; the text says what, got, why and what to do."""


def handler(event: object, context: object) -> Answer:  # noqa: ARG001  Lambda passes them
    """Do what the event asks for, log it, and return what was done.

    - From SNS (`Records`): `{"notifications": [...]}`, each `{"mode": "braked", "version": 2}` or
      `{"refused": "the reason"}`; a refused one changes nothing.
    - `{"kind": "reconcile"}`, hourly: the queue's counts, as it only touches the queue yet.
    - `{"kind": "report", "period": "daily" | "weekly"}`: `{"total": "12.34", "currency": "USD"}`.

    Raises EventError for any other event, SettingsError for a bad environment, StateError, or what
    boto3 raises: Lambda tries again, which is safe, and its error alarm sees it.
    """
    structured_log.configure("budget-guard")
    settings = GuardSettings.from_environment(os.environ)
    match event:
        case {"Records": [*records]}:
            return {"notifications": [_notified(record, settings) for record in records]}
        case {"kind": "reconcile"}:
            return _reconcile(settings)
        case {"kind": "report", "period": "daily" | "weekly" as period}:
            return _report(period, settings)
        case _:
            found = sorted(map(str, event)) if isinstance(event, Mapping) else type(event).__name__
            raise EventError(
                'event: expected Records from SNS, {"kind": "reconcile"} or {"kind": "report", '
                f'"period": "daily" or "weekly"}}, got {found}: the guard does nothing else. '
                "Correct the schedule's input, or what else calls the function."
            )


def _notified(record: object, settings: GuardSettings) -> Answer:
    try:
        notification = read(
            record,
            topic_arn=settings.topic_arn,
            account=settings.account,
            budget=settings.budget,
        )
    except (ForeignError, UnreadableError) as error:
        logger.error("%s", error)  # noqa: TRY400  the text says it all; a stack would not help
        if isinstance(error, UnreadableError):
            # It came through our own topic: a person must look, for the guard is blind to it.
            _send(notices.of_unreadable(settings.stack, str(error)), settings)
        return {"refused": str(error)}
    with closing(_client("dynamodb", settings)) as dynamodb:
        table = StateTable(dynamodb, settings.state_table, settings.stack)
        before, now = table.note(notification)
        is_late = now.period != notification.period
        is_new = not is_late and notification.message_id not in now.told
        logger.info(
            "notified",
            extra=fields(
                message_id=notification.message_id,
                forecasted=notification.forecasted,
                amount=str(notification.amount),
                limit=str(notification.limit),
                period=notification.period,
                mode=now.mode.word,
                version=now.version,
                late=is_late,
                repeated=not (is_late or is_new),
            ),
        )
        if is_new:
            was = None if before is None else before.mode
            _send(notices.of_mode(settings.stack, notification, was, now.mode), settings)
            # Only now: if the notice fails, Lambda calls again, and it is sent then.
            table.tell(notification.message_id)
    return {"mode": now.mode.word, "version": now.version}


def _reconcile(settings: GuardSettings) -> Answer:
    with closing(_client("sqs", settings)) as sqs:
        counts = touch(sqs, settings.queue_url).as_dict()
    logger.info("queue touched", extra=fields(**counts))
    return {**counts}


def _report(period: cost_report.Period, settings: GuardSettings) -> Answer:
    with closing(_client("ce", settings)) as cost_explorer:
        today = datetime.now(UTC).date()
        report = cost_report.read(cost_explorer, settings.stack, period, today)
    _send(notices.of_costs(settings.stack, report), settings)
    answer: Answer = {"total": str(report.total), "currency": report.currency}
    logger.info("reported", extra=fields(period=period, **answer))
    return answer


def _send(notice: notices.Notice, settings: GuardSettings) -> None:
    with closing(_client("sns", settings)) as sns:
        notices.send(sns, settings.notice_topic_arn, notice)
    logger.info("notice sent", extra=fields(subject=notice.subject))


def _client(service: str, settings: GuardSettings) -> Any:
    return boto3.client(service, region_name=settings.region)
