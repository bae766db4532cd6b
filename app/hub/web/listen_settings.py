"""Where an HTTP service listens and how long it takes its leave, from environment variables."""

from dataclasses import dataclass

from app.hub.environment import Settings, optional, whole_number

HEALTH_PATH = "/healthz"
READY_PATH = "/readyz"
MAX_DRAIN_SECONDS = 45


def _as_it_is(_: str, text: str) -> str:
    return text


@dataclass(frozen=True, kw_only=True)
class ListenSettings(Settings):
    """Host (an address of this machine), TCP port (0: any free one) and drain time in seconds."""

    host: str = optional(
        "HOST",
        default="0.0.0.0",  # noqa: S104  a container is reached through its network interface
        parse=_as_it_is,
    )
    port: int = whole_number(
        "PORT",
        default=8080,
        most=65535,
        why="the load balancer and the health check connect to this TCP port",
    )
    drain_seconds: int = whole_number(
        "DRAIN_SECONDS",
        default=20,
        most=MAX_DRAIN_SECONDS,
        why="draining and finishing requests must fit into ECS's 120 seconds to stop",
    )
