"""The product service over HTTP, in a process of its own."""

from collections.abc import Iterator

import pytest

from app.hub.creators import Creator
from dev.hub.backend import HubBackend
from dev.processes import ServiceProcess

MODULE = "app.product_service"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, hub: HubBackend) -> Iterator[ServiceProcess]:
    """Shared by the tests of a module."""
    process = ServiceProcess(MODULE, tmp_path_factory.mktemp("service"), **hub.environment)
    yield process
    process.kill()


@pytest.fixture
def ana(hub: HubBackend) -> Creator:
    """A creator whom tests make anew, with what they had kept."""
    return hub.creator("ana.lamp")
