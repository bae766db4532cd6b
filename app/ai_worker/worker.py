"""Take videos from the queue one at a time until SIGTERM; nothing is lost, nothing done twice.

A message is deleted only when its work is done. Until then it stays in the queue, hidden; whatever
happens to this process, it is seen again when it isn't kept hidden any more.
"""

import asyncio
import logging
import os
import signal
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Thread
from typing import TypeAlias, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from app.ai_worker.settings import WorkerSettings
from app.ai_worker.task_protection import RENEW_SECONDS, TaskProtection
from app.ai_worker.video_queue import Message, MessageError, VideoQueue
from app.hub import structured_log
from app.hub.environment import SettingsError
from app.hub.structured_log import fields
from app.hub.table import ContendedError

Result = TypeVar("Result")


def in_thread(call: Callable[[], Result]) -> asyncio.Future[Result]:
    """Run the call in a thread of its own; the future has its result or its exception.

    Unlike `asyncio.to_thread`, the process can end while the call is still at it: a poll that waits
    for messages, or work that takes longer than the process has left.
    """
    outcome: Future[Result] = Future()

    def run() -> None:
        try:
            outcome.set_result(call())
        except BaseException as error:  # noqa: BLE001  whoever waits for the future gets it
            outcome.set_exception(error)

    Thread(target=run, daemon=True).start()
    return asyncio.wrap_future(outcome)


SERVICE = "ai-worker"

# A poll that is cut may still be handed a message, which then stays hidden for a while: one that
# comes in this moment is returned at once instead.
LAST_POLL_SECONDS = 2.0
LONGEST_PAUSE_SECONDS = 30

# As long as the guard's word may be old.
PAUSE_SECONDS = 15

Work: TypeAlias = Callable[[str], None]


logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Job:
    """What is done with a video, by its id; each is called in a thread.

    `work` raises when it fails: the message then comes again, later each time, until the queue sets
    it aside; `give_up` is told the last error before that. It may be cut off at any point when the
    process must end, and then starts anew elsewhere. While `paused()`, no message is taken, nor
    after a failure until `ready` doesn't raise any more: what all work needs must not use up the
    messages' tries while it fails.
    """

    work: Work
    paused: Callable[[], bool] = lambda: False
    ready: Callable[[], object] = lambda: None
    give_up: Callable[[str, BaseException], None] = lambda _video_id, _error: None


def run(job: Job, *, renew_seconds: float = RENEW_SECONDS) -> int:
    """Work until SIGTERM or SIGINT; return the exit code: 0 stopped as asked, 2 bad settings.

    `renew_seconds` is how often task protection is renewed.
    """
    structured_log.configure(SERVICE)
    try:
        settings = WorkerSettings.from_environment(os.environ)
    except SettingsError as error:
        logger.error("%s", error)
        return 2
    protection = TaskProtection(settings.agent_uri, renew_seconds=renew_seconds)
    worker = _Worker(settings, VideoQueue.connect(settings), protection, job)
    asyncio.run(worker.run())
    return 0


class _Worker:
    def __init__(
        self,
        settings: WorkerSettings,
        queue: VideoQueue,
        protection: TaskProtection,
        job: Job,
    ) -> None:
        self._settings = settings
        self._queue = queue
        self._protection = protection
        self._job = job
        self._next_at = 0.0
        self._stopping = asyncio.Event()
        self._stop_at = 0.0

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop)
        logger.info("polling", extra=fields(queue=self._settings.queue_url))
        pause = 1
        while not self._stopping.is_set():
            if await in_thread(self._job.paused):
                logger.info("paused", extra=fields(seconds=PAUSE_SECONDS))
                await in_thread(self._protection.off)
                await _happens(self._stopping, PAUSE_SECONDS)
                continue
            if await _happens(self._stopping, self._next_at - loop.time()):
                break
            try:
                message = await self._poll()
            except (BotoCoreError, ClientError) as error:
                _log_failure("poll", error)
                await _happens(self._stopping, pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
                continue
            pause = 1
            if message is None:
                await in_thread(self._protection.off)
            elif self._stopping.is_set():
                await self._give_back(message)
            else:
                self._next_at = loop.time() + self._settings.seconds_between
                await self._take(message)
        await in_thread(self._protection.off)
        logger.info("stopped")

    def _stop(self) -> None:
        if self._stopping.is_set():
            return
        self._stop_at = asyncio.get_running_loop().time() + self._settings.stop_seconds
        self._stopping.set()
        logger.info("stopping", extra=fields(seconds=self._settings.stop_seconds))

    async def _poll(self) -> Message | None:
        poll = in_thread(self._queue.receive)
        ended = await self._ended(poll, lambda: LAST_POLL_SECONDS)
        return poll.result() if ended else None

    async def _take(self, message: Message) -> None:
        try:
            video_id = message.video_id
        except MessageError as error:
            logger.error("%s", error, extra=_about(message))
            return
        await in_thread(self._protection.on)
        work, finished = in_thread(lambda: self._job.work(video_id)), asyncio.Event()
        heartbeat = asyncio.ensure_future(self._keep(message, finished))
        ended = await self._ended(work, self._seconds_left)
        finished.set()
        await heartbeat  # one that came after the message was returned would hide it again
        if not ended:
            await self._give_back(message)
        elif error := work.exception():
            logger.error("work failed", exc_info=error, extra=_about(message))
            await self._failed(message, video_id, error)
        elif await _succeeds("acknowledge", lambda: self._queue.acknowledge(message)):
            logger.info("acknowledged", extra=_about(message))

    async def _failed(self, message: Message, video_id: str, error: BaseException) -> None:
        last = self._queue.is_last_try(message)
        if not last:
            await _succeeds("put off", lambda: self._queue.put_off(message))
        await self._until_ready()
        if not last or self._stopping.is_set():
            return
        # One that can't be noted is set aside all the same, and unfinished still.
        if await _succeeds("give up", lambda: self._job.give_up(video_id, error)):
            await self._give_back(message)

    async def _until_ready(self) -> None:
        pause = 1
        while not self._stopping.is_set() and not await _succeeds("ready", self._job.ready):
            await _happens(self._stopping, pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def _keep(self, message: Message, finished: asyncio.Event) -> None:
        while not await _happens(finished, self._settings.visibility_seconds / 3):
            await _succeeds("keep", lambda: self._queue.keep(message))
            await in_thread(self._protection.on)

    async def _give_back(self, message: Message) -> None:
        if await _succeeds("give back", lambda: self._queue.give_back(message)):
            logger.info("returned", extra=_about(message))

    async def _ended(self, call: asyncio.Future[Result], grace: Callable[[], float]) -> bool:
        """Wait for the call; once the process is to stop, only `grace()` seconds more."""
        stopping = asyncio.ensure_future(self._stopping.wait())
        await asyncio.wait({call, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not call.done():
            await asyncio.wait({call}, timeout=grace())
        return call.done()

    def _seconds_left(self) -> float:
        return self._stop_at - asyncio.get_running_loop().time()


async def _happens(event: asyncio.Event, seconds: float) -> bool:
    """Whether the event is set within so many seconds."""
    if seconds <= 0:
        return event.is_set()
    try:
        return await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False


async def _succeeds(what: str, call: Callable[[], object]) -> bool:
    try:
        await in_thread(call)
    except (BotoCoreError, ClientError, ContendedError) as error:
        _log_failure(what, error)
        return False
    return True


def _log_failure(what: str, error: BotoCoreError | ClientError | ContendedError) -> None:
    code = error.response["Error"]["Code"] if isinstance(error, ClientError) else None
    logger.error("AWS refused", exc_info=error, extra=fields(call=what, code=code))


def _about(message: Message) -> dict[str, dict[str, structured_log.Scalar]]:
    return fields(message_id=message.message_id, received_times=message.received_times)
