"""Fixtures that start services of the hub and end them with the test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.app.service_process import REPOSITORY, ServiceProcess

StartService = Callable[..., ServiceProcess]


@pytest.fixture
def start_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartService]:
    """Start a service: its module, the folder to run it in, environment variables by name."""
    started: list[ServiceProcess] = []

    def start(module: str, cwd: Path = REPOSITORY, **settings: str) -> ServiceProcess:
        folder = tmp_path_factory.mktemp("service")
        started.append(ServiceProcess(module, folder, cwd=cwd, **settings))
        return started[-1]

    yield start
    for service in started:
        service.kill()


@pytest.fixture(scope="module", params=["ingestion-api", "product-service"])
def running(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, ServiceProcess]]:
    """Each real service in turn: its name, and its process, shared by the tests of a module."""
    module = f"app.{request.param.replace('-', '_')}"
    service = ServiceProcess(module, tmp_path_factory.mktemp("service"))
    yield request.param, service
    service.kill()
