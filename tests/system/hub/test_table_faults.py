"""The product service while DynamoDB fails, throttles and hangs."""

import time
from collections.abc import Iterator

import pytest

from app.hub.creators import Creator
from app.hub.links import Link
from dev.emulators.emulated_aws import EmulatedAws
from dev.emulators.fault_proxy import INTERNAL, THROTTLED, Fault, FaultProxy
from dev.hub.backend import HubBackend
from dev.processes import ServiceProcess

ATTEMPTS = 3
SOON_SECONDS = 2
RECOVERY_SECONDS = 30
each_fault = pytest.mark.parametrize("fault", [INTERNAL, THROTTLED], ids=lambda fault: fault.code)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, hub: HubBackend) -> Iterator[ServiceProcess]:
    """Shared by the tests of the module."""
    process = ServiceProcess(
        "app.product_service", tmp_path_factory.mktemp("service"), **hub.environment
    )
    assert process.request("GET", "/").status_code == 200
    yield process
    process.kill()


@pytest.fixture
def ana(hub: HubBackend) -> Creator:
    """A creator; links are the test's own."""
    return hub.creator("ana.lamp")


def status(service: ServiceProcess, link: Link) -> int:
    return service.request("GET", f"/r/{link.id}", timeout=60).status_code


def readiness(service: ServiceProcess) -> tuple[int, object]:
    answer = service.request("GET", "/readyz")
    return answer.status_code, answer.json().get("waitsFor")


@each_fault
def test_what_fails_twice_is_tried_again_and_no_client_notices(
    service: ServiceProcess, hub: HubBackend, ana: Creator, dynamodb: FaultProxy, fault: Fault
) -> None:
    link = hub.link(ana)
    with dynamodb.failing(Fault(status=fault.status, code=fault.code, only="Query"), times=2):
        assert status(service, link) == 302


@each_fault
def test_what_fails_on_is_tried_three_times_reported_as_503_and_is_over_by_itself(
    service: ServiceProcess, hub: HubBackend, ana: Creator, dynamodb: FaultProxy, fault: Fault
) -> None:
    link, before = hub.link(ana), len(dynamodb.asked("Query"))
    with dynamodb.failing(Fault(status=fault.status, code=fault.code, only="Query")):
        answer = service.request("GET", f"/r/{link.id}")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert answer.json()["type"] == "urn:problem-type:buylink:unavailable"
        assert len(dynamodb.asked("Query")) - before == ATTEMPTS
    assert status(service, link) == 302


def test_while_the_table_fails_the_service_is_well_but_not_ready(
    service: ServiceProcess, dynamodb: FaultProxy
) -> None:
    service.wait_until(lambda: readiness(service) == (200, None), "ready")
    with dynamodb.failing(INTERNAL):
        service.wait_until(lambda: readiness(service) == (503, ["table"]), "unready")
        assert service.request("GET", "/healthz").status_code == 200
    service.wait_until(lambda: readiness(service) == (200, None), "ready again")


def test_while_the_table_hangs_what_is_known_goes_on_the_rest_is_503_soon_and_no_click_is_lost(
    service: ServiceProcess, hub: HubBackend, ana: Creator, aws: EmulatedAws
) -> None:
    known, unknown = hub.link(ana), hub.link(ana)
    assert status(service, known) == 302
    clicks, started = 1, time.monotonic()
    with aws.emulators["dynamodb"].hanging():
        assert status(service, unknown) == 503
        service.wait_until(lambda: readiness(service) == (503, ["table"]), "unready")
        slowest = 0.0
        while time.monotonic() - started < RECOVERY_SECONDS:
            began = time.monotonic()
            assert status(service, known) == 302
            assert service.request("GET", "/healthz").status_code == 200
            slowest = max(slowest, time.monotonic() - began)
            clicks += 1
            time.sleep(0.1)
        assert slowest < SOON_SECONDS
    service.wait_until(
        lambda: status(service, unknown) == 302, "well again", seconds=RECOVERY_SECONDS
    )
    service.wait_until(lambda: readiness(service) == (200, None), "ready again")

    def counted() -> int:
        return sum(link_day.clicks for link_day in hub.stats(ana) if link_day.link_id == known.id)

    service.wait_until(lambda: counted() >= clicks, "counted", seconds=RECOVERY_SECONDS)
    assert counted() == clicks
