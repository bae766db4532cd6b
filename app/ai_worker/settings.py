"""What the worker reads from its environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Self

from app.hub.environment import SettingsError, region, required, whole_number

# ECS kills after its stopTimeout of 120 s, as Spot does; the rest is for the calls that follow.
MAX_STOP_SECONDS = 110
LONGEST_POLL_SECONDS = 20  # SQS takes no longer WaitTimeSeconds
LONGEST_VISIBILITY_SECONDS = 3600
MOST_RECEIVES = 1000
SLOWEST, FASTEST = Decimal("0.001"), Decimal(1000)


@dataclass(frozen=True, kw_only=True)
class WorkerSettings:
    """The queue, its region, and how long to poll, to hide a message and to take leave (seconds).

    `max_receives` is after how many tries the queue sets a message aside. `agent_uri` is the ECS
    agent's address in the task, None outside ECS. `seconds_between` lie
    between the beginnings of two messages' work at least.
    """

    queue_url: str
    region: str
    stop_seconds: int = 100
    visibility_seconds: int = 60
    poll_seconds: int = LONGEST_POLL_SECONDS
    max_receives: int = 3
    agent_uri: str | None = None
    seconds_between: float = 0.0

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read QUEUE_URL and AWS_REGION; STOP_SECONDS (0 to 110), VISIBILITY_SECONDS (3 to 3600),
        POLL_SECONDS (0 to 20), MAX_RECEIVES (1 to 1000), ECS_AGENT_URI and MAX_MESSAGES_PER_SECOND,
        which have defaults.

        Raises SettingsError for a value that can't be used.
        """
        return cls(
            queue_url=_http_address(
                "QUEUE_URL", required(environment, {"QUEUE_URL": "messages come from it"})
            ),
            region=region(environment),
            stop_seconds=whole_number(
                environment,
                "STOP_SECONDS",
                default=cls.stop_seconds,
                most=MAX_STOP_SECONDS,
                why="finishing or returning a message must fit into ECS's 120 seconds to stop",
            ),
            visibility_seconds=whole_number(
                environment,
                "VISIBILITY_SECONDS",
                default=cls.visibility_seconds,
                least=3,
                most=LONGEST_VISIBILITY_SECONDS,
                why="a message is hidden this long, renewed at each third, and seen again when "
                "its worker died",
            ),
            poll_seconds=whole_number(
                environment,
                "POLL_SECONDS",
                default=cls.poll_seconds,
                most=LONGEST_POLL_SECONDS,
                why="SQS waits this long for a message before it answers that there is none",
            ),
            max_receives=whole_number(
                environment,
                "MAX_RECEIVES",
                default=cls.max_receives,
                least=1,
                most=MOST_RECEIVES,
                why="after so many tries the queue sets a message aside, and its video is given up",
            ),
            agent_uri=_http_address("ECS_AGENT_URI", environment)
            if environment.get("ECS_AGENT_URI")
            else None,
            seconds_between=_seconds_between(environment.get("MAX_MESSAGES_PER_SECOND")),
        )


def _http_address(name: str, environment: Mapping[str, str]) -> str:
    given = environment[name]
    if given.startswith(("http://", "https://")):
        return given
    raise SettingsError(
        f"{name}: expected an http:// or https:// address, got {given!r}: requests are sent to "
        f"it. Set {name} to the whole address."
    )


def _seconds_between(rate: str | None) -> float:
    if not rate:
        return 0.0
    try:
        given = Decimal(rate)
    except InvalidOperation:
        given = Decimal(0)
    if given.is_finite() and SLOWEST <= given <= FASTEST:
        return float(1 / given)
    raise SettingsError(
        f"MAX_MESSAGES_PER_SECOND: expected a number from {SLOWEST} to {FASTEST}, got {rate!r}: "
        "this task takes no more than so many. Set it to such a number, or unset it for no limit."
    )
