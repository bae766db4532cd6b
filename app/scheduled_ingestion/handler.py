"""Every 45 minutes: ask the feed of each creator who signed in for new videos, and queue them.

It also touches the queue, so that the alarms that wake the worker stay awake, and queues again what
was lost between the table and the queue.
"""

import logging
import os
import random
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from botocore.exceptions import BotoCoreError, ClientError

from app.hub import connections, creators, structured_log
from app.hub.clients import client
from app.hub.connections import TokenCipher
from app.hub.environment import Settings, aws_region, required
from app.hub.intake import Intake
from app.hub.mode import GuardMode
from app.hub.queue import QueueCounts, touch
from app.hub.secret_values import RotatingSecret
from app.hub.structured_log import fields
from app.hub.table import HubTable
from app.hub.tiktok.client import TikTokClient
from app.hub.tiktok.errors import TikTokError
from app.hub.tiktok.oauth import tiktok_app
from app.hub.times import LambdaContext, now
from app.scheduled_ingestion.feeds import Access, Feeds, NoAccessError


@dataclass(frozen=True, kw_only=True)
class FeedSettings(Settings):
    """`stack` is the value of the tag Stack."""

    region: str = aws_region()
    queue_url: str = required("QUEUE_URL", why="new videos go to this queue")
    table: str = required("TABLE_NAME", why="creators' tokens and videos are in this table")
    state_table: str = required("STATE_TABLE", why="the guard's mode is in this table")
    stack: str = required("STACK_TAG", why="it is the key of the guard's mode")
    token_key_id: str = required("TOKEN_KEY_ID", why="creators' tokens are sealed with this key")
    tiktok_client_arn: str = required(
        "TIKTOK_CLIENT_ARN", why="TikTok knows the hub by this secret"
    )


SERVICE = "scheduled-ingestion"
AT_ONCE = 8
"""Feeds that are read at the same time: it waits for TikTok, mostly."""

ENOUGH_MILLISECONDS = 20_000
"""With less time left no further feed is begun: the next run begins with another."""

LOST_AFTER = timedelta(hours=1)

logger = logging.getLogger(__name__)


class AllFeedsFailedError(Exception):
    """No feed could be read; each has its own line in the log."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """What a run did: feeds by how they went, videos queued, those lost and queued again."""

    read: int = 0
    failed: int = 0
    left: int = 0
    videos: int = 0
    requeued: int = 0


def handler(_event: object, context: LambdaContext) -> dict[str, int]:
    """Log and return what was done: `{"read": 3, "failed": 0, "left": 0, "videos": 2, …}`.

    The event's content doesn't matter: the schedule says when. Settings: see `FeedSettings`. Raises
    SettingsError, AllFeedsFailedError, or what boto3 raises, so that Lambda tries again and its
    error alarm sees it. A feed that fails is logged and holds up no other.
    """
    structured_log.configure(SERVICE)
    settings = FeedSettings.from_environment(os.environ)
    sqs, dynamodb = client("sqs", settings.region), client("dynamodb", settings.region)
    counts = touch(sqs, settings.queue_url)
    logger.info("queue touched", extra=fields(**counts.as_dict()))
    table = HubTable(dynamodb, settings.table)
    mode = GuardMode(dynamodb, table=settings.state_table, stack=settings.stack).current()
    if mode == "stopped":
        logger.info("stopped by the guard: no feed is asked")
        return asdict(Run())
    intake = Intake(table, sqs, settings.queue_url)
    done = _read_all(settings, table, intake, context)
    run = Run(**done, requeued=_requeue_lost(intake, counts))
    logger.info("feeds read", extra=fields(**asdict(run)))
    if run.failed and not run.read:
        raise AllFeedsFailedError(f"expected to read {run.failed} feeds, got none")
    return asdict(run)


def _requeue_lost(intake: Intake, counts: QueueCounts) -> int:
    """Of an empty queue's unfinished videos nobody knows but the table."""
    if any(counts.as_dict().values()):
        return 0
    return intake.requeue(moment=now(), older_than=LOST_AFTER)


def _read_all(
    settings: FeedSettings, table: HubTable, intake: Intake, context: LambdaContext
) -> dict[str, int]:
    """All feeds, in another order each time, so that none always comes last."""
    waiting = list(connections.signed_in(table))
    access = _access(settings, table) if waiting else None
    if access is None:
        return {"left": len(waiting)}
    feeds = Feeds(table=table, intake=intake, tiktok=access.tiktok, access=access)
    random.shuffle(waiting)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return _summed(pool.map(lambda creator_id: _read(feeds, creator_id, context), waiting))


def _access(settings: FeedSettings, table: HubTable) -> Access | None:
    """None while the TikTok app isn't set."""
    manager = client("secretsmanager", settings.region)
    secret = RotatingSecret(manager, settings.tiktok_client_arn)
    app = tiktok_app(secret.current().value, redirect_uri="")
    if app is None:
        logger.warning("no TikTok app is set: put its key and secret into tiktok-client")
        return None
    return Access(
        table=table,
        cipher=TokenCipher(client("kms", settings.region), settings.token_key_id),
        tiktok=TikTokClient.from_environment(os.environ),
        app=app,
    )


def _read(feeds: Feeds, creator_id: str, context: LambdaContext) -> dict[str, int]:
    if _milliseconds_left(context) < ENOUGH_MILLISECONDS:
        return {"left": 1}
    try:
        videos = _read_one(feeds, creator_id, now())
    except (NoAccessError, TikTokError) as error:
        logger.warning("feed not read: %s", error, extra=fields(creator=creator_id))
        return {"failed": 1}
    except (BotoCoreError, ClientError) as error:
        logger.warning("feed not read", exc_info=error, extra=fields(creator=creator_id))
        return {"failed": 1}
    return {"read": 1, "videos": videos}


def _read_one(feeds: Feeds, creator_id: str, moment: datetime) -> int:
    connection = connections.find(feeds.table, creator_id)
    creator = creators.find(feeds.table, creator_id)
    if connection is None or creator is None:
        raise NoAccessError("the creator is gone")
    return feeds.read(connection, creator.handle, moment)


def _milliseconds_left(context: LambdaContext) -> int:
    return context.get_remaining_time_in_millis()


def _summed(results: Iterable[dict[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for result in results:
        for name, number in result.items():
            total[name] = total.get(name, 0) + number
    return total
