"""Clocks that differ, what is delivered twice, and what comes in the wrong order."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import httpx
import pytest

from app.hub.creators import Creator
from app.hub.secret_values import RotatingSecret
from app.hub.times import day, now, stamp
from app.hub.web.auth import issue_token
from dev.hub.backend import HubBackend
from dev.processes import ServiceProcess

AT_ONCE = 8
TIMES = 24
VALID = timedelta(hours=12)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, hub: HubBackend) -> Iterator[ServiceProcess]:
    """Shared by the tests of the module."""
    process = ServiceProcess(
        "app.product_service", tmp_path_factory.mktemp("service"), **hub.environment
    )
    yield process
    process.kill()


@pytest.fixture
def ana(hub: HubBackend) -> Creator:
    """A creator with links."""
    return hub.creator("ana.lamp")


@pytest.mark.parametrize(
    ("ahead", "status"),
    [
        (timedelta(seconds=20), 200),
        (timedelta(minutes=5), 401),
        (-VALID + timedelta(seconds=20), 200),
        (-VALID - timedelta(seconds=20), 200),
        (-VALID - timedelta(minutes=5), 401),
    ],
    ids=["a-little-ahead", "far-ahead", "old", "just-ended", "ended"],
)
def test_a_token_of_a_clock_that_differs_a_little_is_good(
    service: ServiceProcess, hub: HubBackend, ana: Creator, ahead: timedelta, status: int
) -> None:
    arn: str = hub.environment["JWT_SIGNING_KEY_ARN"]
    keys = RotatingSecret(hub.aws.client("secretsmanager"), arn)
    token, _ = issue_token(keys, ana.id, moment=now() + ahead)
    path = f"/v1/creators/{ana.id}/links"
    answer = service.request("GET", path, {"Authorization": f"Bearer {token}"})
    assert answer.status_code == status, answer.text


def event(link_id: str, event_id: str, **changes: object) -> dict[str, object]:
    usual = {
        "eventId": event_id,
        "link": link_id,
        "type": "sale",
        "amount": "12.50",
        "currency": "EUR",
        "occurredAt": stamp(now()),
    }
    return usual | changes


def report(
    service: ServiceProcess, hub: HubBackend, conversion: dict[str, object], *, ahead: float = 0
) -> httpx.Response:
    """As a shop does whose clock is ahead by so many seconds."""
    body = json.dumps(conversion).encode()
    headers = {
        "Buylink-Signature": hub.signature(body, at=time.time() + ahead),
        "Content-Type": "application/json",
    }
    return service.request("POST", "/v1/conversions", headers, content=body, timeout=60)


@pytest.mark.parametrize(("ahead", "status"), [(240, 201), (-240, 201), (420, 401), (-420, 401)])
def test_a_webhook_of_a_clock_that_differs_by_minutes_is_counted(
    service: ServiceProcess, hub: HubBackend, ana: Creator, ahead: float, status: int
) -> None:
    conversion = event(hub.link(ana).id, f"clock-{ahead}")
    assert report(service, hub, conversion, ahead=ahead).status_code == status


def test_a_webhook_that_is_delivered_many_times_at_once_counts_once(
    service: ServiceProcess, hub: HubBackend, ana: Creator
) -> None:
    link = hub.link(ana)
    conversion = event(link.id, "many-times")
    with ThreadPoolExecutor(AT_ONCE) as shops:
        answers = list(shops.map(lambda _: report(service, hub, conversion), range(TIMES)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: TIMES - 1}
    [figures] = [link_day for link_day in hub.stats(ana) if link_day.link_id == link.id]
    assert (figures.conversions, figures.revenue) == (1, {"EUR": Decimal("12.5")})


def test_webhooks_in_any_order_add_up_to_the_same(
    service: ServiceProcess, hub: HubBackend, ana: Creator
) -> None:
    link, yesterday = hub.link(ana), now() - timedelta(days=1)
    refund_first = [
        event(link.id, "refund", type="refund", amount="2.50"),
        event(link.id, "later"),
        event(link.id, "earlier", occurredAt=stamp(yesterday), amount="7"),
    ]
    for conversion in refund_first:
        assert report(service, hub, conversion).status_code == 201
    figures = {link_day.day: link_day for link_day in hub.stats(ana) if link_day.link_id == link.id}
    assert {
        figure.day: (figure.conversions, figure.revenue["EUR"]) for figure in figures.values()
    } == {
        day(yesterday): (1, Decimal(7)),
        day(now()): (1, Decimal(10)),
    }
