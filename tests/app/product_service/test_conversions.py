"""What shops report, and the figures that come of it."""

import json
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count

import httpx
import pytest

from app.hub import keys, stats
from app.hub.links import Link
from app.hub.table import Put
from app.hub.times import day, epoch, now, stamp
from dev.hub.aws import AwsServer
from dev.hub.backend import HubBackend
from dev.listening import Json
from dev.processes import ServiceProcess
from tests.app.conftest import StartService
from tests.app.dynamodb_proxy import dynamodb_proxy

PATH = "/v1/conversions"
_numbers = count(1)


def event(link: Link, **changes: object) -> Json:
    """A sale, as a shop reports it."""
    usual = {
        "eventId": f"event-{next(_numbers)}",
        "link": link.id,
        "type": "sale",
        "amount": "12.50",
        "currency": "EUR",
        "occurredAt": stamp(now()),
    }
    return usual | changes


def report(
    service: ServiceProcess, hub: HubBackend, conversion: dict[str, object]
) -> httpx.Response:
    body = json.dumps(conversion).encode()
    headers = {"Buylink-Signature": hub.signature(body), "Content-Type": "application/json"}
    return service.request("POST", PATH, headers, content=body)


def kind(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("urn:problem-type:buylink:")


def test_sales_and_refunds_add_up_by_day_link_and_currency(
    service: ServiceProcess, hub: HubBackend
) -> None:
    creator = hub.creator("sells")
    lamp, chair = hub.link(creator, id="a" * 12), hub.link(creator, id="b" * 12)
    today, yesterday = now(), now() - timedelta(days=1)
    for conversion in (
        event(lamp),
        event(lamp, amount="0.0001"),
        event(lamp, currency="JPY", amount="1200"),
        event(chair, occurredAt=stamp(yesterday)),
        event(chair, type="refund", amount="20", occurredAt=stamp(yesterday)),
    ):
        answer = report(service, hub, conversion)
        assert answer.status_code == 201
        assert answer.json() == {
            "eventId": conversion["eventId"],
            "link": conversion["link"],
            "day": conversion["occurredAt"][:10],
        }
    service.request("GET", f"/r/{lamp.id}")
    service.wait_until(lambda: any(link_day.clicks for link_day in hub.stats(creator)), "counting")
    answer = service.request("GET", f"/v1/creators/{creator.id}/stats", hub.token(creator))
    assert answer.json() == {
        "from": day(today - timedelta(days=29)),
        "to": day(today),
        "totals": {"clicks": 1, "conversions": 4, "revenue": {"EUR": "5.0001", "JPY": "1200"}},
        "days": [
            {
                "day": day(yesterday),
                "clicks": 0,
                "conversions": 1,
                "revenue": {"EUR": "-7.5"},
            },
            {
                "day": day(today),
                "clicks": 1,
                "conversions": 3,
                "revenue": {"EUR": "12.5001", "JPY": "1200"},
            },
        ],
        "links": [
            {
                "link": lamp.id,
                "clicks": 1,
                "conversions": 3,
                "revenue": {"EUR": "12.5001", "JPY": "1200"},
            },
            {"link": chair.id, "clicks": 0, "conversions": 1, "revenue": {"EUR": "-7.5"}},
        ],
    }


def test_an_event_counts_once(service: ServiceProcess, hub: HubBackend) -> None:
    creator = hub.creator("once")
    conversion = event(hub.link(creator))
    assert report(service, hub, conversion).status_code == 201
    assert kind(report(service, hub, conversion)) == (409, "counted-already")
    assert kind(report(service, hub, conversion | {"amount": "99"})) == (409, "counted-already")
    [figures] = hub.stats(creator)
    assert (figures.conversions, figures.revenue) == (1, {"EUR": Decimal("12.5")})
    item = hub.table.get(keys.conversion(conversion["eventId"]))
    assert item is not None
    assert abs(item["expiresAt"] - epoch(now() + timedelta(days=90))) < 60


def test_an_event_that_should_be_forgotten_but_is_still_there_counts_anew(
    service: ServiceProcess, hub: HubBackend
) -> None:
    conversion = event(hub.link(hub.creator("forgotten")))
    hub.table.write(
        Put(item={**keys.conversion(conversion["eventId"]), "expiresAt": epoch(now()) - 1})
    )
    assert report(service, hub, conversion).status_code == 201


def test_a_refund_may_come_before_its_sale(service: ServiceProcess, hub: HubBackend) -> None:
    creator = hub.creator("refund_first")
    link = hub.link(creator)
    assert report(service, hub, event(link, type="refund")).status_code == 201
    assert report(service, hub, event(link)).status_code == 201
    [figures] = hub.stats(creator)
    assert (figures.conversions, figures.revenue) == (1, {"EUR": Decimal(0)})


def test_the_day_is_that_of_utc(service: ServiceProcess, hub: HubBackend) -> None:
    noon = (now() - timedelta(days=3)).replace(hour=23, minute=30)
    local = noon.astimezone().isoformat().replace("+00:00", "-02:00")
    answer = report(service, hub, event(hub.link(hub.creator("zones")), occurredAt=local))
    assert answer.json()["day"] == day(datetime.fromisoformat(local).astimezone(UTC))


def test_a_link_that_nobody_has_is_no_reason_to_count(
    service: ServiceProcess, hub: HubBackend
) -> None:
    link = hub.link(hub.creator("leaves"))
    conversion = event(link) | {"link": "0" * 12}
    assert kind(report(service, hub, conversion)) == (422, "unknown-link")
    assert hub.table.get(keys.conversion(conversion["eventId"])) is None


@pytest.mark.parametrize(
    "wrong",
    [
        *({"amount": 12.5}, {"amount": 12}, {"amount": "-1"}, {"amount": "1e3"}, {"amount": "NaN"}),
        *({"amount": "1.00001"}, {"amount": "1234567890123"}, {"amount": ""}, {"amount": "1.5\n"}),
        *({"currency": "eur"}, {"currency": "EURO"}, {"currency": "E€R"}, {"type": "gift"}),
        *({"eventId": ""}, {"eventId": "a" * 65}, {"eventId": "a#b"}, {"link": "short"}),
        *({"occurredAt": "2026-01-01T00:00:00"}, {"occurredAt": "yesterday"}, {"occurredAt": 0}),
        *({"occurredAt": stamp(now() - timedelta(days=91))}, {"unknown": 1}),
        {"occurredAt": stamp(now() + timedelta(hours=1))},
        *({"occurredAt": "0001-01-01T00:00:00+14:00"}, {"occurredAt": "9999-12-31T23:59:59-14:00"}),
    ],
)
def test_what_is_no_conversion_is_refused(
    service: ServiceProcess, hub: HubBackend, wrong: dict[str, object]
) -> None:
    creator = hub.creator("no_conversion")
    conversion = event(hub.link(creator)) | wrong
    assert kind(report(service, hub, conversion)) == (422, "invalid-request")
    assert hub.stats(creator) == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b"null"])
def test_a_body_that_is_no_json_object_is_refused(
    service: ServiceProcess, hub: HubBackend, body: bytes
) -> None:
    headers = {"Buylink-Signature": hub.signature(body)}
    answer = service.request("POST", PATH, headers, content=body)
    assert kind(answer) == (422, "invalid-request")


def test_nothing_counts_without_a_good_signature(service: ServiceProcess, hub: HubBackend) -> None:
    creator = hub.creator("unsigned")
    body = json.dumps(event(hub.link(creator))).encode()
    good = hub.signature(body)
    t, kid, v1 = good.split(",")
    wrong: list[str | bytes | None] = [
        *(None, "", t, f"{t},{v1}", f"{kid},{t},{v1}", f"{good},v1=00", good.upper()),
        hub.signature(body, key="another-key"),
        hub.signature(body + b" "),
        hub.signature(body, at=time.time() - 310),
        hub.signature(body, at=time.time() + 310),
        f"t={int(t.removeprefix('t=')) - 1},{kid},{v1}",
        f"{t},kid=00000000,{v1}",
        f"t=1²,{kid},{v1}".encode("latin-1"),
    ]
    for signature in wrong:
        headers: dict[str, Json] = {} if signature is None else {"Buylink-Signature": signature}
        answer = service.request("POST", PATH, headers, content=body)
        assert kind(answer) == (401, "bad-signature"), signature
        assert hub.webhook_key.value not in answer.text
    assert hub.stats(creator) == []
    headers = {"Buylink-Signature": good}
    assert service.request("POST", PATH, headers, content=body).status_code == 201


def test_a_key_that_was_rotated_is_good_until_the_next(
    start_service: StartService, hub: HubBackend
) -> None:
    creator = hub.creator("rotated")
    link = hub.link(creator)
    service = start_service("app.product_service", **hub.environment)
    body = json.dumps(event(link)).encode()
    old = hub.signature(body)
    hub.rotate_webhook_key("another-webhook-key")
    new_body = json.dumps(event(link)).encode()
    for signature, content in ((old, body), (hub.signature(new_body), new_body)):
        headers = {"Buylink-Signature": signature}
        assert service.request("POST", PATH, headers, content=content).status_code == 201


@pytest.mark.parametrize(
    ("faults", "status"),
    [(["contend"] * 3, 201), (["contend"] * 4, 503), (["lose"], 201), (["fail"], 201)],
)
def test_a_conversion_that_meets_others_or_loses_its_answer_counts_once_or_not_at_all(
    start_service: StartService, hub: HubBackend, faults: list[str], status: int
) -> None:
    creator = hub.creator(f"meets_{len(faults)}_{faults[0]}")
    conversion = event(hub.link(creator))
    with dynamodb_proxy(hub.aws) as proxy:
        settings = hub.environment | {"AWS_ENDPOINT_URL": proxy.url}
        service = start_service("app.product_service", **settings)
        proxy.faults[:] = faults
        answer = report(service, hub, conversion)
        assert answer.status_code == status
        if status == 503:
            assert answer.headers["retry-after"] == "1"
            assert report(service, hub, conversion).status_code == 201
    assert [link_day.conversions for link_day in hub.stats(creator)] == [1]


def test_a_stopped_hub_takes_no_conversions_and_a_hasty_shop_waits(
    start_service: StartService, aws: AwsServer
) -> None:
    hub = HubBackend(aws)
    link = hub.link(hub.creator("hasty_shop"))
    settings = hub.environment | {"REQUESTS_PER_SECOND": "1"}
    service = start_service("app.product_service", **settings)
    answers = [report(service, hub, event(link)).status_code for _ in range(3)]
    assert answers == [201, 201, 429]
    hub.set_mode("stopped")
    answer = report(start_service("app.product_service", **settings), hub, event(link))
    assert kind(answer) == (503, "stopped")
    assert [link_day.conversions for link_day in hub.stats(hub.creator("hasty_shop"))] == [2]


def test_days_are_at_most_92_and_in_order(service: ServiceProcess, hub: HubBackend) -> None:
    creator = hub.creator("days")
    at, token = f"/v1/creators/{creator.id}/stats", hub.token(creator)
    fine = service.request("GET", f"{at}?from=2026-01-01&to=2026-04-02", token)
    assert (fine.status_code, fine.json()["days"]) == (200, [])
    for query in (
        *("from=2026-01-01&to=2026-04-03", "from=2026-01-02&to=2026-01-01", "from=today"),
        *("to=2026-13-01", "to=0", "to=2026-11-25T00:00:00Z", "from=9999-12-31", "from=0001-01-01"),
    ):
        answer = service.request("GET", f"{at}?{query}", token)
        assert kind(answer) == (422, "invalid-request"), query
    assert service.request("GET", f"{at}?to=0001-01-01", token).status_code == 200


def test_days_outside_are_left_out(service: ServiceProcess, hub: HubBackend) -> None:
    creator = hub.creator("outside")
    for on in ("2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04"):
        hub.table.write(stats.add_clicks(creator.id, on, "0" * 12, 1))
    answer = service.request(
        "GET",
        f"/v1/creators/{creator.id}/stats?from=2026-01-02&to=2026-01-03",
        hub.token(creator),
    )
    assert [day["day"] for day in answer.json()["days"]] == ["2026-01-02", "2026-01-03"]
    assert answer.json()["totals"]["clicks"] == 2
