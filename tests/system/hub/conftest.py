"""The hub on emulators: fixtures that start its services, and an AWS that fails when told to."""

from collections.abc import Iterator

import pytest

from dev.emulators.emulated_aws import EmulatedAws
from dev.emulators.fault_proxy import FaultProxy
from dev.emulators.java import LIBRARIES
from dev.hub.tiktok import StandIn, stand_in
from tests.app.conftest import hub, start_service

__all__ = ["hub", "start_service"]


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmulatedAws]:
    """Shared by all tests: each makes queues and tables of its own."""
    server = EmulatedAws(LIBRARIES, tmp_path_factory.mktemp("aws"))
    yield server
    server.stop()


@pytest.fixture
def dynamodb(aws: EmulatedAws) -> FaultProxy:
    """Between the services and DynamoDB."""
    return aws.proxies["dynamodb"]


@pytest.fixture
def sqs(aws: EmulatedAws) -> FaultProxy:
    """Between the services and SQS."""
    return aws.proxies["sqs"]


@pytest.fixture
def tiktok() -> Iterator[StandIn]:
    """A TikTok of the test's own."""
    with stand_in() as running:
        yield running
