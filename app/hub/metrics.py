"""Counts that only the hub knows, in CloudWatch's embedded metric format: a log line a minute.

Each name is a custom metric, $0.30 a month, so there are few, and nothing here that AWS's own
metrics of load balancer, queue, table and tasks already say.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import TextIO

NAMESPACE = "Buylink"
EVERY_SECONDS = 60.0
NAMES = ("VideosTaken", "ClicksCounted", "VideosDone", "VideosFailed")
"""All there are; docs/explanation/costs.md counts them."""


class Metrics:
    """Counts since the last line, of one service in one stack; threads may share it."""

    def __init__(
        self,
        service: str,
        stack: str,
        *,
        output: TextIO | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._dimensions = {"Stack": stack, "Service": service}
        self._output = output
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._told_at = monotonic()

    def count(self, name: str, number: int = 1) -> None:
        """Add to a metric. Raises KeyError for a name that isn't listed."""
        if name not in NAMES:
            raise KeyError(f"expected one of {', '.join(NAMES)}, got {name}: each is billed")
        with self._lock:
            self._counts[name] += number
            due = self._monotonic() - self._told_at >= EVERY_SECONDS
        if due:
            self.flush()

    def flush(self) -> None:
        """Write what was counted, if anything was; once more before the process ends."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
            self._told_at = self._monotonic()
        if counts:
            output = self._output or sys.stdout
            # In one write: print's second, of the newline, lets another thread's line between.
            output.write(f"{self._line(counts)}\n")
            output.flush()

    def _line(self, counts: Counter[str]) -> str:
        about = {
            "Timestamp": int(time.time() * 1000),
            "CloudWatchMetrics": [
                {
                    "Namespace": NAMESPACE,
                    "Dimensions": [list(self._dimensions)],
                    "Metrics": [{"Name": name, "Unit": "Count"} for name in sorted(counts)],
                }
            ],
        }
        return json.dumps({"_aws": about, **self._dimensions, **counts})
