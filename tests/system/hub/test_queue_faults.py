"""The ingestion API while SQS fails, throttles and hangs."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import httpx
import pytest

from app.hub import videos
from app.hub.creators import Creator
from dev.emulators.emulated_aws import EmulatedAws
from dev.emulators.fault_proxy import INTERNAL, THROTTLED, Fault, FaultProxy
from dev.hub.backend import HubBackend
from dev.processes import ServiceProcess

AT_ONCE = 8
WITHIN_SECONDS = 30
"""Three attempts of four seconds, the pauses between, and a slow machine."""

_numbers = count(7_500_000_000_000_000_000)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, hub: HubBackend) -> Iterator[ServiceProcess]:
    """Shared by the tests of the module."""
    process = ServiceProcess(
        "app.ingestion_api", tmp_path_factory.mktemp("service"), **hub.environment
    )
    yield process
    process.kill()


@pytest.fixture
def ana(hub: HubBackend) -> Creator:
    """A creator who posts."""
    return hub.creator("ana.lamp")


def post(
    service: ServiceProcess, hub: HubBackend, creator: Creator, video_id: str
) -> httpx.Response:
    url = f"https://www.tiktok.com/@{creator.handle}/video/{video_id}"
    return service.request(
        "POST", "/v1/videos", hub.token(creator), json={"url": url}, timeout=2 * WITHIN_SECONDS
    )


def readiness(service: ServiceProcess) -> tuple[int, object]:
    answer = service.request("GET", "/readyz")
    return answer.status_code, answer.json().get("waitsFor")


@pytest.mark.parametrize("fault", [INTERNAL, THROTTLED], ids=lambda fault: fault.code)
def test_what_fails_twice_is_tried_again_and_the_video_queued_once(
    service: ServiceProcess, hub: HubBackend, ana: Creator, sqs: FaultProxy, fault: Fault
) -> None:
    video_id = str(next(_numbers))
    with sqs.failing(Fault(status=fault.status, code=fault.code, only="SendMessage"), times=2):
        assert post(service, hub, ana, video_id).status_code == 202
    assert hub.queue.take_videos() == [video_id]


def test_a_video_that_is_not_queued_is_refused_for_now_and_queued_when_it_is_posted_again(
    service: ServiceProcess, hub: HubBackend, ana: Creator, sqs: FaultProxy
) -> None:
    video_id = str(next(_numbers))
    with sqs.failing(Fault(status=500, code="InternalFailure", only="SendMessage")):
        answer = post(service, hub, ana, video_id)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    video = videos.find(hub.table, video_id)
    assert video is not None
    assert (video.status, video.reason) == ("failed", "not-queued")
    assert post(service, hub, ana, video_id).status_code == 202
    assert hub.queue.take_videos() == [video_id]


def test_while_the_queue_hangs_all_are_answered_in_the_same_time_and_it_is_over_by_itself(
    service: ServiceProcess, hub: HubBackend, ana: Creator, aws: EmulatedAws
) -> None:
    video_ids = [str(next(_numbers)) for _ in range(AT_ONCE)]
    with aws.emulators["sqs"].hanging(), ThreadPoolExecutor(AT_ONCE) as clients:
        started = time.monotonic()
        answers = list(clients.map(lambda video_id: post(service, hub, ana, video_id), video_ids))
        assert time.monotonic() - started < WITHIN_SECONDS
        assert {answer.status_code for answer in answers} == {503}
        assert all("retry-after" in answer.headers for answer in answers)
        service.wait_until(lambda: readiness(service) == (503, ["queue"]), "unready")
        assert service.request("GET", "/healthz").status_code == 200
    service.wait_until(lambda: readiness(service) == (200, None), "ready again")
    assert post(service, hub, ana, video_ids[0]).status_code == 202
    service.wait_until(lambda: video_ids[0] in hub.queue.take_videos(), "queued")


def test_while_the_table_fails_nothing_is_taken_and_it_is_reported(
    service: ServiceProcess, hub: HubBackend, ana: Creator, dynamodb: FaultProxy
) -> None:
    video_id = str(next(_numbers))
    with dynamodb.failing(INTERNAL):
        answer = post(service, hub, ana, video_id)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        service.wait_until(lambda: readiness(service) == (503, ["table"]), "unready")
    assert videos.find(hub.table, video_id) is None
    assert post(service, hub, ana, video_id).status_code == 202
