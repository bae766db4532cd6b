"""What becomes of messages when a worker ends: nothing is lost, nothing done twice."""

import signal
import time
from pathlib import Path

from dev.hub.aws import Queue
from tests.app.conftest import StartWorker
from tests.app.loopback_server import Asked, loopback_server


def test_an_idle_worker_stops_at_once_and_not_when_its_poll_ends(
    start_worker: StartWorker,
) -> None:
    worker = start_worker(POLL_SECONDS="20")
    started = time.monotonic()
    worker.stop()
    assert time.monotonic() - started < 10


def test_a_message_that_comes_while_stopping_is_returned_at_once(
    start_worker: StartWorker, queue: Queue
) -> None:
    worker = start_worker(POLL_SECONDS="20", VISIBILITY_SECONDS="600")
    time.sleep(0.3)  # its poll is under way
    worker.signal(signal.SIGTERM)
    worker.wait_for("stopping")
    queue.send_video("7301")
    assert worker.exit_code() == 0
    assert worker.logged("begun") == []
    assert queue.counts() == (1, 0)


def test_sigterm_lets_the_message_in_hand_finish_and_takes_no_other(
    start_worker: StartWorker, queue: Queue, tmp_path: Path
) -> None:
    queue.send_video("in-hand")
    worker = start_worker()
    worker.wait_for("begun")
    queue.send_video("other")
    worker.signal(signal.SIGTERM)
    worker.wait_for("stopping")
    worker.signal(signal.SIGTERM)
    time.sleep(0.2)
    (tmp_path / "in-hand").touch()
    assert worker.exit_code() == 0
    assert len(worker.logged("stopping")) == 1
    assert [line["video"] for line in worker.logged("begun")] == ["in-hand"]
    assert len(worker.logged("acknowledged")) == 1
    assert queue.counts() == (1, 0)


def test_sigterm_returns_the_message_that_can_not_finish_and_another_worker_does_it_once(
    start_worker: StartWorker, queue: Queue, tmp_path: Path
) -> None:
    queue.send_video("long")
    first = start_worker(STOP_SECONDS="1", VISIBILITY_SECONDS="600")
    first.wait_for("begun")
    first.stop()
    assert len(first.logged("returned")) == 1
    assert queue.counts() == (1, 0)
    (tmp_path / "long").touch()
    second = start_worker()
    second.wait_for("acknowledged")
    assert (len(first.logged("done")), len(second.logged("done"))) == (0, 1)
    assert queue.counts() == (0, 0)


def test_a_slow_heartbeat_does_not_hide_the_message_again_after_its_return(
    start_worker: StartWorker,
) -> None:
    messages = [{"Body": '{"videoId": "long"}', "MessageId": "m", "ReceiptHandle": "r"}]
    hidden_for: list[int] = []

    def slow_queue(asked: Asked) -> tuple[int, object]:
        if "WaitTimeSeconds" in asked.body:
            return 200, {
                "Messages": [
                    {**messages.pop(), "Attributes": {"ApproximateReceiveCount": "1"}}
                    for _ in messages[:1]
                ]
            }
        if seconds := asked.body["VisibilityTimeout"]:
            time.sleep(3)
        hidden_for.append(seconds)
        return 200, {}

    with loopback_server(slow_queue) as sqs:
        worker = start_worker(
            AWS_ENDPOINT_URL_SQS=sqs.url, VISIBILITY_SECONDS="3", STOP_SECONDS="2"
        )
        worker.wait_for("begun")
        worker.stop()
    assert hidden_for == [3, 0]


def test_a_killed_worker_leaves_its_message_in_the_queue(
    start_worker: StartWorker, queue: Queue
) -> None:
    queue.send_video("lost-host")
    worker = start_worker()
    worker.wait_for("begun")
    worker.kill()
    assert queue.counts() == (0, 1)
