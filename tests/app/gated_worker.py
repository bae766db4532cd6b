"""The real worker with work that lasts until the test lets it go: run by the tests.

A video's work ends when a file named after it lies in the folder GATES. The video "broken" fails. A
file "paused" there holds the worker back.
"""

import logging
import os
import sys
import time
from pathlib import Path

from app.ai_worker.worker import Job, run
from app.hub.structured_log import fields

logger = logging.getLogger("app.gated_worker")


def work(video_id: str) -> None:
    """Log, wait for the gate, log."""
    logger.info("begun", extra=fields(video=video_id))
    if video_id == "broken":
        raise ValueError("video: Bearer secret-in-a-message")
    while not is_there(video_id):
        time.sleep(0.02)
    logger.info("done", extra=fields(video=video_id))


def is_there(name: str) -> bool:
    """Whether a file of this name lies in the folder."""
    return (Path(os.environ["GATES"]) / name).exists()


if __name__ == "__main__":
    renew_seconds = float(os.environ["RENEW_SECONDS"])
    job = Job(work=work, paused=lambda: is_there("paused"))
    sys.exit(run(job, renew_seconds=renew_seconds))
