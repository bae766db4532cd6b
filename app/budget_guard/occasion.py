"""What a run of the guard came to, in words: the notice of a reconcile."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.budget_guard.mode import Mode
from app.budget_guard.notices import Notice, dollars, subject
from app.budget_guard.notification import Notification
from app.budget_guard.projection import Projection
from app.budget_guard.reconcile import Change, Outcome
from app.budget_guard.standing import monthly
from app.budget_guard.state import GuardState

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
_BY_HAND = "Somebody set it by hand: it holds until then."


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """What a notice is about: the state, what a run did, and what made it run.

    `was` is the mode that the last notice told. `requeued` are videos queued again,
    `starting` the services that are to run and don't yet.
    """

    stack: str
    region: str
    state: GuardState
    was: str
    outcome: Outcome
    standing: Mapping[str, int]
    notification: Notification | None = None
    requeued: int | None = None
    starting: Sequence[str] = ()
    projection: Projection | None = None
    remarks: Sequence[str] = ()
    storage: Decimal | None = None
    """US dollars a month that was last seen to be paid for tables, buckets, images and logs."""


def notice_of(occasion: Occasion) -> Notice:
    """What was spent, what was done, what goes on costing, what failed, how to undo it."""
    mode = occasion.state.mode
    return Notice(
        subject=subject(occasion.stack, _headline(occasion)),
        text="\n\n".join(_paragraphs(occasion)),
        data={
            "version": 1,
            "stack": occasion.stack,
            "mode": mode.word,
            "was": occasion.was,
            "period": occasion.state.period,
            "spent": str(occasion.state.spent),
            "limit": str(occasion.state.limit),
            "changesInAll": len(occasion.outcome.changes),
            "heldInAll": len(occasion.outcome.held),
            "changes": [
                {"thing": it.thing, "before": it.before, "after": it.after}
                for it in occasion.outcome.changes[:MOST_LISTED]
            ],
            **{name: list(lines[:MOST_LISTED]) for name, lines in _lists(occasion).items()},
            "requeued": occasion.requeued,
            "projection": None
            if occasion.projection is None
            else {
                "amount": str(occasion.projection.amount.quantize(_CENT)),
                "doubt": str(occasion.projection.doubt.quantize(_CENT)),
                "confidence": f"{occasion.projection.confidence():.2f}",
            },
        },
    )


def _lists(occasion: Occasion) -> dict[str, Sequence[str]]:
    outcome = occasion.outcome
    return {
        "gone": outcome.gone,
        "waiting": outcome.waiting,
        "failures": [it[:LONGEST_LINE] for it in outcome.failures],
        "starting": occasion.starting,
    }


def _headline(occasion: Occasion) -> str:
    state, notification = occasion.state, occasion.notification
    if occasion.outcome.failures:
        return f"mode {state.mode.word}, {len(occasion.outcome.failures)} step(s) failed"
    if notification is not None:
        at = "forecast at" if notification.forecasted else "at"
        return f"{at} {_percent(notification.share)} of its budget, mode {state.mode.word}"
    if occasion.projection is not None and occasion.was == state.mode.word:
        return f"will end at {_percent(_share(occasion.projection))} of its budget, at this rate"
    if occasion.was != state.mode.word:
        return f"mode {state.mode.word} (was {occasion.was})"
    if occasion.remarks:
        return f"{len(occasion.remarks)} service(s) moved off Spot"
    return f"put back to mode {state.mode.word}"


def _paragraphs(occasion: Occasion) -> Iterator[str]:
    state, outcome = occasion.state, occasion.outcome
    yield _spending(occasion)
    if occasion.projection is not None:
        yield _projected(occasion.projection)
    was = "" if occasion.was == state.mode.word else f" (was {occasion.was})"
    yield f"Mode: {state.mode.word}{was}. {_DOES[state.mode]}"
    if outcome.changes:
        yield _listed("Done:", [_told(it) for it in outcome.changes])
    if len(outcome.held) > len(outcome.changes):
        yield f"Held in all: {len(outcome.held)}, some since an earlier run; `status` lists them."
    yield from occasion.remarks
    for name, lines in _lists(occasion).items():
        if lines:
            yield _listed(_HEADINGS[name], lines)
    if occasion.requeued is not None:
        yield f"Unfinished videos queued again: {occasion.requeued}."
    if state.mode is Mode.STOPPED:
        yield _still_costs(occasion)
    if state.mode is not Mode.NORMAL:
        yield _UNDO.format(
            name=occasion.stack.removeprefix("buylink-"),
            else_=_BY_HAND if state.mode is state.hand else _BY_THE_BUDGET,
        )


def _spending(occasion: Occasion) -> str:
    state, notification = occasion.state, occasion.notification
    if notification is not None and notification.forecasted:
        return (
            f"{occasion.stack} is forecast to spend {dollars(notification.amount)} of its "
            f"{dollars(notification.limit)} in {notification.period} "
            f"({_percent(notification.share)}). The alert was set at {notification.threshold}."
        )
    spent = f"{occasion.stack} has spent {dollars(state.spent)}"
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


def _share(projection: Projection) -> Decimal:
    return projection.amount / projection.limit


def _still_costs(occasion: Occasion) -> str:
    costs = dict(monthly(occasion.region, occasion.standing))
    lines = [f"{name}: {_a_month(amount)}" for name, amount in costs.items()]
    lines.append(f"tables, buckets, images and logs: {_a_month(occasion.storage)}")
    known = [it for it in (*costs.values(), occasion.storage) if it is not None]
    total = f"at least {dollars(sum(known, Decimal(0)))} a month in all" if known else "not known"
    return _listed(f"What goes on costing while stopped: {total}.", lines)


def _a_month(amount: Decimal | None) -> str:
    return "not known yet" if amount is None else f"{dollars(amount)} a month"


def _told(change: Change) -> str:
    parts = [
        f"{part} {_word(change.before.get(part))} -> {_word(value)}"
        for part, value in change.after.items()
        if change.before.get(part) != value
    ]
    return f"{change.thing}: {', '.join(parts)}"


def _word(value: Any) -> str:
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
