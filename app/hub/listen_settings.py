"""Where an HTTP service listens and how long it takes its leave, from environment variables."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

HEALTH_PATH = "/healthz"
MAX_DRAIN_SECONDS = 45


class SettingsError(Exception):
    """An environment variable can't be used; the text says what, got, why and what to do."""


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
            port=_whole_number(
                environment,
                "PORT",
                default=cls.port,
                most=65535,
                why="the load balancer and the health check connect to this TCP port",
            ),
            drain_seconds=_whole_number(
                environment,
                "DRAIN_SECONDS",
                default=cls.drain_seconds,
                most=MAX_DRAIN_SECONDS,
                why="draining and finishing requests must fit into ECS's 120 seconds to stop",
            ),
        )


def _whole_number(
    environment: Mapping[str, str], name: str, *, default: int, most: int, why: str
) -> int:
    given = environment.get(name, str(default))
    if given.isascii() and given.isdigit() and int(given) <= most:
        return int(given)
    raise SettingsError(
        f"{name}: expected a whole number from 0 to {most}, got {given!r}: {why}. "
        f"Set {name} to such a number, or unset it for {default}."
    )
