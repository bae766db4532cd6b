"""Thumbnails of key frames, made in a process of their own: crafted clips end that, no worker.

A file of 2 KB can make FFmpeg build an index of gigabytes, be busy for minutes, or crash. The
process has a limit on its memory, is ended when its time is up, and starts anew with the next clip.
It is no sandbox: it runs as the worker's user, with what the worker may do. What comes back is
encoded: frames themselves, 3 MB each, would cost more to send than all else that is sent.
"""

import json
import os
import resource
import signal
import time
from itertools import chain
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from multiprocessing.reduction import recv_handle, send_handle
from types import TracebackType
from typing import BinaryIO, Self, cast

from app.ai_worker.frames import DEFAULT_LIMITS, NEXT_STEP, ClipLimits, key_frames
from app.ai_worker.pictures import MediaError, Thumbnail, thumbnails

MEMORY = 256 * 1024 * 1024  # bytes; HEVC of 4096 x 2304 in 10 bits takes half of it


class FrameReader:
    """Reads clips one after the other; the process starts with the first and stays. A context."""

    def __init__(self, *, limits: ClipLimits = DEFAULT_LIMITS, memory: int = MEMORY) -> None:
        self._limits = limits
        self._memory = memory
        self._process: SpawnProcess | None = None
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def thumbnails(self, file: BinaryIO, *, count: int = 3) -> list[tuple[Thumbnail, ...]]:
        """Of each of `frames.key_frames`, of a file that the system knows (with a `fileno`).

        Raises MediaError also when the process ends at it, or takes twice its budget of time: it
        minds that itself between frames, but FFmpeg sees no clock within one.
        """
        handle = file.fileno()
        process, connection = self._started()
        deadline = time.monotonic() + 2 * self._limits.work_seconds
        try:
            connection.send_bytes(json.dumps(count).encode())
            send_handle(connection, handle, process.pid)
            answer = json.loads(self._received(connection, deadline))
            if "error" in answer:
                raise MediaError(answer["error"])
            return [
                tuple(
                    Thumbnail(width=width, body=self._received(connection, deadline))
                    for width in widths
                )
                for widths in answer["widths"]
            ]
        except (OSError, EOFError) as error:
            process.join(0 if isinstance(error, TimeoutError) else 1)  # for its own exit code
            self.close()
            raise MediaError(
                "video: expected its frames, got the end of the process that reads them "
                f"({str(error) or type(error).__name__}, exit code {process.exitcode}): the file "
                f"takes too much time or memory, or is made to break FFmpeg. {NEXT_STEP}"
            ) from None

    def close(self) -> None:
        """End the process, whatever it is at."""
        if self._connection:
            self._connection.close()
        if self._process:
            self._process.kill()
            self._process.join()
        self._process = self._connection = None

    def _started(self) -> tuple[SpawnProcess, Connection]:
        if self._process is None or self._connection is None or not self._process.is_alive():
            self.close()
            # Typed for all systems at once: on Windows these would be of another class.
            self._connection, theirs = cast("tuple[Connection, Connection]", Pipe())
            # Not a fork: that would copy the locks of the worker's threads as they are.
            self._process = get_context("spawn").Process(
                target=_serve, args=(theirs, self._limits, self._memory), daemon=True
            )
            self._process.start()
            theirs.close()
        return self._process, self._connection

    @staticmethod
    def _received(connection: Connection, deadline: float) -> bytes:
        if not connection.poll(max(0.0, deadline - time.monotonic())):
            raise TimeoutError("its time was up")
        return connection.recv_bytes()


def _serve(connection: Connection, limits: ClipLimits, memory: int) -> None:
    """The process: answer each request until the worker is gone."""
    for asked_to_stop in (signal.SIGINT, signal.SIGTERM):  # the worker's to handle; its end is ours
        signal.signal(asked_to_stop, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while True:
        try:
            count = json.loads(connection.recv_bytes())
            handle = recv_handle(connection)
        except (EOFError, OSError):
            return
        with os.fdopen(handle, "rb") as file:
            try:
                frames = key_frames(file, count=count, limits=limits)
                pictures = [thumbnails(frame.image) for frame in frames]
            except MediaError as error:
                connection.send_bytes(json.dumps({"error": str(error)}).encode())
                continue
        widths = [[thumbnail.width for thumbnail in picture] for picture in pictures]
        connection.send_bytes(json.dumps({"widths": widths}).encode())
        for thumbnail in chain.from_iterable(pictures):
            connection.send_bytes(thumbnail.body)
