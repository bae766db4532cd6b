"""Whatever is sent, the answer is a problem document of the 4xx kind: never a crash."""

import json
import re
from typing import Any
from urllib.parse import quote, urlencode

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.hub.tiktok.urls import ShortLink, VideoUrl
from app.hub.web.problems import Problem
from app.ingestion_api.models import VIDEO_ID
from app.ingestion_api.tiktok_calls import read_link
from tests.app.ingestion_api.running_api import CLIENT, RunningApi, problem

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
def test_any_body_of_a_post_is_answered(api: RunningApi, body: Any) -> None:
    headers = {**CLIENT, "Content-Type": "application/json"}
    answer = api.service.request("POST", "/v1/videos", headers, content=json.dumps(body))
    status, kind = problem(answer)
    assert status in {404, 422}
    assert kind in {"invalid-request", "no-tiktok-video", "creator-missing", "unknown-creator"}


@over_http
@given(TEXT.filter(lambda it: it not in {"", ".", ".."}))  # clients drop these from a path
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
