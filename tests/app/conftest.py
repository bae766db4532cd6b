"""Fixtures that start services of the hub, and an AWS for them, and end them with the test."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.hub.table import HubTable
from dev.hub.aws import AwsServer, Queue
from dev.hub.backend import HubBackend
from dev.processes import REPOSITORY, ServiceProcess

StartService = Callable[..., ServiceProcess]
StartWorker = Callable[..., ServiceProcess]


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
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, hub: HubBackend
) -> Iterator[tuple[str, ServiceProcess]]:
    """Each real service in turn: its name, and its process, shared by the tests of a module."""
    module = f"app.{request.param.replace('-', '_')}"
    service = ServiceProcess(module, tmp_path_factory.mktemp("service"), **hub.environment)
    yield request.param, service
    service.kill()


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AwsServer]:
    """An AWS on loopback, shared by all tests: each makes queues, topics and tables of its own."""
    server = AwsServer(tmp_path_factory.mktemp("aws"))
    yield server
    server.stop()


@pytest.fixture(scope="module")
def hub(aws: AwsServer) -> HubBackend:
    """Tables and secrets of the hub, shared by the tests of a module."""
    return HubBackend(aws)


@pytest.fixture
def function_environment(monkeypatch: pytest.MonkeyPatch, aws: AwsServer) -> Iterator[None]:
    """This process as Lambda's: its boto3 finds the AWS; logging is put back afterwards."""
    for name, value in aws.environment.items():
        monkeypatch.setenv(name, value)
    root, ours = logging.getLogger(), logging.getLogger("app")
    before = (root.handlers[:], root.level, ours.level)
    yield
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    ours.setLevel(before[2])
    logging.captureWarnings(capture=False)


@pytest.fixture
def queue(aws: AwsServer) -> Queue:
    """A new queue."""
    return aws.queue()


@pytest.fixture
def hub_table(aws: AwsServer) -> HubTable:
    """A new table of the hub."""
    return HubTable(aws.client("dynamodb"), aws.hub_table())


@pytest.fixture
def start_worker(
    start_service: StartService, aws: AwsServer, queue: Queue, tmp_path: Path
) -> StartWorker:
    """Start a worker on the queue: the one with gates in `tmp_path`, unless told otherwise."""

    def start(module: str = "tests.app.gated_worker", **settings: str) -> ServiceProcess:
        usual = {
            "QUEUE_URL": queue.url,
            "POLL_SECONDS": "1",
            "GATES": str(tmp_path),
            "RENEW_SECONDS": "300",
            "ECS_AGENT_URI": "",
        }
        worker = start_service(module, **aws.environment, **(usual | settings))
        worker.wait_until(lambda: worker.logged("polling"), "polling")
        return worker

    return start
