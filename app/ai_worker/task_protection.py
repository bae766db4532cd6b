"""Ask ECS not to stop this task for scaling in or for a deployment while it is busy.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection-endpoint.html
Protection doesn't hold up Spot: its warning comes all the same.
"""

import json
import logging
import time
from http.client import HTTPException
from urllib.request import ProxyHandler, Request, build_opener

from app.hub.structured_log import fields

# Short, so that a stop isn't held up for hours by a task that can't take its protection off.
PROTECTED_MINUTES = 10
RENEW_SECONDS = 300
TIMEOUT_SECONDS = 5

logger = logging.getLogger(__name__)

# The agent is in the task: nothing stands between.
_opener = build_opener(ProxyHandler({}))


class TaskProtection:
    """On and off, asked for only when that changes anything; does nothing without an agent.

    A refusal is logged and tried again with the next `on`: work goes on without protection.
    """

    def __init__(self, agent_uri: str | None, *, renew_seconds: float = RENEW_SECONDS) -> None:
        self._agent_uri = agent_uri
        self._renew_seconds = renew_seconds
        self._asked_at: float | None = None  # None: this task isn't protected

    def on(self) -> None:
        """Protect the task for ten minutes from now, unless that was done a moment ago."""
        now = time.monotonic()
        if self._asked_at is not None and now - self._asked_at < self._renew_seconds:
            return
        if self._put({"ProtectionEnabled": True, "ExpiresInMinutes": PROTECTED_MINUTES}):
            self._asked_at = now

    def off(self) -> None:
        """Take the protection off, if there is any."""
        if self._asked_at is not None and self._put({"ProtectionEnabled": False}):
            self._asked_at = None

    def _put(self, state: dict[str, bool | int]) -> bool:
        if self._agent_uri is None:
            return False
        request = Request(  # noqa: S310  the settings let only http and https through
            f"{self._agent_uri}/task-protection/v1/state",
            data=json.dumps(state).encode(),
            headers={"Content-Type": "application/json"},
            method="PUT",
        )
        try:
            with _opener.open(request, timeout=TIMEOUT_SECONDS) as response:
                answer = json.load(response)
        except (OSError, HTTPException, ValueError) as error:
            return self._refused(state, str(error))
        if "protection" not in answer:
            return self._refused(state, json.dumps(answer))
        return True

    @staticmethod
    def _refused(state: dict[str, bool | int], why: str) -> bool:
        logger.warning(
            "task protection: expected the ECS agent to set it, got: %s: the task may be stopped "
            "at work, and its message returns to the queue. The task's role needs "
            "ecs:UpdateTaskProtection.",
            why[:500],
            extra=fields(protect=state["ProtectionEnabled"]),
        )
        return False
