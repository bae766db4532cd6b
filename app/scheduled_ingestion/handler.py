"""Every 45 minutes: touch the queue and report what is in it. It ingests nothing yet."""

import logging
import os
from contextlib import closing

import boto3

from app.hub import structured_log
from app.hub.environment import region, required
from app.hub.queue_counts import touch
from app.hub.structured_log import fields

logger = logging.getLogger(__name__)


def handler(event: object, context: object) -> dict[str, int]:  # noqa: ARG001  Lambda passes them
    """Log and return the queue's counts: `{"visible": 3, "in_flight": 1, "delayed": 0}`.

    The event's content doesn't matter: the schedule says when. Environment: QUEUE_URL. Raises
    SettingsError, or what boto3 raises, so that Lambda tries again and its error alarm sees it.
    """
    structured_log.configure("scheduled-ingestion")
    queue_url = required(os.environ, {"QUEUE_URL": "this queue is touched"})["QUEUE_URL"]
    with closing(boto3.client("sqs", region_name=region(os.environ))) as sqs:
        counts = touch(sqs, queue_url).as_dict()
    logger.info("queue touched", extra=fields(**counts))
    return counts
