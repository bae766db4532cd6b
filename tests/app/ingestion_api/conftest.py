"""A running ingestion API."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dev.hub.aws import AwsServer
from dev.hub.backend import HubBackend
from dev.hub.tiktok import StandIn, stand_in
from dev.processes import ServiceProcess
from tests.app.ingestion_api.running_api import RunningApi

StartApi = Callable[..., RunningApi]


@pytest.fixture(scope="module")
def tiktok() -> Iterator[StandIn]:
    """A stand-in for TikTok, shared by the tests of a module."""
    with stand_in() as running:
        yield running


@pytest.fixture(scope="module")
def start_api(
    aws: AwsServer, tiktok: StandIn, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StartApi]:
    """Start a service with a backend of its own; environment variables by name."""
    started: list[ServiceProcess] = []

    def start(mode: str = "normal", **changes: str) -> RunningApi:
        backend = HubBackend(aws)
        backend.set_mode(mode)
        environment: dict[str, Any] = {
            **backend.environment,
            "TIKTOK_ENDPOINT_URL": tiktok.url,
            **changes,
        }
        folder = tmp_path_factory.mktemp("service")
        service = ServiceProcess("app.ingestion_api", folder, **environment)
        started.append(service)
        return RunningApi(service=service, backend=backend, tiktok=tiktok)

    yield start
    for service in started:
        service.kill()


@pytest.fixture(scope="module")
def api(start_api: StartApi) -> RunningApi:
    """One that the tests of a module share: each has creators and videos of its own."""
    return start_api()
