"""Settings of what runs by the clock."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from buylink.settings.base import SettingsModel

RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_CRON = re.compile(r"cron\((\S+ ){5}\S+\)")


def _is_schedule(text: str) -> str:
    rate = RATE.fullmatch(text)
    if _CRON.fullmatch(text) or (rate and int(rate[1]) > 0):
        return text
    raise ValueError(
        f"expected a schedule such as rate(45 minutes) or cron(0 7 * * ? *), got {text!r}: "
        "EventBridge Scheduler takes no other"
    )


Schedule = Annotated[str, AfterValidator(_is_schedule)]
"""https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html"""


class FunctionSettings(SettingsModel):
    """A function that runs by the clock."""

    kind: Literal["scheduled"]
    schedule: Schedule = Field(description="When it runs, UTC: `rate(45 minutes)`, `cron(...)`.")
    memory: int = Field(
        default=128,
        ge=128,
        le=10240,
        description="MiB of memory. Billed by the millisecond; CPU grows with it.",
    )
    timeout: int = Field(default=60, ge=1, le=900, description="Seconds until a run is ended.")
