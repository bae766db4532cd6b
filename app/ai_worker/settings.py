"""What the worker, and its work on a video, read from their environment."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from app.hub.environment import (
    Settings,
    SettingsError,
    aws_region,
    optional,
    required,
    whole_number,
)

# ECS kills after its stopTimeout of 120 s, as Spot does; the rest is for the calls that follow.
MAX_STOP_SECONDS = 110
LONGEST_POLL_SECONDS = 20  # SQS takes no longer WaitTimeSeconds
LONGEST_VISIBILITY_SECONDS = 3600
MOST_RECEIVES = 1000
SLOWEST, FASTEST = Decimal("0.001"), Decimal(1000)


def _http_address(name: str, text: str) -> str:
    if text.startswith(("http://", "https://")):
        return text
    raise SettingsError(
        f"{name}: expected an http:// or https:// address, got {text!r}: requests are sent to "
        f"it. Set {name} to the whole address."
    )


def _http_address_or_none(name: str, text: str) -> str | None:
    return _http_address(name, text) if text else None


def _seconds_between(name: str, text: str) -> float:
    if not text:
        return 0.0
    try:
        rate = Decimal(text)
    except InvalidOperation:
        rate = Decimal(0)
    if rate.is_finite() and SLOWEST <= rate <= FASTEST:
        return float(1 / rate)
    raise SettingsError(
        f"{name}: expected a number from {SLOWEST} to {FASTEST}, got {text!r}: "
        "this task takes no more than so many. Set it to such a number, or unset it for no limit."
    )


@dataclass(frozen=True, kw_only=True)
class WorkerSettings(Settings):
    """The queue, its region, and how long to poll, to hide a message and to take leave (seconds).

    `max_receives` is after how many tries the queue sets a message aside. `agent_uri` is the ECS
    agent's address in the task, None outside ECS. `seconds_between` lie between the beginnings of
    two messages' work at least.
    """

    queue_url: str = required("QUEUE_URL", why="messages come from it", parse=_http_address)
    region: str = aws_region()
    stop_seconds: int = whole_number(
        "STOP_SECONDS",
        default=100,
        most=MAX_STOP_SECONDS,
        why="finishing or returning a message must fit into ECS's 120 seconds to stop",
    )
    visibility_seconds: int = whole_number(
        "VISIBILITY_SECONDS",
        default=60,
        least=3,
        most=LONGEST_VISIBILITY_SECONDS,
        why="a message is hidden this long, renewed at each third, and seen again when its worker "
        "died",
    )
    poll_seconds: int = whole_number(
        "POLL_SECONDS",
        default=LONGEST_POLL_SECONDS,
        most=LONGEST_POLL_SECONDS,
        why="SQS waits this long for a message before it answers that there is none",
    )
    max_receives: int = whole_number(
        "MAX_RECEIVES",
        default=3,
        least=1,
        most=MOST_RECEIVES,
        why="after so many tries the queue sets a message aside, and its video is given up",
    )
    agent_uri: str | None = optional("ECS_AGENT_URI", default=None, parse=_http_address_or_none)
    seconds_between: float = optional(
        "MAX_MESSAGES_PER_SECOND", default=0.0, parse=_seconds_between
    )


@dataclass(frozen=True, kw_only=True)
class VideoSettings(Settings):
    """`stack` is the value of the tag Stack; without a Bedrock model, rules find the products."""

    region: str = aws_region()
    table: str = required("TABLE_NAME", why="videos and their links are in this table")
    state_table: str = required("STATE_TABLE", why="the guard's mode is in this table")
    stack: str = required("STACK_TAG", why="it is the key of the guard's mode")
    originals: str = required("ORIGINALS_BUCKET", why="uploads are in this bucket")
    thumbnails: str = required("THUMBNAILS_BUCKET", why="thumbnails go to this bucket")
    bedrock_model: str | None = optional("BEDROCK_MODEL_ID")
