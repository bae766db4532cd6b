"""Clicks on their way from memory to the table."""

import asyncio
import logging
from io import StringIO
from typing import Any

import boto3
import pytest

from app.hub import creators
from app.hub.metrics import Metrics
from app.hub.table import HubTable
from app.product_service.clicks import Clicks
from dev.hub.aws import CREDENTIAL, REGION
from dev.hub.backend import HubBackend
from tests.app.dynamodb_proxy import DynamoDbProxy, dynamodb_proxy


@pytest.fixture
def proxy(hub: HubBackend) -> Any:
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
