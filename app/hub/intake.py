"""Take a video in: write it down, then queue it. Used by the API and by the reader of feeds."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from botocore.exceptions import BotoCoreError, ClientError

from app.hub import queue, videos
from app.hub.clients import Client
from app.hub.table import ContendedError, HubTable
from app.hub.videos import TakenVideo, Video

logger = logging.getLogger(__name__)


class Intake:
    """A table and a queue; each method raises what boto3 raises, and ContendedError."""

    def __init__(self, table: HubTable, sqs: Client, queue_url: str) -> None:
        self._table = table
        self._sqs = sqs
        self._queue_url = queue_url

    def take(
        self,
        *,
        video_id: str,
        creator_id: str,
        url: str,
        source: videos.Source,
        moment: datetime,
    ) -> TakenVideo:
        """See `videos.take`; what has to be done is queued."""
        return self._queued(
            videos.take(
                self._table,
                video_id=video_id,
                creator_id=creator_id,
                url=url,
                source=source,
                moment=moment,
            )
        )

    def take_upload(self, video: Video, media: str, moment: datetime) -> TakenVideo:
        """See `videos.take_upload`; what has to be done is queued."""
        return self._queued(videos.take_upload(self._table, video, media, moment))

    def requeue(self, *, moment: datetime, older_than: timedelta) -> int:
        """Queue what the table says is unfinished, and return how many.

        A queue forgets after 14 days, and a stop may last longer. To queue one twice does no harm.
        """
        waiting = videos.unfinished(self._table, before=moment - older_than)
        return queue.send_all(self._sqs, self._queue_url, waiting)

    def _queued(self, taken: TakenVideo) -> TakenVideo:
        if not taken.to_do:
            return taken
        try:
            queue.send(self._sqs, self._queue_url, taken.video.id)
        except (BotoCoreError, ClientError):
            # Failed, so that whoever posts it again has it queued.
            self._try(lambda: videos.fail(self._table, taken.video, "not-queued"))
            raise
        return taken

    @staticmethod
    def _try(call: Callable[[], object]) -> None:
        try:
            call()
        except (BotoCoreError, ClientError, ContendedError) as error:
            logger.warning("a video that isn't queued stays unfinished", exc_info=error)
