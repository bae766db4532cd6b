"""Creators sign in with TikTok: the whole walk, and everything that must not pass."""

import hashlib
import json
from datetime import timedelta

import pytest

from app.hub import connections, creators, keys
from app.hub.connections import TokenCipher
from app.hub.table import Update
from app.hub.times import epoch, now, read_stamp
from dev.hub.backend import PUBLIC_URL
from dev.hub.tiktok import StandIn
from dev.hub.tiktok_pages import Reply, json_reply
from dev.hub.tiktok_samples import ANNA, BEN
from tests.app.ingestion_api.conftest import StartApi
from tests.app.ingestion_api.running_api import (
    RunningApi,
    consent,
    new_video_id,
    problem,
    query_of,
    video_url,
)

COOKIE = "__Host-buylink-sign-in"
CALLBACK = "/v1/sign-in/tiktok/callback"
TOKEN, USER = "/v2/oauth/token/", "/v2/user/info/"
STATE = "s" * 43


def test_a_creator_signs_in_and_gets_a_token_that_works(api: RunningApi, tiktok: StandIn) -> None:
    address, cookies = api.begin_sign_in()
    answer = api.call_back(consent(address, ANNA.handle), cookies)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    signed_in = answer.json()
    anna = creators.find(api.table, creators.id_of(ANNA.open_id))
    assert anna is not None
    assert set(signed_in) == {"creator", "handle", "token", "until"}
    assert (signed_in["creator"], signed_in["handle"]) == (anna.id, ANNA.handle)
    assert (anna.handle, anna.display_name) == (ANNA.handle, ANNA.display_name)
    assert creators.id_by_handle(api.table, ANNA.handle) == anna.id
    twelve_hours = now() + timedelta(hours=12)
    assert abs(read_stamp(signed_in["until"]) - twelve_hours) < timedelta(seconds=10)
    posted = api.post({"Authorization": f"Bearer {signed_in['token']}"}, video_url(new_video_id()))
    assert (posted.status_code, posted.json()["creator"]) == (202, anna.id)

    connection = connections.find(api.table, anna.id)
    assert connection is not None
    assert list(connections.signed_in(api.table)) == [anna.id]
    cipher = TokenCipher(api.backend.aws.client("kms"), api.backend.token_key)
    access = cipher.open(anna.id, connection.tokens.access)
    assert tiktok.accounts.granted(access) is not None
    assert cipher.open(anna.id, connection.tokens.refresh).startswith("rft.")
    two_hours, half_a_year = now() + timedelta(hours=2), now() + timedelta(days=180)
    assert abs(connection.tokens.access_until - two_hours) < timedelta(seconds=10)
    assert abs(connection.tokens.refresh_until - half_a_year) < timedelta(seconds=10)
    for secret in (access, signed_in["token"], cookies[COOKIE], query_of(address)["state"]):
        assert secret not in api.service.output + api.service.errors


def test_the_browser_is_sent_to_tiktok_with_a_state_a_challenge_and_a_cookie_of_its_own(
    api: RunningApi, tiktok: StandIn
) -> None:
    answer = api.service.request("GET", "/v1/sign-in/tiktok")
    assert (answer.status_code, answer.headers["cache-control"]) == (302, "no-store")
    address = answer.headers["location"]
    assert address.startswith(f"{tiktok.url}/v2/auth/authorize/?")
    asked = query_of(address)
    assert asked["redirect_uri"] == f"{PUBLIC_URL}{CALLBACK}"
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    name, _, rest = answer.headers["set-cookie"].partition("=")
    browser, *attributes = rest.split("; ")
    assert name == COOKIE
    assert {attribute.lower() for attribute in attributes} == {
        "path=/",
        "secure",
        "httponly",
        "samesite=lax",
        "max-age=600",
    }
    item = api.table.get(keys.sign_in(asked["state"]))
    assert item is not None
    assert item["browser"] == hashlib.sha256(browser.encode()).hexdigest()
    assert hashlib.sha256(item["codeVerifier"].encode()).hexdigest() == asked["code_challenge"]
    assert abs(item["expiresAt"] - epoch(now()) - 600) < 10
    other, other_cookies = api.begin_sign_in()
    assert query_of(other)["state"] != asked["state"]
    assert other_cookies[COOKIE] != browser


def test_who_signs_in_again_keeps_their_id_and_gets_the_cookie_taken_away(api: RunningApi) -> None:
    ids: list[str] = []
    for _ in range(2):
        address, cookies = api.begin_sign_in()
        answer = api.call_back(consent(address, BEN.handle), cookies)
        assert f'{COOKIE}=""; HttpOnly; Max-Age=0' in answer.headers["set-cookie"]
        ids.append(answer.json()["creator"])
    assert ids[0] == ids[1]
    connection = connections.find(api.table, ids[0])
    assert connection is not None
    assert connection.generation == 2


def test_a_state_is_good_once(api: RunningApi, tiktok: StandIn) -> None:
    address, cookies = api.begin_sign_in()
    callback = consent(address, ANNA.handle)
    assert api.call_back(callback, cookies).status_code == 200
    asked_before = len(tiktok.asked)
    assert problem(api.call_back(callback, cookies)) == (400, "unknown-sign-in")
    assert len(tiktok.asked) == asked_before


def test_a_forged_state_is_refused_and_tiktok_is_not_asked(
    api: RunningApi, tiktok: StandIn
) -> None:
    _, cookies = api.begin_sign_in()
    asked_before = len(tiktok.asked)
    forged = api.call_back(f"{CALLBACK}?state={STATE}&code=c", cookies)
    assert problem(forged) == (400, "unknown-sign-in")
    assert len(tiktok.asked) == asked_before


@pytest.mark.parametrize("cookies", [{}, {COOKIE: "x" * 43}, {COOKIE: ""}, {"other": "x"}])
def test_another_browser_can_not_end_a_sign_in_and_neither_can_its_own_afterwards(
    api: RunningApi, tiktok: StandIn, cookies: dict[str, str]
) -> None:
    address, own_cookies = api.begin_sign_in()
    callback = consent(address, ANNA.handle)
    asked_before = len(tiktok.asked)
    for sent in (cookies, own_cookies):
        assert problem(api.call_back(callback, sent)) == (400, "unknown-sign-in")
    assert len(tiktok.asked) == asked_before


def test_a_browser_that_began_another_sign_in_can_not_end_this_one(api: RunningApi) -> None:
    address, _ = api.begin_sign_in()
    _, others = api.begin_sign_in()
    answer = api.call_back(consent(address, ANNA.handle), others)
    assert problem(answer) == (400, "unknown-sign-in")


def test_a_sign_in_that_took_longer_than_ten_minutes_is_over(api: RunningApi) -> None:
    address, cookies = api.begin_sign_in()
    key = keys.sign_in(query_of(address)["state"])
    past = Update(key=key, expression="SET #expiresAt = :past", values={"past": epoch(now()) - 1})
    api.table.write(past)
    answer = api.call_back(consent(address, ANNA.handle), cookies)
    assert problem(answer) == (400, "unknown-sign-in")
    assert api.table.get(key) is None


def test_a_creator_who_cancels_is_told_how_to_begin_again(api: RunningApi) -> None:
    address, cookies = api.begin_sign_in()
    callback = consent(address, "")
    assert query_of(callback)["error"] == "access_denied"
    answer = api.call_back(callback, cookies)
    assert problem(answer) == (403, "consent-denied")
    assert "/v1/sign-in/tiktok" in answer.json()["detail"]


@pytest.mark.parametrize("query", ["error=server_error&error_description=sesame", "scopes=a"])
def test_an_error_of_tiktoks_or_no_code_ends_the_sign_in(api: RunningApi, query: str) -> None:
    address, cookies = api.begin_sign_in()
    state = query_of(address)["state"]
    answer = api.call_back(f"{CALLBACK}?state={state}&{query}", cookies)
    assert problem(answer) == (400, "sign-in-failed")
    assert "sesame" not in answer.text + api.service.output


@pytest.mark.parametrize(
    "query",
    [
        "",
        "code=c",
        "state=",
        f"state={STATE}x&code=c",
        f"state={STATE[1:]}%0A&code=c",
        "state=" + "%00" * 43,
        f"state={STATE}&code={'c' * 2049}",
        f"state={STATE}&error={'e' * 201}",
    ],
)
def test_a_callback_that_is_not_as_described_is_refused(api: RunningApi, query: str) -> None:
    answer = api.call_back(f"{CALLBACK}?{query}", {COOKIE: "b" * 43})
    assert problem(answer) == (422, "invalid-request")


ANNAS = {
    "access_token": "act.sesame",
    "expires_in": 7200,
    "open_id": ANNA.open_id,
    "refresh_token": "rft.sesame",
    "refresh_expires_in": 15_552_000,
    "scope": "user.info.basic,user.info.profile,video.list",
}
MALLORY: dict[str, object] = {
    "data": {"user": {"open_id": "mallory", "username": "mallory"}},
    "error": {"code": "ok"},
}
BAD_HANDLE: dict[str, object] = {
    "data": {"user": {"open_id": ANNA.open_id, "username": "../sesame"}},
    "error": {"code": "ok"},
}


@pytest.mark.parametrize(
    ("replies", "expected"),
    [
        ({TOKEN: json_reply({"error": "invalid_grant"}, status=400)}, (403, "sign-in-again")),
        ({TOKEN: json_reply({"error": "invalid_client"}, status=400)}, (502, "tiktok-refused")),
        ({TOKEN: json_reply(["sesame"])}, (502, "tiktok-refused")),
        ({TOKEN: Reply(status=500)}, (503, "tiktok-unavailable")),
        ({TOKEN: json_reply(ANNAS | {"scope": "user.info.basic"})}, (403, "sign-in-again")),
        ({TOKEN: json_reply(ANNAS)}, (502, "tiktok-refused")),
        ({TOKEN: json_reply(ANNAS), USER: json_reply(MALLORY)}, (502, "tiktok-refused")),
        ({TOKEN: json_reply(ANNAS), USER: json_reply(BAD_HANDLE)}, (502, "tiktok-refused")),
        ({TOKEN: json_reply(ANNAS), USER: Reply(status=429)}, (503, "tiktok-unavailable")),
    ],
)
def test_what_tiktok_does_not_confirm_signs_nobody_in(
    api: RunningApi, tiktok: StandIn, replies: dict[str, Reply], expected: tuple[int, str]
) -> None:
    address, cookies = api.begin_sign_in()
    callback = consent(address, ANNA.handle)
    before = connections.find(api.table, creators.id_of(ANNA.open_id))
    for path, reply in replies.items():
        tiktok.script(path, reply)
    answer = api.call_back(callback, cookies)
    assert problem(answer) == expected
    assert connections.find(api.table, creators.id_of(ANNA.open_id)) == before
    assert creators.id_by_handle(api.table, "mallory") is None
    assert "sesame" not in answer.text + api.service.output + api.service.errors


@pytest.mark.parametrize(
    "secret",
    ["not-set", "[1]", json.dumps({"client_key": "not-set", "client_secret": "not-set"})],
)
def test_a_hub_that_tiktok_does_not_know_yet_says_so(start_api: StartApi, secret: str) -> None:
    api = start_api()
    api.backend.aws.rotate(api.backend.tiktok_client_arn, secret)
    answer = api.service.request("GET", "/v1/sign-in/tiktok")
    assert problem(answer) == (503, "sign-in-not-set-up")
    assert "set-cookie" not in answer.headers
