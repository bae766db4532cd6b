"""The real worker with work that lasts until the test lets it go: run by the tests.

A video's work ends when a file named after it lies in the folder GATES. The video "broken" fails.
"""

import logging
import os
import sys
import time
from pathlib import Path

from app.ai_worker.worker import run
from app.hub.structured_log import fields

logger = logging.getLogger("app.gated_worker")


def work(video_id: str) -> None:
    """Log, wait for the gate, log."""
    logger.info("begun", extra=fields(video=video_id))
    if video_id == "broken":
        raise ValueError("video: Bearer secret-in-a-message")
    while not (Path(os.environ["GATES"]) / video_id).exists():
        time.sleep(0.02)
    logger.info("done", extra=fields(video=video_id))


if __name__ == "__main__":
    sys.exit(run(work, renew_seconds=float(os.environ["RENEW_SECONDS"])))
