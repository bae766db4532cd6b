"""The API's description, held to what the service does."""

import json
import re
from pathlib import Path
from urllib.parse import quote, urlencode

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.hub.tiktok.urls import ShortLink, VideoUrl
from app.hub.web.openapi import describe
from app.hub.web.problems import Problem
from app.ingestion_api.models import VIDEO_ID
from app.ingestion_api.service import build
from app.ingestion_api.sign_in_api import PATH
from app.ingestion_api.tiktok_calls import read_link
from dev.hub.backend import API_KEY
from tests.app.ingestion_api.running_api import CLIENT, RunningApi, new_video_id, problem, video_url
from tests.app.schemathesis_run import assert_as_described
from tests.app.test_settings import INGESTION


def test_the_service_does_what_its_description_says(api: RunningApi, tmp_path: Path) -> None:
    creator, token = api.creator()
    videos = [api.posted(token) for _ in range(3)]
    for video_id in videos[:2]:
        api.put_original(video_id, b"ftyp", "video/mp4")
    assert_as_described(
        api.service,
        describe(build(api.backend.environment)),
        tmp_path,
        api_key=API_KEY,
        parameters={
            "path.video_id": videos,
            "body.url": [video_url(new_video_id()) for _ in range(5)],
            "body.creator": [creator.id],
        },
    )
    answers = {(request["method"], request["status"]) for request in api.service.logged("request")}
    assert {("GET", 200), ("GET", 302), ("POST", 201), ("POST", 202)} <= answers
    assert not [line for line in api.service.lines if line.get("level") == "ERROR"]


def test_every_operation_says_who_may_call_it_and_what_refuses() -> None:
    paths = describe(build(INGESTION))["paths"]
    assert len(paths) == 6
    for path, operations in paths.items():
        for method, operation in operations.items():
            refused = {"429", "503"} | (set() if path.startswith(PATH) else {"401", "403", "422"})
            assert refused <= set(operation["responses"]), (method, path)
            assert ("security" in operation) is not path.startswith(PATH), (method, path)


over_http = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

TEXT = st.text(st.characters(codec="utf-8"), max_size=60)
NEARLY_TIKTOK = st.builds(
    "".join,
    st.lists(
        st.sampled_from(
            [
                *("https://", "www.", "vm.", "tiktok.com", "/@anna", "/video/", "7301234567890"),
                *(
                    "/",
                    "..",
                    "@",
                    "?",
                    "#",
                    "%2F",
                    "%40",
                    ":443",
                    "\\",
                    "evil.example",
                    "\n",
                    "\uff10",
                ),
            ]
        ),
        max_size=9,
    ),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
BODIES = JSON | st.fixed_dictionaries(
    {"url": TEXT | NEARLY_TIKTOK | JSON},
    optional={"creator": st.from_regex(r"\Ac[a-z2-7]{16}\Z") | TEXT | JSON},
)


def read(url: str) -> VideoUrl | ShortLink | Problem:
    try:
        return read_link(url)
    except Problem as refused:
        return refused


@given(TEXT | NEARLY_TIKTOK)
def test_a_link_is_a_video_of_tiktoks_or_refused(url: str) -> None:
    link = read(url)
    if isinstance(link, Problem):
        assert (link.status, link.kind) == (422, "no-tiktok-video")
        return
    if isinstance(link, VideoUrl):
        assert re.fullmatch(VIDEO_ID, link.video_id)
    host = re.match(r"https://([a-z.]+)/", link.url)
    assert host is not None
    assert host[1] in {"www.tiktok.com", "vm.tiktok.com", "vt.tiktok.com"}


@over_http
@given(BODIES)
def test_any_body_of_a_post_is_answered(api: RunningApi, body: object) -> None:
    headers = {**CLIENT, "Content-Type": "application/json"}
    answer = api.service.request("POST", "/v1/videos", headers, content=json.dumps(body))
    status, kind = problem(answer)
    assert status in {404, 422}
    assert kind in {"invalid-request", "no-tiktok-video", "creator-missing", "unknown-creator"}


@over_http
@given(TEXT.filter(lambda text: text not in {"", ".", ".."}))  # clients drop these from a path
def test_any_id_of_a_video_is_answered(api: RunningApi, video_id: str) -> None:
    path = f"/v1/videos/{quote(video_id, safe='')}"
    assert problem(api.service.request("GET", path, CLIENT))[0] in {404, 422}


@over_http
@given(
    st.dictionaries(
        st.sampled_from(["state", "code", "error", "scopes", "x"]),
        st.from_regex(r"\A[A-Za-z0-9_-]{43}\Z") | TEXT,
    )
)
def test_any_callback_is_answered(api: RunningApi, query: dict[str, str]) -> None:
    answer = api.call_back(f"/v1/sign-in/tiktok/callback?{urlencode(query)}", {})
    assert problem(answer)[0] in {400, 422}
