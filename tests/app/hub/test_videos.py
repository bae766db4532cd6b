"""A video's life in the table."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import boto3
import pytest
from botocore.exceptions import ClientError

from app.hub import queue, videos
from app.hub.intake import Intake
from app.hub.queue import UnsentError
from app.hub.table import ConditionFailedError, HubTable
from app.hub.videos import TakenVideo, Video
from dev.hub.aws import REGION, AwsServer, Queue
from dev.listening import Asked, loopback_server
from tests.app.hub.samples import ANNA, LATER, NOON, URL, VIDEO_ID, take

QUEUED = Video(
    id=VIDEO_ID,
    creator_id=ANNA.id,
    url=URL,
    source="posted",
    status="queued",
    revision=1,
    queued_at="2026-11-25T12:00:00Z",
)


def test_a_second_post_of_a_video_changes_nothing(hub_table: HubTable) -> None:
    assert take(hub_table) == TakenVideo(video=QUEUED, to_do=True)
    assert take(hub_table, moment=LATER) == TakenVideo(video=QUEUED, to_do=False)
    assert videos.find(hub_table, VIDEO_ID) == QUEUED


def test_of_many_that_post_a_video_at_once_one_has_it_to_do(hub_table: HubTable) -> None:
    with ThreadPoolExecutor(4) as threads:
        taken = list(threads.map(lambda _: take(hub_table), range(8)))
    assert [attempt.to_do for attempt in taken].count(True) == 1
    assert {attempt.video for attempt in taken} == {QUEUED}


def test_a_video_that_failed_is_queued_anew_by_who_posts_it(hub_table: HubTable) -> None:
    take(hub_table)
    assert videos.fail(hub_table, QUEUED, "no-such-video")
    failed = replace(QUEUED, status="failed", reason="no-such-video")
    assert videos.find(hub_table, VIDEO_ID) == failed
    again = replace(QUEUED, revision=2, queued_at="2026-11-25T13:00:00Z")
    assert take(hub_table, moment=LATER) == TakenVideo(video=again, to_do=True)
    assert videos.find(hub_table, VIDEO_ID) == again


def test_an_upload_queues_a_video_anew_whatever_its_status(hub_table: HubTable) -> None:
    take(hub_table)
    taken = videos.take_upload(hub_table, QUEUED, "originals/1", LATER)
    expected = replace(QUEUED, revision=2, media="originals/1", queued_at="2026-11-25T13:00:00Z")
    assert taken == TakenVideo(video=expected, to_do=True)
    assert videos.find(hub_table, VIDEO_ID) == expected


def test_an_upload_for_a_video_that_changed_meanwhile_changes_nothing(
    hub_table: HubTable,
) -> None:
    take(hub_table)
    videos.fail(hub_table, QUEUED, "no-such-video")
    taken = videos.take_upload(hub_table, QUEUED, "originals/1", LATER)
    failed = replace(QUEUED, status="failed", reason="no-such-video")
    assert taken == TakenVideo(video=failed, to_do=False)


def test_work_that_is_done_twice_or_late_changes_nothing(hub_table: HubTable) -> None:
    take(hub_table)
    hub_table.write(videos.finished(QUEUED, caption="A pan", links=["L1"]))
    done = replace(QUEUED, status="done", caption="A pan", links=("L1",))
    with pytest.raises(ConditionFailedError):
        hub_table.write(videos.finished(QUEUED, caption="Other", links=[]))
    assert not videos.fail(hub_table, QUEUED, "late")
    assert videos.find(hub_table, VIDEO_ID) == done

    videos.take_upload(hub_table, done, "originals/1", LATER)
    with pytest.raises(ConditionFailedError):
        hub_table.write(videos.finished(QUEUED, caption="Of the revision before", links=[]))


def test_a_video_that_was_given_up_may_be_done_yet_but_waits_for_its_message(
    hub_table: HubTable,
) -> None:
    take(hub_table)
    assert videos.fail(hub_table, QUEUED, videos.GAVE_UP, error="builtins.ValueError")
    given_up = videos.find(hub_table, VIDEO_ID)
    assert given_up is not None
    assert given_up == replace(
        QUEUED, status="failed", reason="gave-up", error="builtins.ValueError"
    )
    assert (given_up.to_do, QUEUED.to_do) == (True, True)
    assert list(videos.unfinished(hub_table, before=LATER)) == []
    hub_table.write(videos.finished(given_up, caption="A pan", links=["L1"]))
    done = replace(QUEUED, status="done", caption="A pan", links=("L1",))
    assert videos.find(hub_table, VIDEO_ID) == done
    assert not done.to_do
    with pytest.raises(ConditionFailedError):
        hub_table.write(videos.finished(given_up, caption="By another", links=[]))


def test_unfinished_are_those_that_are_queued_since_long_the_oldest_first(
    hub_table: HubTable,
) -> None:
    for minutes, video_id in ((2, "3"), (0, "1"), (1, "2"), (60, "9")):
        take(hub_table, video_id, NOON + timedelta(minutes=minutes))
    done = videos.find(hub_table, "2")
    assert done is not None
    hub_table.write(videos.finished(done, caption="", links=[]))
    assert list(videos.unfinished(hub_table, before=LATER)) == ["1", "3"]


def test_a_creators_videos_are_the_newest_that_are_done_or_failed(hub_table: HubTable) -> None:
    for minutes in range(4):
        video = take(hub_table, str(minutes + 1), NOON + timedelta(minutes=minutes)).video
        if minutes != 3:
            videos.fail(hub_table, video, "no-such-video")
    assert [video.id for video in videos.of_creator(hub_table, ANNA.id, most=2)] == ["3", "2"]
    assert [video.id for video in videos.of_creator(hub_table, ANNA.id, most=9)] == ["3", "2", "1"]


def post(aws: AwsServer, table: HubTable, queue_url: str) -> TakenVideo:
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
    video = videos.find(hub_table, VIDEO_ID)
    assert video is not None
    assert (video.status, video.reason) == ("failed", "not-queued")
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
        taken = [{"Id": entry["Id"], "MessageId": "m", "MD5OfMessageBody": ""} for entry in entries]
        return 200, {"Successful": taken[:1], "Failed": [bad]}

    with loopback_server(some) as server:
        session = boto3.Session("testing", "testing", region_name=REGION)
        sqs = session.client("sqs", endpoint_url=server.url)
        with pytest.raises(UnsentError, match=r"expected it to take 2 videos, got 1 back \(Inter"):
            queue.send_all(sqs, f"{server.url}/1/q", ["1", "2"])
