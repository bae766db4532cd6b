"""`python -m app.operations`, as an operator runs it."""

import os
import subprocess
import sys
from datetime import timedelta

from app.hub import videos
from app.hub.table import HubTable
from app.hub.times import now
from dev.hub.aws import AwsServer, Queue
from dev.processes import REPOSITORY


def operate(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "app.operations", *words],
        cwd=REPOSITORY,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def take(table: HubTable, video_id: str, *, age: timedelta) -> None:
    videos.take(
        table,
        video_id=video_id,
        creator_id="c1",
        url=f"https://www.tiktok.com/@a.b/video/{video_id}",
        source="posted",
        moment=now() - age,
    )


def test_what_the_table_says_is_unfinished_is_queued_again(
    aws: AwsServer, hub_table: HubTable, queue: Queue
) -> None:
    for number in range(23):
        take(hub_table, f"73010000000000{number:05}", age=timedelta(days=15))
    take(hub_table, "7302000000000000001", age=timedelta(minutes=5))
    done_video = videos.find(hub_table, "7301000000000000000")
    assert done_video is not None
    hub_table.write(videos.finished(done_video, caption="", links=[]))
    where = {**aws.environment, "TABLE_NAME": hub_table.name, "QUEUE_URL": queue.url}
    done = operate("requeue", **where)
    assert (done.returncode, done.stdout, done.stderr) == (0, "22 videos queued again\n", "")
    assert queue.counts() == (22, 0)
    younger = operate("requeue", "--older-than", "0", **where)
    assert younger.stdout == "23 videos queued again\n"


def test_without_a_dead_letter_queue_nothing_can_be_redriven(aws: AwsServer, queue: Queue) -> None:
    done = operate("redrive", **aws.environment, QUEUE_URL=queue.url)
    assert (done.returncode, done.stdout) == (1, "")
    assert "expected a queue with a dead-letter queue" in done.stderr


def test_missing_settings_are_named_at_once(aws: AwsServer) -> None:
    done = operate("requeue", **aws.environment)
    assert done.returncode == 2
    assert done.stderr == (
        "TABLE_NAME: expected a value, got none: videos are in this table. QUEUE_URL: expected a "
        "value, got none: they go to this queue. Set it in the task's or function's environment.\n"
    )


def test_a_queue_that_is_not_there_is_told(aws: AwsServer, hub_table: HubTable) -> None:
    take(hub_table, "7301000000000000001", age=timedelta(hours=2))
    missing = f"{aws.url}/123456789012/not-there"
    done = operate("requeue", **aws.environment, TABLE_NAME=hub_table.name, QUEUE_URL=missing)
    assert done.returncode == 1
    assert done.stderr.startswith("AWS: expected it to do as asked, got: ")
    assert "Traceback" not in done.stderr


def test_without_words_it_says_what_there_is() -> None:
    done = operate()
    assert "requeue" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
