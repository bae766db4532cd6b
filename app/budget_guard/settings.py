"""What the guard reads from its environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from app.budget_guard.mode import Mode
from app.hub.environment import SettingsError, region, required, whole_number

_WHYS = {
    "TOPIC_ARN": "only what comes from this topic is a budget notification",
    "BUDGET_NAME": "only this budget's notifications count",
    "STACK_TAG": "it is the value of the tag Stack that costs carry, and the key of the mode",
    "STATE_TABLE": "the mode is kept in this table",
    "NOTICE_TOPIC_ARN": "notices go to this topic",
    "QUEUE_URL": "this queue is touched every hour",
    "TABLE_NAME": "unfinished videos are in this table",
    "CLUSTERS": "the services that it stops are in these ECS clusters",
    "REPORT_BUCKET": "reports and costs are kept in this bucket",
}
MOST_TASKS = 1000
ON_PROJECTION = {"warn": Mode.NORMAL, "brake": Mode.BRAKED, "stop": Mode.STOPPED}


@dataclass(frozen=True, kw_only=True)
class GuardSettings:
    """Topics are ARNs; `stack` is the value of the tag Stack, such as buylink-prod.

    Services are named as ECS names them. `fixed_costs` says how many there are of what costs by the
    month whatever the mode, by `app.budget_guard.stack_costs`. `on_projection` is the most that a
    projection does.
    """

    topic_arn: str
    account: str
    budget: str
    stack: str
    state_table: str
    notice_topic_arn: str
    queue_url: str
    hub_table: str
    clusters: tuple[str, ...]
    report_bucket: str
    anomaly_monitor_arn: str | None
    schedules: tuple[str, ...]
    never_stop: frozenset[str]
    workers: frozenset[str]
    braked_worker_tasks: int
    on_projection: Mode
    fixed_costs: Mapping[str, int]
    region: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read the variables named in `_WHYS` and AWS_REGION, which are needed, and SCHEDULES,
        NEVER_STOP, WORKERS (names, joined by commas), BRAKED_WORKER_TASKS (1), ON_PROJECTION
        (warn, brake or stop), STANDING (`nat-gateway=2,load-balancer=1`) and ANOMALY_MONITOR_ARN,
        which aren't.

        Raises SettingsError for what is missing or can't be used.
        """
        given = required(environment, _WHYS)
        if given["NOTICE_TOPIC_ARN"] == given["TOPIC_ARN"]:
            raise SettingsError(
                f"NOTICE_TOPIC_ARN: expected another topic than TOPIC_ARN, got "
                f"{given['TOPIC_ARN']!r} for both: the guard would be told its own notices. "
                "Give the notices a topic of their own."
            )
        return cls(
            topic_arn=given["TOPIC_ARN"],
            account=_account("TOPIC_ARN", given),
            budget=given["BUDGET_NAME"],
            stack=given["STACK_TAG"],
            state_table=given["STATE_TABLE"],
            notice_topic_arn=given["NOTICE_TOPIC_ARN"],
            queue_url=given["QUEUE_URL"],
            hub_table=given["TABLE_NAME"],
            clusters=_names(given["CLUSTERS"]),
            report_bucket=given["REPORT_BUCKET"],
            anomaly_monitor_arn=environment.get("ANOMALY_MONITOR_ARN") or None,
            schedules=_names(environment.get("SCHEDULES", "")),
            never_stop=frozenset(_names(environment.get("NEVER_STOP", ""))),
            workers=frozenset(_names(environment.get("WORKERS", ""))),
            braked_worker_tasks=whole_number(
                environment,
                "BRAKED_WORKER_TASKS",
                default=1,
                most=MOST_TASKS,
                why="a worker runs no more tasks than that while braked",
            ),
            on_projection=_on_projection(environment.get("ON_PROJECTION", "warn")),
            fixed_costs=_counts("STANDING", environment.get("STANDING", "")),
            region=region(environment),
        )


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for name in text.split(",") if name)


def _on_projection(word: str) -> Mode:
    if word in ON_PROJECTION:
        return ON_PROJECTION[word]
    raise SettingsError(
        f"ON_PROJECTION: expected warn, brake or stop, got {word!r}: it is the most that the guard "
        "does before the money is spent. Set it to one of them."
    )


def _counts(name: str, text: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for item in _names(text):
        thing, equals, number = item.partition("=")
        if not (thing and equals and number.isascii() and number.isdigit()):
            raise SettingsError(
                f"{name}: expected thing=number,…, got {item!r}: notices say what these cost while "
                f"the stack is stopped. Correct {name}."
            )
        counts[thing] = int(number)
    return counts


def _account(name: str, given: Mapping[str, str]) -> str:
    match given[name].split(":"):
        case ["arn", _, "sns", _, account, _] if account:
            return account
        case _:
            raise SettingsError(
                f"{name}: expected a topic's ARN, arn:aws:sns:REGION:ACCOUNT:NAME, got "
                f"{given[name]!r}: notifications are checked against its account. "
                f"Set {name} to the topic's ARN."
            )
