"""What holds the API back: rates, a day's actions, a full queue, and the guard."""

import json
import signal
from concurrent.futures import ThreadPoolExecutor

from app.ingestion_api.tiktok_calls import AT_ONCE
from dev.hub.tiktok import StandIn
from dev.hub.tiktok_pages import Reply
from tests.app.ingestion_api.conftest import StartApi
from tests.app.ingestion_api.running_api import CLIENT, new_video_id, problem, video_url


def test_more_requests_than_allowed_are_told_to_wait_and_others_are_not(
    start_api: StartApi,
) -> None:
    api = start_api(REQUESTS_PER_SECOND="1")
    _, token = api.creator()
    answers = [api.service.request("GET", "/v1/videos/1", token) for _ in range(8)]
    assert (429, "too-many-requests") in [problem(answer) for answer in answers]
    assert (
        next(answer.headers["retry-after"] for answer in answers if answer.status_code == 429)
        == "1"
    )
    other = api.service.request("GET", "/v1/videos/1", CLIENT)
    assert problem(other) == (404, "unknown-video")


def test_a_days_actions_are_limited_and_reading_is_not(start_api: StartApi) -> None:
    api = start_api(ACTIONS_PER_DAY="1")
    _, token = api.creator()
    video_id = api.posted(token)
    refused = api.post(token, video_url(new_video_id()))
    assert problem(refused) == (429, "too-many-actions")
    assert 0 < int(refused.headers["retry-after"]) <= 86_400
    # What can be refused without doing anything isn't an action.
    assert problem(api.post(token, "https://example.com")) == (422, "no-tiktok-video")
    upload = {"contentType": "video/mp4", "bytes": 5}
    path = f"/v1/videos/{video_id}/media"
    assert problem(api.service.request("POST", path, token, json=upload))[0] == 429
    assert api.service.request("GET", f"/v1/videos/{video_id}", token).status_code == 200


def test_a_full_queue_takes_no_video(start_api: StartApi) -> None:
    api = start_api(QUEUED_VIDEOS="1")
    _, token = api.creator()
    api.queue.send_video("1")
    answer = api.post(token, video_url(new_video_id()))
    assert problem(answer) == (503, "queue-full")
    assert answer.headers["retry-after"] == "60"


def test_braked_says_so_and_takes_a_fifth(start_api: StartApi) -> None:
    api = start_api(mode="braked", ACTIONS_PER_DAY="5")
    _, token = api.creator()
    taken = api.post(token, video_url(new_video_id()))
    refused = api.post(token, video_url(new_video_id()))
    assert (taken.status_code, refused.status_code) == (202, 429)
    assert {taken.headers["buylink-mode"], refused.headers["buylink-mode"]} == {"braked"}
    assert "buylink-mode" not in api.service.request("GET", "/healthz").headers


def test_stopped_takes_nothing_and_still_tells(start_api: StartApi) -> None:
    api = start_api(mode="stopped")
    _, token = api.creator()
    video_id = new_video_id()
    answers = [
        api.post(token, video_url(video_id)),
        api.service.request("GET", "/v1/sign-in/tiktok"),
    ]
    assert [problem(answer) for answer in answers] == [(503, "stopped")] * 2
    assert {answer.headers["retry-after"] for answer in answers} == {"3600"}
    read = api.service.request("GET", f"/v1/videos/{video_id}", token)
    assert problem(read) == (404, "unknown-video")
    assert read.headers["buylink-mode"] == "stopped"


def test_sign_ins_are_limited_by_address_as_our_own_proxies_tell_it(start_api: StartApi) -> None:
    api = start_api(REQUESTS_PER_SECOND="1", PROXIES="1")

    def begin(forwarded: str) -> int:
        headers = {"X-Forwarded-For": forwarded}
        return api.service.request("GET", "/v1/sign-in/tiktok", headers).status_code

    mine = [begin(f"198.51.100.{number}, 203.0.113.9") for number in range(8)]
    assert 429 in mine
    assert begin("203.0.113.9, 192.0.2.1") == 302


def test_a_queue_that_is_not_there_is_trouble_that_may_pass_and_nothing_is_lost(
    start_api: StartApi,
) -> None:
    api = start_api(QUEUE_URL="http://127.0.0.1/123456789012/gone")
    _, token = api.creator()
    answer = api.post(token, video_url(new_video_id()))
    assert problem(answer) == (503, "unavailable")
    assert answer.headers["retry-after"] == "5"


def test_videos_taken_are_counted_at_the_latest_when_the_service_ends(
    start_api: StartApi,
) -> None:
    api = start_api()
    _, token = api.creator()
    for _ in range(2):
        api.posted(token)
    api.service.signal(signal.SIGTERM)
    assert api.service.exit_code() == 0
    [line] = [
        metrics
        for line in api.service.output.splitlines()
        if "_aws" in (metrics := json.loads(line))
    ]
    assert (line["VideosTaken"], line["Service"], line["Stack"]) == (
        2,
        "ingestion-api",
        "buylink-test",
    )
    assert api.service.errors == ""


def test_while_tiktok_is_slow_only_ten_wait_for_it_and_everything_else_goes_on(
    start_api: StartApi, tiktok: StandIn
) -> None:
    api = start_api()
    _, token = api.creator()
    slow = Reply(status=302, headers={"Location": "https://www.tiktok.com/"}, after_seconds=2)
    tiktok.script("/Zslow/", *[slow] * AT_ONCE)

    def post(_: object) -> int:
        return api.post(token, "https://vm.tiktok.com/Zslow").status_code

    with ThreadPoolExecutor(AT_ONCE) as threads:
        waiting = threads.map(post, range(AT_ONCE))
        api.service.wait_until(
            lambda: len(tiktok.asked_of("/Zslow/")) == AT_ONCE, "asking TikTok ten times"
        )
        refused = api.post(token, "https://vm.tiktok.com/Zslow")
        assert problem(refused) == (503, "tiktok-busy")
        assert api.post(token, video_url(new_video_id())).status_code == 202
        assert set(waiting) == {422}
    assert api.post(token, "https://vm.tiktok.com/Zslow").status_code == 422
