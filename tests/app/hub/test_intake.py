"""A video is written down, then queued; one that can't be queued doesn't get lost."""

from datetime import timedelta

import boto3
import pytest
from botocore.exceptions import ClientError

from app.hub import queue, videos
from app.hub.intake import Intake
from app.hub.queue import UnsentError
from app.hub.table import HubTable
from app.hub.videos import Taken
from dev.hub.aws import REGION, AwsServer, Queue
from tests.app.hub.samples import ANNA, LATER, NOON, URL, VIDEO_ID, take
from tests.app.loopback_server import Asked, loopback_server


def post(aws: AwsServer, table: HubTable, queue_url: str) -> Taken:
    intake = Intake(table, aws.client("sqs"), queue_url)
    return intake.take(video_id=VIDEO_ID, creator_id=ANNA.id, url=URL, source="posted", moment=NOON)


def test_a_new_video_is_queued_and_a_known_one_is_not(
    aws: AwsServer, hub_table: HubTable, queue: Queue
) -> None:
    assert [post(aws, hub_table, queue.url).to_do for _ in range(2)] == [True, False]
    assert queue.take_videos() == [VIDEO_ID]


def test_a_video_that_can_not_be_queued_has_failed_and_is_queued_when_posted_again(
    aws: AwsServer, hub_table: HubTable, queue: Queue
) -> None:
    with pytest.raises(ClientError):
        post(aws, hub_table, f"{queue.url}-that-is-not-there")
    found = videos.find(hub_table, VIDEO_ID)
    assert found is not None
    assert (found.status, found.reason) == ("failed", "not-queued")
    assert post(aws, hub_table, queue.url).to_do
    assert queue.take_videos() == [VIDEO_ID]


def test_an_upload_is_queued(aws: AwsServer, hub_table: HubTable, queue: Queue) -> None:
    video = take(hub_table).video
    intake = Intake(hub_table, aws.client("sqs"), queue.url)
    assert intake.take_upload(video, "originals/1", LATER).to_do
    assert not intake.take_upload(video, "originals/1", LATER).to_do
    assert queue.take_videos() == [VIDEO_ID]


def test_what_is_unfinished_for_long_is_queued_again(
    aws: AwsServer, hub_table: HubTable, queue: Queue
) -> None:
    expected = {str(number) for number in range(1, 13)}
    for video_id in expected:
        take(hub_table, video_id)
    take(hub_table, "99", LATER)
    intake = Intake(hub_table, aws.client("sqs"), queue.url)
    assert intake.requeue(moment=LATER, older_than=timedelta(minutes=30)) == 12
    assert {*queue.take_videos(), *queue.take_videos()} == expected


def test_a_batch_that_the_queue_takes_in_part_is_told() -> None:
    def some(asked: Asked) -> tuple[int, object]:
        entries = asked.body["Entries"]
        bad = {"Id": "1", "Code": "InternalError", "SenderFault": False}
        taken = [{"Id": it["Id"], "MessageId": "m", "MD5OfMessageBody": ""} for it in entries]
        return 200, {"Successful": taken[:1], "Failed": [bad]}

    with loopback_server(some) as server:
        session = boto3.Session("testing", "testing", region_name=REGION)
        sqs = session.client("sqs", endpoint_url=server.url)
        with pytest.raises(UnsentError, match=r"expected it to take 2 videos, got 1 back \(Inter"):
            queue.send_all(sqs, f"{server.url}/1/q", ["1", "2"])
