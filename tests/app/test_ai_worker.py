"""The worker as a process of its own, on queues of an AWS on loopback."""

import json
import signal
import time
from datetime import datetime
from pathlib import Path

import pytest

from app.ai_worker.task_protection import TaskProtection
from dev.hub.aws import AwsServer, Queue
from dev.listening import Asked, loopback_server
from tests.app.conftest import StartService, StartWorker


def test_what_is_no_video_is_logged_without_its_content_and_ends_in_the_dead_letter_queue(
    start_worker: StartWorker, aws: AwsServer
) -> None:
    dead = aws.queue()
    policy = json.dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": "1"})
    queue = aws.queue(RedrivePolicy=policy)
    worker = start_worker(QUEUE_URL=queue.url, VISIBILITY_SECONDS="3")
    queue.send("not-json", '["listed"]', '{"video": "other"}', '{"videoId": 7}', '{"videoId": ""}')
    worker.wait_until(lambda: dead.counts() == (5, 0), "dead")
    refused = [line for line in worker.lines if line["level"] == "ERROR"]
    assert len(refused) == 5
    assert all("dead-letter queue" in line["message"] for line in refused)
    assert "not-json" not in worker.output
    assert "listed" not in worker.output
    assert worker.logged("begun") == []
    assert queue.counts() == (0, 0)


def test_failed_work_leaves_its_message_and_the_next_is_taken(
    start_worker: StartWorker, queue: Queue, tmp_path: Path
) -> None:
    (tmp_path / "good").touch()
    worker = start_worker()
    queue.send_video("broken", "good")
    worker.wait_for("work failed")
    worker.wait_for("acknowledged")
    assert queue.counts() == (0, 1)
    assert worker.logged("work failed")[0]["error"] == "builtins.ValueError"
    assert "secret-in-a-message" not in worker.output


def test_while_at_work_the_message_stays_hidden_and_the_task_protected(
    start_worker: StartWorker, queue: Queue, tmp_path: Path
) -> None:
    with loopback_server(protecting) as agent:
        worker = start_worker(
            VISIBILITY_SECONDS="3", RENEW_SECONDS="0.5", ECS_AGENT_URI=f"{agent.url}/api"
        )
        assert agent.asked == []
        queue.send_video("long")
        worker.wait_for("begun")
        time.sleep(3.8)  # longer than it is hidden without being kept
        assert queue.counts() == (0, 1)
        (tmp_path / "long").touch()
        worker.wait_for("acknowledged")
        worker.wait_until(lambda: not agent.asked[-1].body["ProtectionEnabled"], "unprotected")
        worker.stop()
    first, *renewals, last = agent.asked
    assert (first.method, first.path) == ("PUT", "/api/task-protection/v1/state")
    assert len(renewals) >= 2
    for asked in (first, *renewals):
        assert asked.body == {"ProtectionEnabled": True, "ExpiresInMinutes": 10}
    assert last.body == {"ProtectionEnabled": False}
    assert worker.logged("acknowledged")[0]["received_times"] == 1


def protecting(asked: Asked) -> tuple[int, object]:
    return 200, {"protection": asked.body}


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (400, {"error": {"Code": "AccessDeniedException"}}),
        (200, {"failure": {"Reason": "TASK_NOT_VALID"}}),
    ],
)
def test_refused_protection_is_logged_and_asked_for_again(
    status: int, answer: object, caplog: pytest.LogCaptureFixture
) -> None:
    with loopback_server(lambda _: (status, answer)) as agent:
        protection = TaskProtection(agent.url)
        protection.on()
        protection.off()
        protection.on()
    assert [asked.body["ProtectionEnabled"] for asked in agent.asked] == [True, True]
    assert len(caplog.messages) == 2
    assert "ecs:UpdateTaskProtection" in caplog.messages[0]


def test_a_worker_without_its_agent_does_its_work_all_the_same(
    start_worker: StartWorker, queue: Queue, tmp_path: Path
) -> None:
    (tmp_path / "7301").touch()
    queue.send_video("7301")
    worker = start_worker(ECS_AGENT_URI="http://127.0.0.1:1")
    worker.wait_for("acknowledged")
    [warning] = [line for line in worker.lines if line["level"] == "WARNING"]
    assert "Connection refused" in warning["message"]


def test_a_worker_outlives_a_queue_that_does_not_answer(
    start_worker: StartWorker, aws: AwsServer, queue: Queue, tmp_path: Path
) -> None:
    name = f"late-{time.monotonic_ns()}"
    worker = start_worker(QUEUE_URL=queue.url.rsplit("/", 1)[0] + f"/{name}")
    worker.wait_for("AWS refused")
    assert worker.logged("AWS refused")[0]["code"] == "AWS.SimpleQueueService.NonExistentQueue"
    late = Queue(aws.client("sqs"), aws.client("sqs").create_queue(QueueName=name)["QueueUrl"])
    late.send_video("7301")
    (tmp_path / "7301").touch()
    worker.wait_for("acknowledged")


def test_a_bad_setting_ends_the_worker_with_2_and_says_what_to_do(
    start_service: StartService, aws: AwsServer
) -> None:
    worker = start_service("app.ai_worker", **aws.environment, TABLE_NAME="hub")
    assert worker.exit_code() == 2
    [line] = worker.lines
    assert line["level"] == "ERROR"
    assert line["message"].startswith(
        "STATE_TABLE: expected a value, got none: the guard's mode is in this table. STACK_TAG: "
    )
    assert line["message"].endswith("Set it in the task's or function's environment.")
    assert worker.errors == ""


def test_messages_are_taken_no_faster_than_is_set(
    start_worker: StartWorker, queue: Queue, tmp_path: Path
) -> None:
    names = [f"730{number}" for number in range(4)]
    for name in names:
        (tmp_path / name).touch()
    queue.send_video(*names)
    worker = start_worker(MAX_MESSAGES_PER_SECOND="2")
    worker.wait_for("acknowledged", times=4)
    begun = [datetime.fromisoformat(line["timestamp"]) for line in worker.logged("begun")]
    assert (begun[-1] - begun[0]).total_seconds() > 1.4, "three pauses of half a second"


def test_a_worker_that_is_held_back_takes_nothing_and_stops_at_once(
    start_worker: StartWorker, queue: Queue, tmp_path: Path
) -> None:
    (tmp_path / "paused").touch()
    queue.send_video("7301")
    worker = start_worker()
    worker.wait_for("paused")
    worker.stop()
    assert worker.logged("begun") == []
    assert queue.counts() == (1, 0)


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
