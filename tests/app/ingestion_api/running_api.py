"""A running ingestion API, as the tests speak to it."""

from dataclasses import dataclass
from itertools import count
from urllib.parse import parse_qsl, urlsplit

import httpx

from app.hub import videos
from app.hub.creators import Creator
from app.hub.table import HubTable
from app.hub.videos import Video
from dev.hub.aws import Queue
from dev.hub.backend import API_KEY, HubBackend
from dev.hub.tiktok import StandIn
from dev.processes import ServiceProcess

CLIENT = {"X-Api-Key": API_KEY}

_numbers = count(1)


def new_video_id() -> str:
    """TikTok's id of a video that no test has had."""
    return str(7_400_000_000_000_000_000 + next(_numbers))


def video_url(video_id: str, handle: str = "anna.cooks") -> str:
    """Its canonical address."""
    return f"https://www.tiktok.com/@{handle}/video/{video_id}"


def problem(answer: httpx.Response) -> tuple[int, str]:
    """Status and kind of an answer that must be a problem document."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    assert answer.headers["cache-control"] == "no-store"
    document = answer.json()
    assert document["status"] == answer.status_code
    assert document["detail"]
    return answer.status_code, document["type"].removeprefix("urn:problem-type:buylink:")


@dataclass(frozen=True, kw_only=True)
class RunningApi:
    """The process, and what it stands on."""

    service: ServiceProcess
    backend: HubBackend
    tiktok: StandIn

    @property
    def table(self) -> HubTable:
        """The hub's."""
        return self.backend.table

    @property
    def queue(self) -> Queue:
        """The worker's."""
        return self.backend.queue

    def creator(self) -> tuple[Creator, dict[str, str]]:
        """A new creator who has signed in, and the header of their token."""
        creator = self.backend.creator(f"creator{next(_numbers)}")
        return creator, self.backend.token(creator)

    def post(self, headers: dict[str, str], url: str, **more: object) -> httpx.Response:
        """Post a video."""
        return self.service.request("POST", "/v1/videos", headers, json={"url": url, **more})

    def posted(self, headers: dict[str, str]) -> str:
        """The id of a new video that was posted; its message is taken away."""
        video_id = new_video_id()
        assert self.post(headers, video_url(video_id)).status_code == 202
        assert self.queue.take_videos() == [video_id]
        return video_id

    def video(self, video_id: str) -> Video:
        """As it is in the table."""
        video = videos.find(self.table, video_id)
        assert video is not None
        return video

    def put_original(self, video_id: str, content: bytes, content_type: str) -> None:
        """Put a video's upload into the bucket, by no form."""
        self.backend.aws.client("s3").put_object(
            Bucket=self.backend.originals,
            Key=f"originals/{video_id}",
            Body=content,
            ContentType=content_type,
        )

    def begin_sign_in(self) -> tuple[str, dict[str, str]]:
        """Begin; the address at TikTok, and the browser's cookies."""
        answer = self.service.request("GET", "/v1/sign-in/tiktok")
        assert answer.status_code == 302, answer.text
        return answer.headers["location"], dict(answer.cookies)

    def call_back(self, callback: str, cookies: dict[str, str]) -> httpx.Response:
        """The browser comes back, with these cookies."""
        address = urlsplit(callback)
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        return self.service.request("GET", f"{address.path}?{address.query}", sent)


def consent(address: str, handle: str) -> str:
    """A creator grants everything at TikTok: the callback that the browser is sent to."""
    return httpx.get(f"{address}&creator={handle}", trust_env=False).headers["location"]


def query_of(address: str) -> dict[str, str]:
    """The query of an address, decoded."""
    return dict(parse_qsl(urlsplit(address).query))
