"""Run the worker: `python -m app.ai_worker`. Settings: `app.ai_worker.settings`."""

import logging
import sys

from app.ai_worker.worker import run
from app.hub.structured_log import fields

logger = logging.getLogger("app.ai_worker")


def take(video_id: str) -> None:
    """All there is to do with a video yet: say that it was taken."""
    logger.info("taken", extra=fields(video=video_id))


sys.exit(run(take))
