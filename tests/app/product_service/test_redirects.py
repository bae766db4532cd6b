"""Redirects, and the clicks that they count."""

import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from app.hub import keys, links
from app.hub.creators import Creator
from app.hub.table import Update
from app.hub.times import day, now
from dev.hub.backend import HubBackend
from dev.processes import ServiceProcess
from tests.app.conftest import StartService
from tests.app.dynamodb_proxy import dynamodb_proxy


def clicks(hub: HubBackend, creator: Creator) -> dict[str, int]:
    """Counted so far, by link."""
    return {link_day.link_id: link_day.clicks for link_day in hub.stats(creator)}


def counted(hub: HubBackend, creator: Creator, expected: dict[str, int]) -> Callable[[], bool]:
    return lambda: clicks(hub, creator) == expected


def test_a_click_leads_to_the_shop_and_is_counted(service: ServiceProcess, hub: HubBackend) -> None:
    creator = hub.creator("clicked")
    link, other = hub.link(creator), hub.link(creator, url="https://other.example/?a=b#c")
    for _ in range(3):
        answer = service.request("GET", f"/r/{link.id}")
        assert (answer.status_code, answer.content) == (302, b"")
        assert answer.headers["location"] == "https://shop.example/lamp"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "strict-origin"
    answer = service.request("GET", f"/r/{other.id}")
    assert answer.headers["location"] == "https://other.example/?a=b#c"
    service.wait_until(counted(hub, creator, {link.id: 3, other.id: 1}), "counting")
    assert {link_day.day for link_day in hub.stats(creator)} == {day(now())}


def test_who_asks_by_head_has_not_clicked(service: ServiceProcess, hub: HubBackend) -> None:
    creator = hub.creator("headed")
    link = hub.link(creator)
    head = service.request("HEAD", f"/r/{link.id}")
    assert (head.status_code, head.headers["location"]) == (302, "https://shop.example/lamp")
    service.request("GET", f"/r/{link.id}")
    service.wait_until(counted(hub, creator, {link.id: 1}), "counting")


def test_a_link_that_is_put_away_leads_nowhere(service: ServiceProcess, hub: HubBackend) -> None:
    link = hub.link(hub.creator("away"), active=False)
    assert service.request("GET", f"/r/{link.id}").status_code == 404


@pytest.mark.parametrize(
    "url", ["http://shop.example/", "javascript:alert(1)", "https://10.0.0.1/", "//shop.example"]
)
def test_an_address_that_should_not_be_in_the_table_leads_nowhere(
    service: ServiceProcess, hub: HubBackend, url: str
) -> None:
    link = hub.link(hub.creator("strange"), url=url)
    assert service.request("GET", f"/r/{link.id}").status_code == 404


def test_no_header_can_be_smuggled_in_by_an_address(
    service: ServiceProcess, hub: HubBackend
) -> None:
    link = hub.link(hub.creator("smuggler"), url="https://shop.example/\r\nSet-Cookie: a=b")
    assert service.request("GET", f"/r/{link.id}").status_code == 404


def test_an_address_beyond_ascii_is_encoded(service: ServiceProcess, hub: HubBackend) -> None:
    link = hub.link(hub.creator("umlauts"), url="https://lämpchen.example/größe?q=ä")
    location = service.request("GET", f"/r/{link.id}").headers["location"]
    assert location == "https://xn--lmpchen-5wa.example/gr%C3%B6%C3%9Fe?q=%C3%A4"


def test_a_link_is_looked_up_once_in_a_while(service: ServiceProcess, hub: HubBackend) -> None:
    creator = hub.creator("remembered")
    link = hub.link(creator)
    service.request("GET", f"/r/{link.id}")
    links.remove(hub.table, creator.id, link.id)
    assert service.request("GET", f"/r/{link.id}").status_code == 302


def test_clicks_of_the_last_second_are_written_on_sigterm(
    start_service: StartService, hub: HubBackend
) -> None:
    creator = hub.creator("last_second")
    link = hub.link(creator)
    service = start_service("app.product_service", **hub.environment)
    service.request("GET", f"/r/{link.id}")
    before = sum(clicks(hub, creator).values())
    for _ in range(20):
        service.request("GET", f"/r/{link.id}")
    service.stop()
    assert before < 21
    assert clicks(hub, creator) == {link.id: 21}
    [line] = [line for line in service.lines if "_aws" in line]
    assert (line["ClicksCounted"], line["Service"]) == (21, "product-service")


def test_clicks_that_come_while_the_service_stops_are_counted(
    start_service: StartService, hub: HubBackend
) -> None:
    creator = hub.creator("stopping")
    link = hub.link(creator)
    service = start_service("app.product_service", **(hub.environment | {"DRAIN_SECONDS": "1"}))
    service.request("GET", f"/r/{link.id}")

    def click_until_refused(_: int) -> int:
        answered = 0
        try:
            while service.request("GET", f"/r/{link.id}").status_code == 302:
                answered += 1
        except httpx.TransportError:
            return answered
        raise AssertionError("a click was not redirected")

    with ThreadPoolExecutor(4) as pool:
        answered = pool.map(click_until_refused, range(4))
        service.signal(signal.SIGTERM)
    assert service.exit_code() == 0
    assert clicks(hub, creator) == {link.id: 1 + sum(answered)}


@pytest.mark.parametrize("fault", ["fail", "lose", "contend"])
def test_clicks_that_were_not_surely_written_are_counted_once_all_the_same(
    start_service: StartService, hub: HubBackend, fault: str
) -> None:
    creator = hub.creator(f"unsure_{fault}")
    link = hub.link(creator)
    with dynamodb_proxy(hub.aws) as proxy:
        proxy.faults[:] = [fault, fault]
        settings = hub.environment | {"AWS_ENDPOINT_URL": proxy.url}
        service = start_service("app.product_service", **settings)
        for _ in range(5):
            assert service.request("GET", f"/r/{link.id}").status_code == 302
        service.wait_until(lambda: not proxy.faults, "meeting the faults")
        service.request("GET", f"/r/{link.id}")
        service.wait_until(counted(hub, creator, {link.id: 6}), "counting")
        service.stop()
    first, second, third, *_ = proxy.transactions
    assert first == second == third
    assert clicks(hub, creator) == {link.id: 6}


def test_what_is_counted_is_added_to_what_was(service: ServiceProcess, hub: HubBackend) -> None:
    creator = hub.creator("adding")
    link = hub.link(creator)
    key = keys.stats(creator.id, day(now()), link.id)
    hub.table.write(Update(key=key, expression="ADD #clicks :some", values={"some": 40}))
    service.request("GET", f"/r/{link.id}")
    service.wait_until(counted(hub, creator, {link.id: 41}), "counting")
