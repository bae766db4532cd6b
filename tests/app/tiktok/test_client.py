"""The HTTP client: where it goes, what it takes, and what its errors tell."""

import re
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from app.hub.environment import SettingsError
from app.hub.tiktok.answers import json_object
from app.hub.tiktok.client import (
    API,
    CONNECT_SECONDS,
    JSON_BYTES,
    MOST_REDIRECTS,
    PAGES,
    PICTURES,
    TikTokClient,
)
from app.hub.tiktok.errors import PermanentError, TikTokError, TransientError
from dev.hub.tiktok import StandIn
from dev.hub.tiktok_pages import Reply, json_reply, redirect

WHAT = "TikTok page"
URL = "https://www.tiktok.com/page?token=hunter2"
OK = Reply(body=b"fine")


def get(client: TikTokClient, url: str = URL, hosts: re.Pattern[str] = PAGES) -> bytes:
    return client.get(WHAT, url, hosts=hosts).body


def refused(client: TikTokClient, url: str = URL) -> TikTokError:
    """The error a GET ends with; whatever it is, it must keep secrets."""
    with pytest.raises(TikTokError) as caught:
        get(client, url)
    error = caught.value
    assert error.what == WHAT
    assert str(error).startswith(f"{WHAT}: expected ")
    assert "hunter2" not in str(error)
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None
    return error


def test_a_request_goes_to_the_endpoint_with_the_real_host(
    tiktok: StandIn, client: TikTokClient
) -> None:
    tiktok.script("/page", OK)
    assert get(client) == b"fine"
    (asked,) = tiktok.asked
    assert (asked.method, asked.host, asked.path) == ("GET", "www.tiktok.com", "/page")
    assert asked.query == {"token": "hunter2"}
    assert asked.headers["Accept-Encoding"] == "identity"
    assert asked.headers["User-Agent"] == "Buylink/1.0"


def test_http_and_upper_case_hosts_are_asked_as_the_https_host_they_mean(
    tiktok: StandIn, client: TikTokClient
) -> None:
    tiktok.script("/page", OK, OK)
    assert get(client, "http://WWW.TIKTOK.COM/page") == b"fine"
    assert get(client, "https://m.tiktok.com/page#part") == b"fine"
    assert [asked.host for asked in tiktok.asked] == ["www.tiktok.com", "m.tiktok.com"]


def test_no_proxy_of_the_environment_is_used(
    tiktok: StandIn, client: TikTokClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    tiktok.script("/page", OK)
    assert get(client) == b"fine"


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://127.0.0.1:8090",
        "http://tiktok.example:8090",
        "http://10.0.0.1:8090",
        "http://127.0.0.1",
        "http://127.0.0.1:0",
        "http://127.0.0.1:65536",
        "http://127.0.0.1:8090/path",
        "http://[::1]:8090",
        "http://user@127.0.0.1:8090",
        "127.0.0.1:8090",
    ],
)
def test_an_endpoint_must_be_http_on_loopback(endpoint: str) -> None:
    with pytest.raises(SettingsError, match="TIKTOK_ENDPOINT_URL: expected an address such as"):
        TikTokClient.from_environment({"TIKTOK_ENDPOINT_URL": endpoint})


@pytest.mark.parametrize("environment", [{}, {"TIKTOK_ENDPOINT_URL": ""}])
def test_without_an_endpoint_a_browser_goes_to_tiktok(environment: dict[str, str]) -> None:
    client = TikTokClient.from_environment(environment)
    assert client.browser_url(URL) == URL


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:8090", "http://localhost:8090/"])
def test_with_an_endpoint_a_browser_goes_there(endpoint: str) -> None:
    url = TikTokClient(endpoint).browser_url("https://www.tiktok.com/v2/auth?a=b")
    assert url == f"{endpoint.removesuffix('/')}/v2/auth?a=b"


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/page",
        "https://www.tiktok.com.evil.example/page",
        "https://evil.example/www.tiktok.com",
        "https://www.tiktok.com@evil.example/page",
        "https://user:hunter2@www.tiktok.com/page",
        "https://www.tiktok.com:8443/page",
        "https://api.tiktok.com/page",
        "https://open.tiktokapis.com/page",
        "https://127.0.0.1/page",
        "https://169.254.169.254/latest/meta-data/",
        "ftp://www.tiktok.com/page",
        "file:///etc/passwd",
        "//www.tiktok.com/page",
        "https://www.tiktok.com/pa ge",
        "https://www.tiktok.com/page\r\nX-Injected: yes",
        "https://www.tiktok.com/naïve",
        "",
    ],
)
def test_only_the_hosts_a_request_may_go_to_are_asked(
    tiktok: StandIn, client: TikTokClient, url: str
) -> None:
    error = refused(client, url)
    assert isinstance(error, PermanentError)
    assert "it isn't asked" in str(error)
    assert tiktok.asked == []


def test_each_kind_of_request_has_its_own_hosts() -> None:
    hosts = {
        PAGES: ["tiktok.com", "www.tiktok.com", "m.tiktok.com", "vm.tiktok.com", "vt.tiktok.com"],
        API: ["open.tiktokapis.com"],
        PICTURES: [
            "p16-sign.tiktokcdn-us.com",
            "p16-common-sign.tiktokcdn-eu.com",
            "p77-sign-sg.tiktokcdn.com",
        ],
    }
    others = ["tiktokcdn.com", "xtiktokcdn.com", "p16.tiktokcdn.com.evil.example", ".tiktokcdn.com"]
    everything = [*others, *(host for names in hosts.values() for host in names)]
    for pattern, names in hosts.items():
        assert [host for host in everything if pattern.fullmatch(host)] == names


@pytest.mark.parametrize(
    "location", ["https://m.tiktok.com/there", "/there", "//www.tiktok.com/there", "there#part"]
)
def test_redirects_are_followed_absolute_or_relative(
    tiktok: StandIn, client: TikTokClient, location: str
) -> None:
    tiktok.script("/page", redirect(location))
    tiktok.script("/there", OK)
    assert get(client) == b"fine"


@pytest.mark.parametrize(
    "location",
    [
        "https://evil.example/there",
        "//evil.example/there",
        "http://127.0.0.1/there",
        "http://169.254.169.254/latest/meta-data/?hunter2",
        "https://www.tiktok.com@evil.example/there",
        "https://www.tiktok.com:22/there",
        "file:///etc/passwd",
        "https://[hunter2/there",
        "",
    ],
)
def test_a_redirect_elsewhere_is_not_followed(
    tiktok: StandIn, client: TikTokClient, location: str
) -> None:
    tiktok.script("/page", *[redirect(location)] * (MOST_REDIRECTS + 1))
    assert isinstance(refused(client), PermanentError)
    assert {asked.path for asked in tiktok.asked} == {"/page"}


def test_the_body_of_a_redirect_is_not_read(tiktok: StandIn, client: TikTokClient) -> None:
    tiktok.script("/page", replace(redirect("/there"), body=bytes(JSON_BYTES + 1)))
    tiktok.script("/there", OK)
    assert get(client) == b"fine"


def test_five_redirects_are_followed_and_no_more(tiktok: StandIn, client: TikTokClient) -> None:
    onwards = redirect("/page")
    tiktok.script("/page", *[onwards] * MOST_REDIRECTS, OK)
    assert get(client) == b"fine"
    tiktok.script("/page", *[onwards] * (MOST_REDIRECTS + 1), OK)
    error = refused(client)
    assert isinstance(error, PermanentError)
    assert "expected at most 5 redirects" in str(error)
    assert len(tiktok.asked) == 2 * (MOST_REDIRECTS + 1)


def test_an_answer_shows_neither_url_nor_content(tiktok: StandIn, client: TikTokClient) -> None:
    reply = Reply(headers={"Set-Cookie": "hunter2"}, body=b"hunter2")
    tiktok.script("/page", reply)
    shown = repr(client.get(WHAT, URL, hosts=PAGES))
    assert "hunter2" not in shown
    assert "status=200" in shown


def test_a_redirect_without_a_target_is_a_refusal(tiktok: StandIn, client: TikTokClient) -> None:
    tiktok.script("/page", Reply(status=302))
    error = refused(client)
    assert isinstance(error, PermanentError)
    assert error.status == 302


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_trouble_that_may_pass_is_transient(
    tiktok: StandIn, client: TikTokClient, status: int
) -> None:
    tiktok.script("/page", Reply(status=status, body=b"hunter2"))
    error = refused(client)
    assert isinstance(error, TransientError)
    assert (error.status, error.retry_after) == (status, None)


@pytest.mark.parametrize("status", [204, 400, 401, 403, 404, 410, 451])
def test_other_statuses_are_permanent(tiktok: StandIn, client: TikTokClient, status: int) -> None:
    tiktok.script("/page", Reply(status=status))
    error = refused(client)
    assert isinstance(error, PermanentError)
    assert error.status == status


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("17", 17),
        ("0", 0),
        ("999999999", 86_400),
        ("-3", None),
        ("9" * 5000, None),
        ("soon", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 -2359", None),
    ],
)
def test_retry_after_is_in_seconds_and_at_most_a_day(
    tiktok: StandIn, client: TikTokClient, header: str, seconds: int | None
) -> None:
    tiktok.script("/page", Reply(status=429, headers={"Retry-After": header}))
    error = refused(client)
    assert isinstance(error, TransientError)
    assert error.retry_after == seconds


def test_retry_after_may_be_a_date(tiktok: StandIn, client: TikTokClient) -> None:
    due = format_datetime(datetime.now(UTC) + timedelta(minutes=10), usegmt=True)
    tiktok.script("/page", Reply(status=503, headers={"Retry-After": due}))
    error = refused(client)
    assert isinstance(error, TransientError)
    assert error.retry_after is not None
    assert 580 <= error.retry_after <= 600


def test_nobody_listening_is_transient() -> None:
    error = refused(TikTokClient("http://127.0.0.1:1"))
    assert isinstance(error, TransientError)
    assert error.status is None
    assert "from www.tiktok.com, got none" in str(error)


def test_an_answer_that_does_not_come_in_time_is_transient(tiktok: StandIn) -> None:
    tiktok.script("/page", Reply(after_seconds=30))
    started = time.monotonic()
    error = refused(TikTokClient(tiktok.url, read_seconds=0.1))
    assert time.monotonic() - started < CONNECT_SECONDS
    assert isinstance(error, TransientError)
    assert "TimeoutError" in str(error) or "timed out" in str(error)


def test_an_answer_that_takes_too_long_altogether_is_transient(tiktok: StandIn) -> None:
    tiktok.script("/page", OK)
    assert isinstance(refused(TikTokClient(tiktok.url, answer_seconds=-1)), TransientError)


def test_an_answer_cut_short_is_transient(tiktok: StandIn) -> None:
    tiktok.script(
        "/page", Reply(headers={"Content-Length": "10", "Connection": "close"}, body=b"x")
    )
    assert isinstance(refused(TikTokClient(tiktok.url, read_seconds=0.2)), TransientError)


def test_an_answer_of_the_limit_is_taken_and_one_byte_more_is_not(
    tiktok: StandIn, client: TikTokClient
) -> None:
    tiktok.script("/page", Reply(body=b"x" * JSON_BYTES), Reply(body=b"x" * (JSON_BYTES + 1)))
    assert len(get(client)) == JSON_BYTES
    error = refused(client)
    assert isinstance(error, PermanentError)
    assert "expected at most 1000000 bytes" in str(error)


def test_an_answer_that_says_it_is_too_big_is_not_read(
    tiktok: StandIn, client: TikTokClient
) -> None:
    tiktok.script("/page", Reply(headers={"Content-Length": "9999999999"}))
    assert isinstance(refused(client), PermanentError)


def chunked(*sizes: int) -> Reply:
    pieces = b"".join(b"%x\r\n%s\r\n" % (size, b"x" * size) for size in sizes)
    headers = {"Transfer-Encoding": "chunked", "Connection": "close"}
    return Reply(headers=headers, body=pieces + b"0\r\n\r\n")


def test_an_answer_that_does_not_say_how_big_it_is_has_the_same_limit(
    tiktok: StandIn, client: TikTokClient
) -> None:
    tiktok.script("/page", chunked(3, 4), chunked(*[JSON_BYTES // 2] * 3))
    assert get(client) == b"x" * 7
    assert isinstance(refused(client), PermanentError)


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>hunter2</html>", b'["hunter2"]', b"1", b"\xff\xfe", b"[" * 100_000, b"1" * 5_000],
)
def test_what_is_no_json_object_is_permanent(
    tiktok: StandIn, client: TikTokClient, body: bytes
) -> None:
    tiktok.script("/page", Reply(body=body))
    response = client.get(WHAT, URL, hosts=PAGES)
    with pytest.raises(PermanentError, match="expected a JSON object") as caught:
        json_object(response)
    assert "hunter2" not in str(caught.value)


def test_json_of_the_wrong_types_is_permanent_and_names_the_field(
    tiktok: StandIn, client: TikTokClient
) -> None:
    wrong = {"number": True, "text": 7, "parts": ["hunter2"], "part": [], "flag": 1, "empty": ""}
    tiktok.script("/page", json_reply(wrong))
    answer = json_object(client.get(WHAT, URL, hosts=PAGES))
    for read, name in (
        (answer.whole_number, "number"),
        (answer.text, "text"),
        (answer.text, "empty"),
        (answer.text, "missing"),
        (answer.parts, "parts"),
        (answer.part, "part"),
        (answer.true_or_false, "flag"),
    ):
        with pytest.raises(PermanentError, match=f"as {name}") as caught:
            read(name)
        assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("token", ["hunter2\r\nX-Injected: yes", "hunter2\n", "hünter2", "\0"])
def test_a_header_that_cannot_be_sent_is_permanent_and_not_shown(
    tiktok: StandIn, client: TikTokClient, token: str
) -> None:
    with pytest.raises(PermanentError, match="printable ASCII") as caught:
        client.send(WHAT, URL, hosts=PAGES, headers={"Authorization": token})
    assert "nter2" not in str(caught.value)
    assert tiktok.asked == []
