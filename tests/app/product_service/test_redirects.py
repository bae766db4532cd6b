"""Redirects, and the clicks that they count."""

import asyncio
import logging
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import boto3
import httpx
import pytest

from app.hub import creators, keys, links
from app.hub.creators import Creator
from app.hub.metrics import Metrics
from app.hub.table import HubTable, Update
from app.hub.times import day, now
from app.product_service.clicks import Clicks
from dev.hub.aws import CREDENTIAL, REGION
from dev.hub.backend import HubBackend
from dev.processes import ServiceProcess
from tests.app.conftest import StartService
from tests.app.dynamodb_proxy import DynamoDbProxy, dynamodb_proxy


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


@pytest.fixture
def proxy(hub: HubBackend) -> Iterator[DynamoDbProxy]:
    """Between the clicks and the table."""
    with dynamodb_proxy(hub.aws) as proxy:
        yield proxy


def clicks_through(proxy: DynamoDbProxy, hub: HubBackend, output: StringIO | None = None) -> Clicks:
    session = boto3.Session(CREDENTIAL, CREDENTIAL, region_name=REGION)
    client = session.client("dynamodb", endpoint_url=proxy.url)
    metrics = Metrics("product-service", "test", output=output)
    return Clicks(HubTable(client, hub.table.name), metrics)


def test_many_links_are_counted_in_transactions_of_at_most_100(
    hub: HubBackend, proxy: DynamoDbProxy
) -> None:
    creator_id = creators.id_of("many")
    clicks = clicks_through(proxy, hub)
    links = [f"{number:012}" for number in range(130)]
    for link in [*links, *links]:
        clicks.count(creator_id, link)
    asyncio.run(clicks.close())
    assert [len(transaction["TransactItems"]) for transaction in proxy.transactions] == [100, 30]
    creator = hub.creator("many")
    assert {link_day.link_id: link_day.clicks for link_day in hub.stats(creator)} == dict.fromkeys(
        links, 2
    )


def test_a_batch_that_met_another_transaction_does_not_hold_up_the_next(
    hub: HubBackend, proxy: DynamoDbProxy
) -> None:
    creator = hub.creator("held_up")
    clicks = clicks_through(proxy, hub)
    for number in range(130):
        clicks.count(creator.id, f"{number:012}")
    proxy.faults[:] = ["contend"]
    asyncio.run(clicks.close())
    assert [len(transaction["TransactItems"]) for transaction in proxy.transactions] == [
        100,
        30,
        100,
    ]
    assert sum(link_day.clicks for link_day in hub.stats(creator)) == 130


def test_while_nothing_can_be_written_new_clicks_wait_as_counts(
    hub: HubBackend, proxy: DynamoDbProxy
) -> None:
    creator = hub.creator("waiting")
    clicks = clicks_through(proxy, hub)
    # Each of botocore's calls is three attempts.
    proxy.faults[:] = ["fail"] * 9

    async def click_while_it_fails() -> None:
        running = asyncio.create_task(clicks.run())
        while proxy.faults:
            clicks.count(creator.id, "0" * 12)
            await asyncio.sleep(0.01)
        running.cancel()
        await clicks.close()

    asyncio.run(click_while_it_fails())
    counts = [
        int(transaction["TransactItems"][0]["Update"]["ExpressionAttributeValues"][":clicks"]["N"])
        for transaction in proxy.transactions
    ]
    assert len({transaction["ClientRequestToken"] for transaction in proxy.transactions}) == 2
    assert [figures.clicks for figures in hub.stats(creator)] == [counts[0] + counts[-1]]


def test_clicks_that_can_not_be_written_at_the_end_are_told(
    hub: HubBackend, proxy: DynamoDbProxy, caplog: pytest.LogCaptureFixture
) -> None:
    output = StringIO()
    clicks = clicks_through(proxy, hub, output)
    creator_id = creators.id_of("told")
    clicks.count(creator_id, "0" * 12)
    clicks.count(creator_id, "0" * 12)
    proxy.faults[:] = ["fail"] * 1000
    asyncio.run(clicks.close(seconds=0.2))
    [record] = [entry for entry in caplog.records if entry.levelno == logging.ERROR]
    assert (record.message, record.__dict__["fields"]) == ("clicks lost", {"clicks": 2})
    assert output.getvalue() == ""


def test_nothing_is_written_when_nobody_clicked(hub: HubBackend, proxy: DynamoDbProxy) -> None:
    asyncio.run(clicks_through(proxy, hub).close())
    assert proxy.transactions == []
