"""What the guard reads from its environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from app.budget_guard.mode import Mode
from app.hub.environment import (
    Settings,
    SettingsError,
    aws_region,
    names,
    optional,
    required,
    whole_number,
)

MOST_TASKS = 1000
NO_COUNTS: Mapping[str, int] = MappingProxyType({})
ON_PROJECTION = {"warn": Mode.NORMAL, "brake": Mode.BRAKED, "stop": Mode.STOPPED}


def _names(name: str, text: str) -> frozenset[str]:
    return frozenset(names(name, text))


def _on_projection(name: str, word: str) -> Mode:
    if word in ON_PROJECTION:
        return ON_PROJECTION[word]
    raise SettingsError(
        f"{name}: expected warn, brake or stop, got {word!r}: it is the most that the guard "
        "does before the money is spent. Set it to one of them."
    )


def _counts(name: str, text: str) -> Mapping[str, int]:
    counts: dict[str, int] = {}
    for item in names(name, text):
        thing, equals, number = item.partition("=")
        if not (thing and equals and number.isascii() and number.isdigit()):
            raise SettingsError(
                f"{name}: expected thing=number,…, got {item!r}: notices say what these cost while "
                f"the stack is stopped. Correct {name}."
            )
        counts[thing] = int(number)
    return counts


def _account(name: str, topic_arn: str) -> str:
    match topic_arn.split(":"):
        case ["arn", _, "sns", _, account, _] if account:
            return account
        case _:
            raise SettingsError(
                f"{name}: expected a topic's ARN, arn:aws:sns:REGION:ACCOUNT:NAME, got "
                f"{topic_arn!r}: notifications are checked against its account. "
                f"Set {name} to the topic's ARN."
            )


@dataclass(frozen=True, kw_only=True)
class GuardSettings(Settings):
    """Topics are ARNs; `stack` is the value of the tag Stack, such as buylink-prod.

    Services are named as ECS names them, joined by commas. `fixed_costs` says how many there are of
    what costs by the month whatever the mode, by `app.budget_guard.stack_costs`, as
    `nat-gateway=2,load-balancer=1`. `on_projection` (warn, brake or stop) is the most that a
    projection does.
    """

    topic_arn: str = required(
        "TOPIC_ARN", why="only what comes from this topic is a budget notification"
    )
    account: str = required(
        "TOPIC_ARN", why="notifications are checked against its account", parse=_account
    )
    budget: str = required("BUDGET_NAME", why="only this budget's notifications count")
    stack: str = required(
        "STACK_TAG",
        why="it is the value of the tag Stack that costs carry, and the key of the mode",
    )
    state_table: str = required("STATE_TABLE", why="the mode is kept in this table")
    notice_topic_arn: str = required("NOTICE_TOPIC_ARN", why="notices go to this topic")
    queue_url: str = required("QUEUE_URL", why="this queue is touched every hour")
    hub_table: str = required("TABLE_NAME", why="unfinished videos are in this table")
    clusters: tuple[str, ...] = required(
        "CLUSTERS", why="the services that it stops are in these ECS clusters", parse=names
    )
    report_bucket: str = required("REPORT_BUCKET", why="reports and costs are kept in this bucket")
    anomaly_monitor_arn: str | None = optional("ANOMALY_MONITOR_ARN")
    schedules: tuple[str, ...] = optional("SCHEDULES", default=(), parse=names)
    never_stop: frozenset[str] = optional("NEVER_STOP", default=frozenset(), parse=_names)
    workers: frozenset[str] = optional("WORKERS", default=frozenset(), parse=_names)
    braked_worker_tasks: int = whole_number(
        "BRAKED_WORKER_TASKS",
        default=1,
        most=MOST_TASKS,
        why="a worker runs no more tasks than that while braked",
    )
    on_projection: Mode = optional("ON_PROJECTION", default=Mode.NORMAL, parse=_on_projection)
    fixed_costs: Mapping[str, int] = optional("STANDING", default=NO_COUNTS, parse=_counts)
    region: str = aws_region()

    def __post_init__(self) -> None:
        if self.notice_topic_arn == self.topic_arn:
            raise SettingsError(
                f"NOTICE_TOPIC_ARN: expected another topic than TOPIC_ARN, got "
                f"{self.topic_arn!r} for both: the guard would be told its own notices. "
                "Give the notices a topic of their own."
            )
