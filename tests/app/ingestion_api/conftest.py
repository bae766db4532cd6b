"""A running ingestion API."""

from collections.abc import Callable, Iterator

import pytest

from app.local.tiktok import StandIn, stand_in
from tests.app.aws_server import AwsServer
from tests.app.hub_environment import hub_environment
from tests.app.ingestion_api.hub import Hub
from tests.app.service_process import REPOSITORY, ServiceProcess

SERVICE = "app.ingestion_api"

StartHub = Callable[..., Hub]


@pytest.fixture(scope="module")
def tiktok() -> Iterator[StandIn]:
    """A stand-in for TikTok, shared by the tests of a module."""
    with stand_in() as running:
        yield running


@pytest.fixture(scope="module")
def start_hub(
    aws: AwsServer, tiktok: StandIn, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StartHub]:
    """Start a service with all that it stands on, new; environment variables by name."""
    started: list[ServiceProcess] = []

    def start(mode: str = "normal", **changes: str) -> Hub:
        environment = hub_environment(aws, TIKTOK_ENDPOINT_URL=tiktok.url, **changes)
        aws.set_mode(environment["STATE_TABLE"], environment["STACK_TAG"], mode)
        folder = tmp_path_factory.mktemp("service")
        started.append(ServiceProcess(SERVICE, folder, cwd=REPOSITORY, **environment))
        return Hub(started[-1], environment, aws, tiktok)

    yield start
    for service in started:
        service.kill()


@pytest.fixture(scope="module")
def hub(start_hub: StartHub) -> Hub:
    """One that the tests of a module share: each has creators and videos of its own."""
    return start_hub()
