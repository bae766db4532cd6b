"""The hub's log: one JSON object a line on standard output, where ECS and Lambda collect it.

Request headers, cookies and query strings carry credentials and viewers' data, so they never
reach a line: a field named after one is withheld, whatever follows a "?" is cut, and of an
exception only its type and place are told (messages quote headers and URLs).
"""

import logging
import re
import sys
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from json import dumps
from typing import TypeAlias

Scalar: TypeAlias = str | int | float | bool | None

WITHHELD = "[withheld]"
_SECRET_NAME = re.compile(r"authorization|cookie|header|password|query|secret|token", re.IGNORECASE)
_AFTER_QUESTION_MARK = re.compile(r"\?\S+")


def configure(service: str) -> None:
    """Send every log record of this process to standard output as JSON.

    Our own loggers (below "app") speak from INFO on, everybody else's from WARNING on: HTTP
    clients log whole URLs at INFO. May be called again; the last call counts.
    """
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(_JsonLines(service))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("app").setLevel(logging.INFO)
    logging.captureWarnings(capture=True)


def fields(**values: Scalar) -> dict[str, dict[str, Scalar]]:
    """Extra fields of a line: `log.info("queued", extra=fields(video=video_id))`.

    Only what is passed this way is logged, never another library's `extra`. A field can't
    replace timestamp, level, service or message.
    """
    return {"fields": values}


class _JsonLines(logging.Formatter):
    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        fixed: dict[str, Scalar] = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "service": self._service,
            "message": record.getMessage(),
        }
        extra: Mapping[str, Scalar] = getattr(record, "fields", {})
        # The second `fixed` wins over a field of the same name; the first sets the order.
        line = fixed | _what_failed(record) | dict(extra) | fixed
        return dumps({name: _told(name, value) for name, value in line.items()}, default=str)


def _told(name: str, value: Scalar) -> Scalar:
    if _SECRET_NAME.search(name):
        return WITHHELD
    return _AFTER_QUESTION_MARK.sub(f"?{WITHHELD}", value) if isinstance(value, str) else value


def _what_failed(record: logging.LogRecord) -> dict[str, Scalar]:
    if not record.exc_info or record.exc_info[0] is None:
        return {}
    kind, _, trace = record.exc_info
    frames = traceback.extract_tb(trace)
    return {
        "error": f"{kind.__module__}.{kind.__qualname__}",
        "stack": "\n".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames),
    }
