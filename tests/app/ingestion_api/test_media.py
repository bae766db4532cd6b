"""Uploads: the form, what it allows, and what becomes of the video."""

import base64
import json
from datetime import datetime, timedelta

import boto3
import httpx
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from app.hub import videos
from app.hub.times import now, read_stamp
from app.ingestion_api.media_api import Original, Originals
from app.ingestion_api.models import LARGEST_BYTES, ContentType
from dev.hub.aws import REGION
from dev.listening import Json
from tests.app.ingestion_api.running_api import CLIENT, RunningApi, problem

CONTENT = b"\x00\x00\x00\x18ftypmp42"
MP4 = {"contentType": "video/mp4", "bytes": len(CONTENT)}


def ask(api: RunningApi, headers: dict[str, str], video_id: str, wanted: object) -> httpx.Response:
    return api.service.request("POST", f"/v1/videos/{video_id}/media", headers, json=wanted)


def complete(api: RunningApi, headers: dict[str, str], video_id: str) -> httpx.Response:
    return api.service.request("POST", f"/v1/videos/{video_id}/media/complete", headers)


def policy_of(fields: dict[str, str]) -> Json:
    return json.loads(base64.b64decode(fields["policy"]))


def test_an_upload_goes_to_the_bucket_by_the_form_and_the_video_is_queued_anew(
    api: RunningApi,
) -> None:
    _, token = api.creator()
    video_id = api.posted(token)
    videos.fail(api.table, api.video(video_id), "no-such-video")
    form = ask(api, token, video_id, MP4)
    assert form.status_code == 201
    assert form.headers["cache-control"] == "no-store"
    upload = form.json()
    assert set(upload) == {"url", "fields", "until"}
    sent = httpx.post(
        upload["url"],
        data=upload["fields"],
        files={"file": ("video.mp4", CONTENT, "video/mp4")},
        trust_env=False,
    )
    assert sent.status_code == 204
    answer = complete(api, token, video_id)
    assert (answer.status_code, answer.headers["cache-control"]) == (202, "no-store")
    shown = answer.json()
    assert (shown["status"], shown["reason"], shown["uploaded"]) == ("queued", None, True)
    assert api.video(video_id).media == f"originals/{video_id}"
    assert api.video(video_id).revision == 2
    assert api.queue.take_videos() == [video_id]


def test_the_form_is_for_one_key_type_and_size_and_for_ten_minutes(api: RunningApi) -> None:
    _, token = api.creator()
    video_id = api.posted(token)
    wanted = {"contentType": "video/webm", "bytes": LARGEST_BYTES}
    upload = ask(api, token, video_id, wanted).json()
    fields = upload["fields"]
    assert (fields["key"], fields["Content-Type"]) == (f"originals/{video_id}", "video/webm")
    policy = policy_of(fields)
    for condition in (
        {"bucket": api.backend.originals},
        {"key": f"originals/{video_id}"},
        {"Content-Type": "video/webm"},
        ["content-length-range", LARGEST_BYTES, LARGEST_BYTES],
    ):
        assert condition in policy["conditions"]
    expires = datetime.fromisoformat(policy["expiration"])
    ten_minutes = now() + timedelta(minutes=10)
    for until in (expires, read_stamp(upload["until"])):
        assert abs(until - ten_minutes) < timedelta(seconds=5)


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"contentType": "video/mp4"},
        MP4 | {"bytes": 0},
        MP4 | {"bytes": -1},
        MP4 | {"bytes": LARGEST_BYTES + 1},
        MP4 | {"bytes": "5"},
        MP4 | {"bytes": 5.5},
        MP4 | {"bytes": True},
        MP4 | {"contentType": "text/html"},
        MP4 | {"contentType": "VIDEO/MP4"},
        MP4 | {"key": "originals/../x"},
    ],
    ids=str,
)
def test_a_file_that_is_no_video_or_too_large_gets_no_form(api: RunningApi, wanted: object) -> None:
    assert problem(ask(api, CLIENT, "1", wanted)) == (422, "invalid-request")


def test_an_upload_that_is_not_there_changes_nothing(api: RunningApi) -> None:
    _, token = api.creator()
    video_id = api.posted(token)
    before = api.video(video_id)
    assert problem(complete(api, token, video_id)) == (409, "not-uploaded")
    assert api.video(video_id) == before
    assert api.queue.take_videos() == []


@pytest.mark.parametrize(
    ("content", "content_type"),
    [(b"", "video/mp4"), (CONTENT, "text/html"), (CONTENT, "video/mp4; charset=x")],
)
def test_an_upload_that_no_form_allowed_is_refused(
    api: RunningApi, content: bytes, content_type: str
) -> None:
    _, token = api.creator()
    video_id = api.posted(token)
    api.put_original(video_id, content, content_type)
    assert problem(complete(api, token, video_id)) == (422, "upload-refused")
    assert api.video(video_id).media is None
    assert api.queue.take_videos() == []


@pytest.mark.parametrize(
    ("size", "content_type", "allowed"),
    [
        (1, "video/mp4", True),
        (LARGEST_BYTES, "video/quicktime", True),
        (LARGEST_BYTES + 1, "video/webm", False),
        (0, "video/webm", False),
        (5, "video/ogg", False),
    ],
)
def test_an_original_is_of_an_allowed_size_and_type(
    size: int, content_type: ContentType, *, allowed: bool
) -> None:
    assert Original(size=size, content_type=content_type).is_allowed is allowed


def test_an_upload_may_be_completed_again(api: RunningApi) -> None:
    _, token = api.creator()
    video_id = api.posted(token)
    api.put_original(video_id, CONTENT, "video/mp4")
    assert [complete(api, token, video_id).status_code for _ in range(2)] == [202, 202]
    assert api.video(video_id).revision == 3
    assert api.queue.take_videos() == [video_id, video_id]


def test_nobody_uploads_for_another_creator_or_for_no_video(api: RunningApi) -> None:
    _, annas = api.creator()
    _, bens = api.creator()
    video_id = api.posted(annas)
    api.put_original(video_id, CONTENT, "video/mp4")
    assert problem(ask(api, bens, video_id, MP4)) == (403, "forbidden")
    assert problem(complete(api, bens, video_id)) == (403, "forbidden")
    assert problem(ask(api, annas, "7399999999999999998", MP4)) == (404, "unknown-video")
    assert problem(complete(api, annas, "7399999999999999998")) == (404, "unknown-video")
    assert ask(api, CLIENT, video_id, MP4).status_code == 201
    assert api.queue.take_videos() == []


def test_an_object_that_may_not_be_listed_is_absent_and_other_trouble_is_trouble() -> None:
    s3 = boto3.Session("testing", "testing", region_name=REGION).client("s3")
    originals = Originals(s3, "originals")
    with Stubber(s3) as stub:
        for code in ("403", "404"):
            stub.add_client_error("head_object", code, http_status_code=int(code))
            assert originals.find("1") is None
        stub.add_client_error("head_object", "503", http_status_code=503)
        with pytest.raises(ClientError):
            originals.find("1")
