"""What the guard writes to people: text for e-mail, and the same as JSON for everything else."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from app.budget_guard.budget import Notification
from app.budget_guard.forecast import Projection
from app.budget_guard.mode import Mode
from app.budget_guard.reconcile import Change, Outcome
from app.budget_guard.state import GuardState
from app.hub.clients import Client

LONGEST_SUBJECT = 100  # https://docs.aws.amazon.com/sns/latest/api/API_Publish.html


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A subject SNS takes (one ASCII line, at most 100 characters), a text, and its JSON."""

    subject: str
    text: str
    data: Mapping[str, object] = field(default_factory=dict[str, object])


def send(sns: Client, topic_arn: str, notice: Notice) -> None:
    """Publish through a boto3 SNS client: text for e-mail and phones, JSON for all else.

    Raises what the client raises.
    """
    data = {"subject": notice.subject, **notice.data, "text": notice.text}
    protocols = {"default": _json(data), "email": notice.text, "sms": notice.subject}
    sns.publish(
        TopicArn=topic_arn,
        Subject=notice.subject,
        MessageStructure="json",
        Message=_json(protocols),
    )


def of_unreadable(stack: str, why: str) -> Notice:
    """Says that a notification came which the guard could not read, so that a person does."""
    return Notice(
        subject=subject(stack, "a budget notification could not be read"),
        text=f"{why}\n\nThe mode of {stack} stays as it was.",
        data={"version": 1, "stack": stack, "unreadable": why},
    )


def dollars(amount: Decimal) -> str:
    """An amount for people: $1,234.50."""
    return f"${amount.quantize(_CENT, ROUND_HALF_UP):,}"


def _json(value: Mapping[str, object]) -> str:
    """As short as it gets: SNS takes 256 KB for all protocols together."""
    return json.dumps(value, ensure_ascii=False)


def subject(stack: str, text: str) -> str:
    """A subject as SNS takes it."""
    return f"{stack}: {text}"[:LONGEST_SUBJECT]


MOST_LISTED = 20
LONGEST_LINE = 400
"""Of each list: an e-mail is read, and SNS takes 256 KB for all protocols together.
https://docs.aws.amazon.com/sns/latest/api/API_Publish.html"""

_CENT = Decimal("0.01")

_DOES = {
    Mode.NORMAL: "Everything runs as the program has it.",
    Mode.BRAKED: "Braked: thumbnails are paused, limits are tighter, workers are fewer, Container "
    "Insights are off. Pages and redirects work.",
    Mode.STOPPED: "Stopped: no service runs but those that are never stopped. Queues, tables and "
    "buckets keep what is in them.",
}
_HEADINGS = {
    "gone": "Deleted meanwhile, so there is nothing to put back:",
    "waiting": "Waits for the next run:",
    "failures": "Failed; tried again within the hour:",
    "starting": "Still starting:",
}
_UNDO = "To undo: `buylink guard restore --stack {name}` puts everything back. {else_}"
_BY_THE_BUDGET = (
    "Or raise `limit` under buylink:budget and deploy. By itself it ends with the month."
)
_MANUAL = "Somebody set it by hand: it holds until then."


@dataclass(frozen=True, kw_only=True)
class StoppedDetails:
    """Of a stopped stack: what goes on costing, in US dollars a month; None isn't known.

    `fixed_costs` are by their names for people, `storage` is for tables, buckets, images and logs.
    """

    fixed_costs: Mapping[str, Decimal | None]
    storage: Decimal | None


@dataclass(frozen=True, kw_only=True)
class RestoredDetails:
    """Of a stack that runs again: `starting` are the services that are to run and don't yet.

    `requeued` are the videos that were queued again; None where they could not be.
    """

    starting: Sequence[str]
    requeued: int | None


@dataclass(frozen=True, kw_only=True)
class NoticeContext:
    """What a notice of a run is about.

    `previous_mode` is what the last notice told. `alerts` are what people are warned of: a budget's
    notification, and a projection that passes the limit. `remarks` are sentences of their own.
    """

    stack: str
    state: GuardState
    previous_mode: str
    outcome: Outcome
    alerts: Sequence[Notification | Projection] = ()
    remarks: Sequence[str] = ()
    details: StoppedDetails | RestoredDetails | None = None

    @property
    def notification(self) -> Notification | None:
        """The budget's, where one made the guard run."""
        return next((alert for alert in self.alerts if isinstance(alert, Notification)), None)

    @property
    def projection(self) -> Projection | None:
        """Where it warns."""
        return next((alert for alert in self.alerts if isinstance(alert, Projection)), None)


def notice_of(context: NoticeContext) -> Notice:
    """What was spent, what was done, what goes on costing, what failed, how to undo it."""
    state, outcome, projection = context.state, context.outcome, context.projection
    return Notice(
        subject=subject(context.stack, _headline(context)),
        text="\n\n".join(_paragraphs(context)),
        data={
            "version": 1,
            "stack": context.stack,
            "mode": state.mode.word,
            "was": context.previous_mode,
            "period": state.period,
            "spent": str(state.spent),
            "limit": str(state.limit),
            "changesInAll": len(outcome.changes),
            "heldInAll": len(outcome.held),
            "changes": [
                {"thing": change.thing, "before": change.before, "after": change.after}
                for change in outcome.changes[:MOST_LISTED]
            ],
            **{name: list(lines[:MOST_LISTED]) for name, lines in _lists(context).items()},
            "requeued": _requeued(context),
            "projection": None if projection is None else _figures(projection),
        },
    )


def _figures(projection: Projection) -> dict[str, str]:
    return {
        "amount": str(projection.amount.quantize(_CENT)),
        "doubt": str(projection.doubt.quantize(_CENT)),
        "confidence": f"{projection.confidence():.2f}",
    }


def _lists(context: NoticeContext) -> dict[str, Sequence[str]]:
    outcome, details = context.outcome, context.details
    return {
        "gone": outcome.gone,
        "waiting": outcome.waiting,
        "failures": [failure[:LONGEST_LINE] for failure in outcome.failures],
        "starting": details.starting if isinstance(details, RestoredDetails) else (),
    }


def _requeued(context: NoticeContext) -> int | None:
    return context.details.requeued if isinstance(context.details, RestoredDetails) else None


def _headline(context: NoticeContext) -> str:
    state, notification, projection = context.state, context.notification, context.projection
    if context.outcome.failures:
        return f"mode {state.mode.word}, {len(context.outcome.failures)} step(s) failed"
    if notification is not None:
        at = "forecast at" if notification.forecasted else "at"
        return f"{at} {_percent(notification.share)} of its budget, mode {state.mode.word}"
    if projection is not None and context.previous_mode == state.mode.word:
        share = projection.amount / projection.limit
        return f"will end at {_percent(share)} of its budget, at this rate"
    if context.previous_mode != state.mode.word:
        return f"mode {state.mode.word} (was {context.previous_mode})"
    if context.remarks:
        return f"{len(context.remarks)} service(s) moved off Spot"
    return f"put back to mode {state.mode.word}"


def _paragraphs(context: NoticeContext) -> Iterator[str]:
    state, outcome = context.state, context.outcome
    yield _spending(context)
    if context.projection is not None:
        yield _projected(context.projection)
    was = "" if context.previous_mode == state.mode.word else f" (was {context.previous_mode})"
    yield f"Mode: {state.mode.word}{was}. {_DOES[state.mode]}"
    if outcome.changes:
        yield _listed("Done:", [_change(change) for change in outcome.changes])
    if len(outcome.held) > len(outcome.changes):
        yield f"Held in all: {len(outcome.held)}, some since an earlier run; `status` lists them."
    yield from context.remarks
    for name, lines in _lists(context).items():
        if lines:
            yield _listed(_HEADINGS[name], lines)
    if (requeued := _requeued(context)) is not None:
        yield f"Unfinished videos queued again: {requeued}."
    if isinstance(context.details, StoppedDetails):
        yield _still_costs(context.details)
    if state.mode is not Mode.NORMAL:
        yield _UNDO.format(
            name=context.stack.removeprefix("buylink-"),
            else_=_MANUAL if state.mode is state.manual_mode else _BY_THE_BUDGET,
        )


def _spending(context: NoticeContext) -> str:
    state, notification = context.state, context.notification
    if notification is not None and notification.forecasted:
        return (
            f"{context.stack} is forecast to spend {dollars(notification.amount)} of its "
            f"{dollars(notification.limit)} in {notification.period} "
            f"({_percent(notification.share)}). The alert was set at {notification.threshold}."
        )
    spent = f"{context.stack} has spent {dollars(state.spent)}"
    if not state.limit:
        return f"{spent} in {state.period}. Its budget's limit could not be read yet."
    text = f"{spent} of its {dollars(state.limit)} in {state.period} ({_percent(state.share)})."
    return text if notification is None else f"{text} The alert was at {notification.threshold}."


def _projected(projection: Projection) -> str:
    return (
        f"At the rate of now, {dollars(projection.hourly)} an hour, the month ends at "
        f"{dollars(projection.amount)} of {dollars(projection.limit)}, give or take "
        f"{dollars(projection.doubt)}; that it passes the limit is {projection.confidence():.0%} "
        "sure. Bills lag by hours, so this is from the tasks that run. `onProjection` under "
        "buylink:budget says whether the guard acts upon it."
    )


def _still_costs(details: StoppedDetails) -> str:
    costs = details.fixed_costs
    lines = [f"{name}: {_a_month(amount)}" for name, amount in costs.items()]
    lines.append(f"tables, buckets, images and logs: {_a_month(details.storage)}")
    known = [amount for amount in (*costs.values(), details.storage) if amount is not None]
    total = f"at least {dollars(sum(known, Decimal(0)))} a month in all" if known else "not known"
    return _listed(f"What goes on costing while stopped: {total}.", lines)


def _a_month(amount: Decimal | None) -> str:
    return "not known yet" if amount is None else f"{dollars(amount)} a month"


def _change(change: Change) -> str:
    parts = [
        f"{part} {_word(change.before.get(part))} -> {_word(value)}"
        for part, value in change.after.items()
        if change.before.get(part) != value
    ]
    return f"{change.thing}: {', '.join(parts)}"


def _word(value: object) -> str:
    match value:
        case [int(least), int(most)]:
            return f"{least} to {most}"
        case True | False:
            return "yes" if value else "no"
        case str() | int():
            return str(value)
        case _:
            return json.dumps(value)


def _listed(heading: str, lines: Sequence[str]) -> str:
    shown = [line[:LONGEST_LINE] for line in lines[:MOST_LISTED]]
    if len(lines) > MOST_LISTED:
        shown.append(f"... and {len(lines) - MOST_LISTED} more")
    return "\n".join([heading, *(f"- {line}" for line in shown)])


def _percent(share: Decimal) -> str:
    """Rounded down: what is called 150 % has reached the mode that starts there."""
    return f"{int(share * 100)} %"
