"""Workers end in the middle of a thousand messages, again and again."""

import signal
from collections import Counter
from collections.abc import Sequence
from itertools import cycle

from dev.emulators.emulated_aws import EmulatedAws
from dev.emulators.fault_proxy import Call, FaultProxy
from dev.hub.backend import HubBackend
from dev.hub.tiktok import StandIn
from dev.processes import ServiceProcess
from tests.app.conftest import StartService
from tests.system.hub import samples

MANY = 1000
ENDS = 6
AT_ONCE = 2
SENT_TWICE = 50
WITHIN_SECONDS = 240


def ended_by(calls: Sequence[Call]) -> Counter[str]:
    """How often each video was ended: by transactions that the table took, retries not counted."""
    taken = {
        (call.body["TransactItems"][0]["Put"]["Item"]["id"]["S"], call.body["ClientRequestToken"])
        for call in calls
        if call.operation == "TransactWriteItems" and call.status == 200
    }
    return Counter(video_id for video_id, _ in taken)


def test_a_thousand_videos_are_each_done_once_though_workers_are_stopped_and_killed(
    hub: HubBackend,
    aws: EmulatedAws,
    dynamodb: FaultProxy,
    tiktok: StandIn,
    start_service: StartService,
) -> None:
    queues = samples.WorkQueues.make(aws)
    video_ids = samples.new_videos(tiktok, MANY)
    samples.post(hub, queues.videos, video_ids)
    queues.videos.send_video(*video_ids[:SENT_TWICE])
    seen = len(dynamodb.calls)

    def start() -> ServiceProcess:
        return samples.start_worker(start_service, hub, queues, tiktok)

    def number_done() -> int:
        return sum(call.operation == "TransactWriteItems" for call in dynamodb.calls[seen:])

    running, stopped, killed = [start() for _ in range(AT_ONCE)], [], []
    for place, number in zip(range(1, ENDS + 1), cycle((signal.SIGTERM, signal.SIGKILL))):
        worker = running.pop(0)
        enough = place * MANY // (ENDS + 1)
        worker.wait_until(
            lambda enough=enough: number_done() >= enough, f"at {enough}", seconds=WITHIN_SECONDS
        )
        worker.signal(number)
        (stopped if number == signal.SIGTERM else killed).append(worker)
        running.append(start())
    running[0].wait_until(
        lambda: len(ended_by(dynamodb.calls[seen:])) == MANY and queues.videos.counts() == (0, 0),
        "at the end",
        seconds=WITHIN_SECONDS,
    )
    for worker in running:
        worker.stop()

    assert ended_by(dynamodb.calls[seen:]) == dict.fromkeys(video_ids, 1)
    assert samples.of_creator(hub, most=2 * MANY) == dict.fromkeys(video_ids, ("done", 1))
    assert queues.dead_letters.counts() == (0, 0)
    assert [worker.exit_code() for worker in stopped] == [0] * len(stopped)
    assert [worker.exit_code() for worker in killed] == [-signal.SIGKILL] * len(killed)
    times = [line["received_times"] for worker in running for line in worker.logged("acknowledged")]
    assert max(times) > 1, "what a killed worker had in hand came again"
