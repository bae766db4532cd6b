"""A running ingestion API with all that it stands on, as the tests speak to it."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from app.hub import creators, videos
from app.hub.creators import Creator
from app.hub.secret_values import RotatingSecret
from app.hub.table import HubTable
from app.hub.times import now
from app.hub.videos import Video
from app.hub.web.auth import API_KEY_HEADER, issue_token
from app.local.tiktok import StandIn
from tests.app.aws_server import AwsServer, Queue
from tests.app.hub_environment import API_KEY, STACK
from tests.app.service_process import ServiceProcess

CLIENT = {API_KEY_HEADER: API_KEY}

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


@dataclass
class Hub:
    """The process, its environment, and what is behind it."""

    service: ServiceProcess
    environment: dict[str, str]
    aws: AwsServer
    tiktok: StandIn
    table: HubTable = field(init=False)
    queue: Queue = field(init=False)

    def __post_init__(self) -> None:
        self.table = HubTable(self.aws.client("dynamodb"), self.environment["TABLE_NAME"])
        self.queue = Queue(self.aws.client("sqs"), self.environment["QUEUE_URL"])

    def set_mode(self, word: str) -> None:
        """The guard speaks; a service that runs hears it within 15 seconds."""
        self.aws.set_mode(self.environment["STATE_TABLE"], STACK, word)

    def creator(self) -> tuple[Creator, dict[str, str]]:
        """A new creator who has signed in, and the header of their token."""
        number = next(_numbers)
        creator = Creator(
            id=creators.id_of(f"open-{number}"),
            handle=f"creator{number}",
            display_name="Creator",
            created_at="2026-11-25T12:00:00Z",
        )
        creators.save(self.table, creator)
        return creator, self.token_of(creator.id)

    def token_of(self, creator_id: str) -> dict[str, str]:
        """The header of a creator's token."""
        keys = RotatingSecret(
            self.aws.client("secretsmanager"), self.environment["JWT_SIGNING_KEY_ARN"]
        )
        token, _ = issue_token(keys, creator_id, moment=now())
        return {"Authorization": f"Bearer {token}"}

    def post(self, headers: dict[str, str], url: str, **more: Any) -> httpx.Response:
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
        found = videos.find(self.table, video_id)
        assert found is not None
        return found

    def begin_sign_in(self) -> tuple[str, dict[str, str]]:
        """Begin; the address at TikTok, and the browser's cookies."""
        answer = self.service.request("GET", "/v1/sign-in/tiktok")
        assert answer.status_code == 302, answer.text
        return answer.headers["location"], dict(answer.cookies)

    def consent(self, address: str, handle: str) -> str:
        """A creator grants everything; the callback that TikTok sends the browser to."""
        answer = httpx.get(f"{address}&creator={handle}", trust_env=False)
        return answer.headers["location"]

    def call_back(self, callback: str, cookies: dict[str, str]) -> httpx.Response:
        """The browser comes back, with these cookies."""
        address = urlsplit(callback)
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        return self.service.request("GET", f"{address.path}?{address.query}", sent)


def query_of(address: str) -> dict[str, str]:
    """The query of an address, decoded."""
    return dict(parse_qsl(urlsplit(address).query))
