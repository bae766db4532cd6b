"""Videos over HTTP: posted, known, refused, and asked for."""

import pytest

from app.hub import keys, videos
from app.hub.table import Delete
from app.hub.videos import Video
from dev.hub.tiktok import StandIn
from dev.hub.tiktok_pages import Reply
from dev.hub.tiktok_samples import VIDEOS
from tests.app.ingestion_api.running_api import CLIENT, RunningApi, new_video_id, problem, video_url

METADATA = "http://169.254.169.254/latest/meta-data/"


def test_a_posted_video_is_written_down_queued_and_answered_with_its_place(api: RunningApi) -> None:
    anna, token = api.creator()
    video_id = new_video_id()
    answer = api.post(token, video_url(video_id))
    assert answer.status_code == 202
    assert answer.headers["location"] == f"/v1/videos/{video_id}"
    assert answer.headers["cache-control"] == "no-store"
    assert "buylink-mode" not in answer.headers
    shown = answer.json()
    assert shown == {
        "id": video_id,
        "creator": anna.id,
        "url": video_url(video_id),
        "status": "queued",
        "reason": None,
        "source": "posted",
        "uploaded": False,
        "queuedAt": api.video(video_id).queued_at,
        "caption": "",
        "links": [],
    }
    assert api.queue.take_videos() == [video_id]
    read = api.service.request("GET", answer.headers["location"], token)
    assert (read.status_code, read.json()) == (200, shown)
    assert read.headers["cache-control"] == "no-store"


def test_a_second_post_of_a_video_changes_nothing(api: RunningApi) -> None:
    _, token = api.creator()
    video_id = api.posted(token)
    before = api.video(video_id)
    answer = api.post(token, f"http://m.tiktok.com/v/{video_id}.html?_r=1")
    assert (answer.status_code, answer.json()["status"]) == (200, "queued")
    assert answer.headers["location"] == f"/v1/videos/{video_id}"
    assert api.video(video_id) == before
    assert api.queue.take_videos() == []


@pytest.mark.parametrize(
    "form",
    [
        "https://www.tiktok.com/@anna.cooks/video/{}?is_from_webapp=1&sender_device=pc",
        "tiktok.com/@Anna.Cooks/video/{}/",
        "HTTPS://M.TikTok.com/v/{}.html",
        "https://www.tiktok.com/@/video/{}",
        "https://www.tiktok.com/embed/v2/{}",
        "https://www.tiktok.com/player/v1/{}#t=1",
    ],
)
def test_every_public_form_is_the_same_video(api: RunningApi, form: str) -> None:
    _, token = api.creator()
    video_id = new_video_id()
    answer = api.post(token, form.format(video_id))
    assert (answer.status_code, answer.json()["id"]) == (202, video_id)
    assert answer.json()["url"].endswith(f"/video/{video_id}")
    assert api.queue.take_videos() == [video_id]


def test_a_short_link_is_followed_to_its_video(api: RunningApi, tiktok: StandIn) -> None:
    _, token = api.creator()
    pan = VIDEOS[0]
    answer = api.post(token, f"https://vm.tiktok.com/{pan.short_code}")
    assert (answer.status_code, answer.json()["id"]) == (202, pan.video_id)
    assert answer.json()["url"] == video_url(pan.video_id)
    assert api.queue.take_videos() == [pan.video_id]
    again = api.post(token, f"https://www.tiktok.com/t/{pan.short_code}/")
    assert (again.status_code, again.json()["id"]) == (200, pan.video_id)
    assert [asked.method for asked in tiktok.asked_of(f"/{pan.short_code}/")] == ["HEAD"]


@pytest.mark.parametrize(
    "target",
    [METADATA, "https://evil.example/@anna/video/1", "file:///etc/passwd", "//127.0.0.1:1/"],
)
def test_a_short_link_that_leads_elsewhere_is_refused_and_nobody_else_is_asked(
    api: RunningApi, tiktok: StandIn, target: str
) -> None:
    _, token = api.creator()
    tiktok.script("/Zelse/", Reply(status=301, headers={"Location": target}))
    asked_before = len(tiktok.asked)
    answer = api.post(token, "https://vm.tiktok.com/Zelse")
    assert problem(answer) == (422, "no-tiktok-video")
    assert target not in answer.text
    assert len(tiktok.asked) == asked_before + 1
    assert api.queue.take_videos() == []


def test_a_short_link_to_no_video_is_refused(api: RunningApi) -> None:
    _, token = api.creator()
    answer = api.post(token, "https://vt.tiktok.com/ZunknownX/")
    assert problem(answer) == (422, "no-tiktok-video")


def test_a_short_link_while_tiktok_has_trouble_may_be_posted_again(
    api: RunningApi, tiktok: StandIn
) -> None:
    _, token = api.creator()
    tiktok.script("/Zbusy/", Reply(status=429, headers={"Retry-After": "17"}), Reply(status=503))
    answers = [api.post(token, "https://vm.tiktok.com/Zbusy") for _ in range(2)]
    assert [problem(answer) for answer in answers] == [(503, "tiktok-unavailable")] * 2
    assert [answer.headers["retry-after"] for answer in answers] == ["17", "30"]


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/@anna/video/7301234567890123456",
        "https://www.tiktok.com.evil.example/@anna/video/7301234567890123456",
        "https://www.tiktok.com@evil.example/@anna/video/7301234567890123456",
        "https://www.tiktok.com:8443/@anna/video/7301234567890123456",
        "https://www.tiktok.com/@anna",
        "https://www.tiktok.com/@anna/video/7301/../../x",
        "https://www.tiktok.com/@../video/7301234567890123456",
        "https://www.t\u0131ktok.com/@anna/video/7301234567890123456",
        "javascript:alert(1)",
        METADATA,
        "sesame" * 30,
    ],
)
def test_what_is_no_tiktok_video_is_refused_and_not_logged(api: RunningApi, url: str) -> None:
    _, token = api.creator()
    assert problem(api.post(token, url)) == (422, "no-tiktok-video")
    assert "sesame" not in api.service.output
    assert "evil" not in api.service.output


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"url": ""},
        {"url": 7},
        {"url": "x" * 2049},
        {"url": video_url("1"), "creator": "CREATOR#1"},
        {"url": video_url("1"), "creator": "c" + "a" * 17},
        {"url": video_url("1"), "creator": "c" + "a" * 16 + "\n"},
        {"url": video_url("1"), "status": "done"},
        [video_url("1")],
    ],
)
def test_a_body_that_is_not_as_described_is_refused(api: RunningApi, body: object) -> None:
    answer = api.service.request("POST", "/v1/videos", CLIENT, json=body)
    assert problem(answer) == (422, "invalid-request")


def test_a_client_says_whose_video_it_posts(api: RunningApi) -> None:
    anna, token = api.creator()
    video_id = new_video_id()
    assert problem(api.post(CLIENT, video_url(video_id))) == (422, "creator-missing")
    unknown = api.post(CLIENT, video_url(video_id), creator="c" + "a" * 16)
    assert problem(unknown) == (404, "unknown-creator")
    answer = api.post(CLIENT, video_url(video_id), creator=anna.id)
    assert (answer.status_code, answer.json()["creator"]) == (202, anna.id)
    assert api.queue.take_videos() == [video_id]
    for headers in (CLIENT, token):
        assert api.service.request("GET", f"/v1/videos/{video_id}", headers).json() == answer.json()


def test_a_creator_posts_for_nobody_else_and_sees_nobody_elses_video(api: RunningApi) -> None:
    anna, annas = api.creator()
    ben, bens = api.creator()
    video_id = api.posted(annas)
    other = api.post(bens, video_url(new_video_id()), creator=anna.id)
    bens_own = api.post(bens, video_url(new_video_id()), creator=ben.id)
    assert (problem(other), bens_own.status_code) == ((403, "forbidden"), 202)
    before = api.video(video_id)
    assert problem(api.post(bens, video_url(video_id))) == (403, "forbidden")
    read = api.service.request("GET", f"/v1/videos/{video_id}", bens)
    assert problem(read) == (403, "forbidden")
    assert anna.id not in read.text
    assert api.video(video_id) == before
    api.queue.take_videos()


def test_a_video_that_failed_is_queued_anew_for_who_posts_it(api: RunningApi) -> None:
    _, annas = api.creator()
    ben, bens = api.creator()
    video_id = api.posted(annas)
    videos.fail(api.table, api.video(video_id), "not-the-creators-video")
    read = api.service.request("GET", f"/v1/videos/{video_id}", annas).json()
    assert (read["status"], read["reason"]) == ("failed", "not-the-creators-video")
    answer = api.post(bens, video_url(video_id))
    assert (answer.status_code, answer.json()["status"]) == (202, "queued")
    assert (api.video(video_id).creator_id, api.video(video_id).revision) == (ben.id, 2)
    assert api.queue.take_videos() == [video_id]


def test_a_token_of_a_creator_who_is_not_there_posts_nothing(api: RunningApi) -> None:
    creator, token = api.creator()
    api.table.write(Delete(key=keys.creator(creator.id)))
    answer = api.post(token, video_url(new_video_id()))
    assert problem(answer) == (404, "unknown-creator")


@pytest.mark.parametrize(
    ("video_id", "expected"),
    [
        ("7399999999999999999", (404, "unknown-video")),
        ("0123", (422, "invalid-request")),
        ("1" * 21, (422, "invalid-request")),
        ("7301%0A", (422, "invalid-request")),
        ("٧٣", (422, "invalid-request")),
        ("..%2Fx", (404, "not-found")),
    ],
)
def test_a_video_that_is_not_there_is_a_problem(
    api: RunningApi, video_id: str, expected: tuple[int, str]
) -> None:
    answer = api.service.request("GET", f"/v1/videos/{video_id}", CLIENT)
    assert problem(answer) == expected


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/videos"),
        ("GET", "/v1/videos/1"),
        ("POST", "/v1/videos/1/media"),
        ("POST", "/v1/videos/1/media/complete"),
    ],
)
@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer x.y.z"}, {"X-Api-Key": "x"}, {"Authorization": "x"}]
)
def test_who_shows_nothing_good_gets_nothing(
    api: RunningApi, method: str, path: str, headers: dict[str, str]
) -> None:
    answer = api.service.request(method, path, headers, json={"url": video_url("1")})
    assert problem(answer) == (401, "unauthorized")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_video_that_the_worker_has_done_shows_its_links(api: RunningApi) -> None:
    _, token = api.creator()
    video_id = api.posted(token)
    video: Video = api.video(video_id)
    api.table.write(videos.finished(video, caption="Pan 🍳", links=["L1", "L2"]))
    shown = api.service.request("GET", f"/v1/videos/{video_id}", token).json()
    assert (shown["status"], shown["caption"], shown["links"]) == ("done", "Pan 🍳", ["L1", "L2"])
