"""The worker while DynamoDB and SQS fail, and messages that fail whatever is done."""

import os
import subprocess
import sys

import pytest

from app.hub import videos
from dev.emulators.emulated_aws import EmulatedAws
from dev.emulators.fault_proxy import INTERNAL, THROTTLED, Fault, FaultProxy
from dev.hub.backend import HubBackend
from dev.hub.tiktok import StandIn
from dev.processes import REPOSITORY, ServiceProcess
from tests.app.conftest import StartService
from tests.system.hub import samples
from tests.system.hub.samples import MAX_RECEIVES, WorkQueues

WITHIN_SECONDS = 90
FEW = 10
MADE_LATER = "made-later"
"""A bucket that the worker is told of, and that there isn't at first."""


@pytest.fixture
def hub(aws: EmulatedAws) -> HubBackend:
    """A hub of the test's own: videos have the same ids in each."""
    return HubBackend(aws)


@pytest.fixture
def queues(aws: EmulatedAws) -> WorkQueues:
    """The queue of videos, and its dead-letter queue."""
    return WorkQueues.make(aws)


@pytest.fixture
def worker(
    hub: HubBackend, tiktok: StandIn, queues: WorkQueues, start_service: StartService
) -> ServiceProcess:
    """One that waits for messages."""
    process = samples.start_worker(
        start_service,
        hub,
        queues,
        tiktok,
        MAX_RECEIVES=str(MAX_RECEIVES),
        THUMBNAILS_BUCKET=MADE_LATER,
    )
    process.wait_until(lambda: process.logged("polling"), "polling", seconds=WITHIN_SECONDS)
    return process


def wait_until_all_are_done(
    worker: ServiceProcess, hub: HubBackend, queues: WorkQueues, video_ids: list[str]
) -> None:
    done = dict.fromkeys(video_ids, ("done", 1))
    worker.wait_until(
        lambda: samples.of_creator(hub, most=2 * FEW) == done and queues.videos.counts() == (0, 0),
        "all done",
        seconds=WITHIN_SECONDS,
    )
    assert queues.dead_letters.counts() == (0, 0)


def refused(worker: ServiceProcess, call: str) -> int:
    return sum(line["call"] == call for line in worker.logged("AWS refused"))


@pytest.mark.parametrize("fault", [INTERNAL, THROTTLED], ids=lambda fault: fault.code)
def test_while_the_table_fails_the_worker_takes_no_message_and_then_does_them_all(
    worker: ServiceProcess,
    hub: HubBackend,
    tiktok: StandIn,
    queues: WorkQueues,
    dynamodb: FaultProxy,
    sqs: FaultProxy,
    fault: Fault,
) -> None:
    video_ids = samples.new_videos(tiktok, FEW)
    with dynamodb.failing(fault):
        samples.post(hub, queues.videos, video_ids)
        worker.wait_until(lambda: refused(worker, "ready") > 0, "waiting", seconds=WITHIN_SECONDS)
        taken = len(sqs.asked("ReceiveMessage"))
        worker.wait_until(lambda: refused(worker, "ready") > 2, "waiting", seconds=WITHIN_SECONDS)
        assert len(sqs.asked("ReceiveMessage")) == taken
    wait_until_all_are_done(worker, hub, queues, video_ids)
    assert len(worker.logged("work failed")) == 1


@pytest.mark.parametrize("emulator", ["dynamodb", "sqs"])
def test_what_hangs_for_half_a_minute_costs_no_video(
    worker: ServiceProcess,
    hub: HubBackend,
    tiktok: StandIn,
    queues: WorkQueues,
    aws: EmulatedAws,
    emulator: str,
) -> None:
    video_ids = samples.new_videos(tiktok, FEW)
    samples.post(hub, queues.videos, video_ids)
    with aws.emulators[emulator].hanging():
        worker.wait_until(lambda: worker.logged("AWS refused"), "failing", seconds=WITHIN_SECONDS)
    wait_until_all_are_done(worker, hub, queues, video_ids)


def test_what_fails_three_times_is_set_aside_with_its_reason_and_done_once_it_is_redriven(
    worker: ServiceProcess, hub: HubBackend, tiktok: StandIn, queues: WorkQueues
) -> None:
    [poison] = samples.new_videos(tiktok, 1, caption="https://shop.example.com/p/pan")
    samples.post(hub, queues.videos, [poison])

    def video() -> videos.Video:
        video = videos.find(hub.table, poison)
        assert video is not None
        return video

    worker.wait_until(
        lambda: video().status == "failed" and queues.dead_letters.counts() == (1, 0),
        "set aside",
        seconds=WITHIN_SECONDS,
    )
    assert (video().reason, video().error) == ("gave-up", "botocore.errorfactory.NoSuchBucket")
    assert [line["received_times"] for line in worker.logged("work failed")] == [1, 2, 3]
    assert queues.videos.counts() == (0, 0)

    hub.aws.client("s3").create_bucket(Bucket=MADE_LATER)
    assert redrive(hub, queues) == (0, "about 1 messages on their way back\n", "")
    worker.wait_until(lambda: video().status == "done", "redriven", seconds=WITHIN_SECONDS)
    assert (video().reason, video().error, len(video().links)) == (None, None, 1)
    worker.wait_until(lambda: queues.videos.counts() == (0, 0), "acknowledged")
    assert queues.dead_letters.counts() == (0, 0)
    assert redrive(hub, queues) == (0, "about 0 messages on their way back\n", "")


def redrive(hub: HubBackend, queues: WorkQueues) -> tuple[int, str, str]:
    """As an operator does."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "app.operations", "redrive"],
        cwd=REPOSITORY,
        env={**os.environ, **hub.aws.environment, "QUEUE_URL": queues.videos.url},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr
