"""The Display API: users, pages of videos, and what its errors become."""

import pytest

from app.hub.tiktok.client import TikTokClient
from app.hub.tiktok.display_api import ListedVideo, User, VideoPage, list_videos, user_info
from app.hub.tiktok.errors import (
    AccessTokenRefusedError,
    PermanentError,
    SignInAgainError,
    TikTokError,
    TransientError,
)
from dev.hub.tiktok import StandIn
from dev.hub.tiktok_pages import Reply, cover_url, json_reply, redirect
from dev.hub.tiktok_samples import ANNA, BEN, VIDEOS

USER_PATH, LIST_PATH = "/v2/user/info/", "/v2/video/list/"
OK = {"code": "ok", "message": "", "log_id": "2026ABC"}


@pytest.fixture
def token(tiktok: StandIn) -> str:
    """Anna's access token."""
    return tiktok.sign_in(ANNA)["access_token"]


def listed(*numbers: int) -> tuple[ListedVideo, ...]:
    return tuple(
        ListedVideo(
            video_id=video.video_id,
            create_time=video.create_time,
            caption=video.caption,
            cover_image_url=cover_url(video),
        )
        for video in (VIDEOS[number] for number in numbers)
    )


def test_a_token_tells_whose_it_is(tiktok: StandIn, client: TikTokClient, token: str) -> None:
    assert user_info(client, token) == User(
        open_id=ANNA.open_id,
        username="anna.cooks",
        display_name="Anna cooks 🍳",
        avatar_url=f"https://p16-sign.tiktokcdn-us.com/avatar/{ANNA.open_id}.jpeg",
    )
    (asked,) = tiktok.asked
    assert (asked.method, asked.host, asked.path) == ("GET", "open.tiktokapis.com", USER_PATH)
    assert asked.query == {"fields": "open_id,username,display_name,avatar_url"}
    assert asked.headers["Authorization"] == f"Bearer {token}"


@pytest.mark.parametrize("username", ["", "../x", "аnna", None, 7])  # noqa: RUF001  Cyrillic
def test_a_username_that_is_no_handle_is_permanent(
    tiktok: StandIn, client: TikTokClient, token: str, username: object
) -> None:
    user = {"open_id": "x", "username": username, "display_name": "x"}
    tiktok.script(USER_PATH, json_reply({"data": {"user": user}, "error": OK}))
    with pytest.raises(PermanentError, match="username"):
        user_info(client, token)


def test_a_user_may_have_no_name_and_no_picture(
    tiktok: StandIn, client: TikTokClient, token: str
) -> None:
    user = {"open_id": "x", "username": "Anna"}
    tiktok.script(USER_PATH, json_reply({"data": {"user": user}, "error": OK}))
    assert user_info(client, token) == User(
        open_id="x", username="anna", display_name="anna", avatar_url=None
    )


def test_a_creators_own_videos_are_listed_newest_first(
    tiktok: StandIn, client: TikTokClient, token: str
) -> None:
    assert list_videos(client, token) == VideoPage(
        videos=listed(2, 1, 0), cursor=1_699_900_000_000, has_more=False
    )
    (asked,) = tiktok.asked
    assert (asked.method, asked.host, asked.path) == ("POST", "open.tiktokapis.com", LIST_PATH)
    assert asked.query == {"fields": "id,create_time,title,video_description,cover_image_url"}
    assert asked.json == {"max_count": 20}
    assert asked.headers["Content-Type"] == "application/json"


def test_the_cursor_of_a_page_gets_the_next(client: TikTokClient, token: str) -> None:
    first = list_videos(client, token, max_count=2)
    assert first == VideoPage(videos=listed(2, 1), cursor=1_700_000_000_000, has_more=True)
    assert list_videos(client, token, cursor=first.cursor, max_count=2) == VideoPage(
        videos=listed(0), cursor=1_699_900_000_000, has_more=False
    )


def test_a_creator_without_videos_has_an_empty_page(tiktok: StandIn, client: TikTokClient) -> None:
    tiktok.videos.clear()
    token = tiktok.sign_in(BEN)["access_token"]
    assert list_videos(client, token) == VideoPage(videos=(), cursor=0, has_more=False)
    tiktok.script(LIST_PATH, json_reply({"data": {"has_more": False}, "error": OK}))
    assert list_videos(client, token) == VideoPage(videos=(), cursor=None, has_more=False)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"videos": [], "has_more": True},
        {"videos": [], "has_more": "no", "cursor": 0},
        {"videos": [{"id": "../1", "create_time": 1}], "has_more": False},
        {"videos": [{"id": 7, "create_time": 1}], "has_more": False},
        {"videos": [{"id": "7"}], "has_more": False},
        {"videos": [{"id": "7", "create_time": "1"}], "has_more": False},
        {"videos": ["7"], "has_more": False},
        {"videos": {"id": "7"}, "has_more": False},
    ],
)
def test_a_page_that_is_not_as_documented_is_permanent(
    tiktok: StandIn, client: TikTokClient, token: str, data: dict[str, object]
) -> None:
    tiktok.script(LIST_PATH, json_reply({"data": data, "error": OK}))
    with pytest.raises(PermanentError, match="it isn't as TikTok documents"):
        list_videos(client, token)


def test_an_expired_access_token_asks_for_a_refresh(
    tiktok: StandIn, client: TikTokClient, token: str
) -> None:
    tiktok.accounts.expire_access_tokens()
    for ask in (user_info, list_videos):
        with pytest.raises(AccessTokenRefusedError, match="Refresh it and ask once more") as caught:
            ask(client, token)
        assert caught.value.status == 401
        assert token not in str(caught.value)


def test_a_missing_scope_asks_for_a_new_sign_in(tiktok: StandIn, client: TikTokClient) -> None:
    token = tiktok.sign_in(ANNA, scope="user.info.basic")["access_token"]
    for ask in (user_info, list_videos):
        with pytest.raises(SignInAgainError, match="grant everything asked for"):
            ask(client, token)


def test_more_than_twenty_videos_a_page_are_refused(client: TikTokClient, token: str) -> None:
    with pytest.raises(PermanentError, match="invalid_params"):
        list_videos(client, token, max_count=21)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (401, "access_token_invalid", AccessTokenRefusedError),
        (401, "scope_not_authorized", SignInAgainError),
        (401, "scope_permission_missed", SignInAgainError),
        (429, "rate_limit_exceeded", TransientError),
        (200, "rate_limit_exceeded", TransientError),
        (500, "internal_error", TransientError),
        (200, "internal_error", TransientError),
        (400, "invalid_params", PermanentError),
        (200, "something_new", PermanentError),
        (400, "<b>hunter2", PermanentError),
        (400, None, PermanentError),
    ],
)
def test_documented_errors_become_what_can_be_done_about_them(
    tiktok: StandIn,
    client: TikTokClient,
    token: str,
    status: int,
    code: str | None,
    kind: type[TikTokError],
) -> None:
    error = {"code": code, "message": "hunter2", "log_id": "2026ABC"}
    for path, ask in ((USER_PATH, user_info), (LIST_PATH, list_videos)):
        tiktok.script(path, json_reply({"data": {}, "error": error}, status=status))
        with pytest.raises(TikTokError) as caught:
            ask(client, token)
        assert type(caught.value) is kind
        assert caught.value.status == status
        assert "hunter2" not in str(caught.value)
        assert token not in str(caught.value)


def test_a_rate_limit_says_when_to_come_back(
    tiktok: StandIn, client: TikTokClient, token: str
) -> None:
    tiktok.script(LIST_PATH, Reply(status=429, headers={"Retry-After": "60"}))
    with pytest.raises(TransientError) as caught:
        list_videos(client, token)
    assert caught.value.retry_after == 60


@pytest.mark.parametrize(
    "reply",
    [
        Reply(body=b"<html>"),
        Reply(status=403, body=b"<html>"),
        json_reply({"data": {}}),
        json_reply({"error": OK}),
        json_reply({"data": {}, "error": OK}, status=404),
        redirect("https://open.tiktokapis.com/elsewhere"),
        redirect("https://evil.example/"),
    ],
)
def test_an_answer_without_data_is_permanent_and_no_redirect_takes_the_token_elsewhere(
    tiktok: StandIn, client: TikTokClient, token: str, reply: Reply
) -> None:
    tiktok.script(USER_PATH, reply)
    with pytest.raises(PermanentError):
        user_info(client, token)
    assert len(tiktok.asked) == 1


def test_a_token_that_cannot_be_sent_is_permanent_and_not_shown(client: TikTokClient) -> None:
    with pytest.raises(PermanentError) as caught:
        user_info(client, "hunter2\r\nX-Injected: yes")
    assert "hunter2" not in str(caught.value)
