"""Where an HTTP service listens and how long it takes its leave, from environment variables."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from app.hub.environment import whole_number

HEALTH_PATH = "/healthz"
READY_PATH = "/readyz"
MAX_DRAIN_SECONDS = 45


@dataclass(frozen=True, kw_only=True)
class ListenSettings:
    """Host (an address of this machine), TCP port (0: any free one) and drain time in seconds."""

    host: str = "0.0.0.0"  # noqa: S104  a container is reached through its network interface
    port: int = 8080
    drain_seconds: int = 20

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read HOST, PORT (0 to 65535) and DRAIN_SECONDS (0 to 45); what is unset has a default.

        Raises SettingsError for a value that can't be used.
        """
        return cls(
            host=environment.get("HOST", cls.host),
            port=whole_number(
                environment,
                "PORT",
                default=cls.port,
                most=65535,
                why="the load balancer and the health check connect to this TCP port",
            ),
            drain_seconds=whole_number(
                environment,
                "DRAIN_SECONDS",
                default=cls.drain_seconds,
                most=MAX_DRAIN_SECONDS,
                why="draining and finishing requests must fit into ECS's 120 seconds to stop",
            ),
        )
