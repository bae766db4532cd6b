"""Run the worker: `python -m app.ai_worker`.

Settings: `app.ai_worker.settings` and `app.ai_worker.settings`.
"""

import logging
import os
import sys

from app.ai_worker.frame_reader import FrameReader
from app.ai_worker.product_finder import ProductFinder, RuleFinder
from app.ai_worker.settings import VideoSettings
from app.ai_worker.video_work import VideoPictures, VideoWork
from app.ai_worker.worker import SERVICE, Job, run
from app.hub import structured_log
from app.hub.clients import client
from app.hub.environment import SettingsError
from app.hub.metrics import Metrics
from app.hub.mode import GuardMode
from app.hub.table import HubTable
from app.hub.tiktok.client import TikTokClient

logger = logging.getLogger("app.ai_worker")


def main() -> int:
    """The exit code: see `run`."""
    structured_log.configure(SERVICE)
    try:
        settings = VideoSettings.from_environment(os.environ)
        tiktok = TikTokClient.from_environment(os.environ)
    except SettingsError as error:
        logger.error("%s", error)
        return 2
    with FrameReader() as frames:
        return _work(settings, tiktok, frames)


def _work(settings: VideoSettings, tiktok: TikTokClient, frames: FrameReader) -> int:
    dynamodb = client("dynamodb", settings.region)
    guard = GuardMode(dynamodb, table=settings.state_table, stack=settings.stack)
    metrics = Metrics(SERVICE, settings.stack)
    table = HubTable(dynamodb, settings.table)
    work = VideoWork(
        table=table,
        tiktok=tiktok,
        finder=_finder(settings),
        pictures=VideoPictures(
            s3=client("s3", settings.region),
            tiktok=tiktok,
            frames=frames,
            originals=settings.originals,
            thumbnails=settings.thumbnails,
        ),
        mode=guard,
        metrics=metrics,
    )
    try:
        return run(
            Job(
                work=work,
                paused=lambda: guard.current() == "stopped",
                ready=table.answers,
                give_up=work.give_up,
            )
        )
    finally:
        metrics.flush()


def _finder(settings: VideoSettings) -> ProductFinder:
    if settings.bedrock_model is None:
        return RuleFinder()
    from app.ai_worker.bedrock_finder import BedrockFinder  # noqa: PLC0415  by choice alone

    return BedrockFinder.connect(settings.bedrock_model, settings.region)


sys.exit(main())
