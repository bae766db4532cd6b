"""A creator's links over the API."""

import pytest

from app.hub import links
from app.hub.creators import Creator
from app.hub.creators import id_of as creator_id_of
from dev.hub.aws import AwsServer
from dev.hub.backend import HubBackend
from dev.listening import Json
from dev.processes import ServiceProcess
from tests.app.conftest import StartService

LAMP = {"url": "https://shop.example/lamp?a=b", "title": "A red lamp"}


def path(creator: Creator, *rest: str) -> str:
    return "/".join((f"/v1/creators/{creator.id}/links", *rest))


def problem(kind: str) -> str:
    return f"urn:problem-type:buylink:{kind}"


def test_a_link_is_made_read_changed_and_deleted(service: ServiceProcess, hub: HubBackend) -> None:
    creator = hub.creator("whole_life")
    token = hub.token(creator)
    created = service.request(
        "POST", path(creator), token, json=LAMP | {"hashtags": ["Lamp", "red"]}
    )
    assert created.status_code == 201
    link = created.json()
    assert link == {
        "id": link["id"],
        "shortUrl": f"https://hub.example/r/{link['id']}",
        **LAMP,
        "hashtags": ["lamp", "red"],
        "active": True,
        "source": "made",
        "createdAt": link["createdAt"],
        "videoId": None,
        "thumbnails": {},
    }
    at = path(creator, link["id"])
    assert created.headers["location"] == at
    read = service.request("GET", at, token)
    assert (read.status_code, read.json()) == (200, link)
    assert read.headers["etag"] == created.headers["etag"]
    changed = service.request("PATCH", at, token, json={"title": "A blue lamp"})
    assert (changed.status_code, changed.json()) == (200, link | {"title": "A blue lamp"})
    assert changed.headers["etag"] != created.headers["etag"]
    assert service.request("GET", path(creator), token).json() == {"links": [changed.json()]}
    assert service.request("GET", f"/r/{link['id']}").status_code == 302
    assert service.request("DELETE", at, token).status_code == 204
    assert service.request("GET", f"/r/{link['id']}").status_code == 404
    for method in ("GET", "DELETE"):
        gone = service.request(method, at, token)
        assert (gone.status_code, gone.json()["type"]) == (404, problem("unknown-link"))


def test_links_are_listed_the_newest_first(service: ServiceProcess, hub: HubBackend) -> None:
    creator = hub.creator("listed")
    links = [hub.link(creator, created_at=f"2026-01-0{day}T00:00:00Z") for day in (2, 1, 3)]
    listed = service.request("GET", path(creator), hub.api_key).json()["links"]
    assert [link["id"] for link in listed] == [links[2].id, links[0].id, links[1].id]


def test_a_link_that_a_video_shows_has_paths_of_its_pictures(
    service: ServiceProcess, hub: HubBackend
) -> None:
    creator = hub.creator("pictured")
    key = "thumbnails/7301/0123456789ab-320.webp"
    link = hub.link(creator, thumbnails={320: key}, video_id="7301", source="found")
    shown = service.request("GET", path(creator, link.id), hub.token(creator)).json()
    assert (shown["videoId"], shown["source"]) == ("7301", "found")
    assert shown["thumbnails"] == {"320": f"/{key}"}


def test_what_is_put_away_leads_nowhere_at_once(service: ServiceProcess, hub: HubBackend) -> None:
    creator = hub.creator("at_once")
    link = hub.link(creator)
    assert service.request("GET", f"/r/{link.id}").status_code == 302
    service.request("PATCH", path(creator, link.id), hub.api_key, json={"active": False})
    assert service.request("GET", f"/r/{link.id}").status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        *({"url": "https://b.example/"}, {"title": "B"}, {"active": False}, {"hashtags": ["b"]}),
        *({"hashtags": []}, {}, {"title": None}, {"title": "  B  "}),
    ],
)
def test_only_what_is_sent_changes(
    service: ServiceProcess, hub: HubBackend, change: dict[str, Json]
) -> None:
    creator = hub.creator("only_what")
    link = hub.link(creator, hashtags=("a",), video_id="7301", source="found")
    changed = service.request("PATCH", path(creator, link.id), hub.token(creator), json=change)
    assert changed.status_code == 200
    expected = {"url": link.url, "title": link.title, "active": True, "hashtags": ["a"]}
    expected |= {name: value for name, value in change.items() if value is not None}
    if change.get("title"):
        expected["title"] = change["title"].strip()
    assert {name: changed.json()[name] for name in expected} == expected
    now = links.of_creator(hub.table, creator.id, link.id)
    assert now is not None
    assert (now.url, now.title, now.active, list(now.hashtags)) == tuple(expected.values())
    assert (now.video_id, now.source, now.created_at) == ("7301", "found", link.created_at)


def test_a_change_of_what_was_changed_since_is_refused(
    service: ServiceProcess, hub: HubBackend
) -> None:
    creator = hub.creator("if_match")
    link, token = hub.link(creator), hub.token(creator)
    at = path(creator, link.id)
    etag = service.request("GET", at, token).headers["etag"]
    seen = token | {"If-Match": etag}
    assert service.request("PATCH", at, seen, json={"title": "First"}).status_code == 200
    for method, body in (("PATCH", {"json": {"title": "Second"}}), ("DELETE", {})):
        late = service.request(method, at, seen, **body)
        assert (late.status_code, late.json()["type"]) == (412, problem("changed"))
    again = service.request("GET", at, token)
    assert again.json()["title"] == "First"
    assert service.request("DELETE", at, token | {"If-Match": "*"}).status_code == 204


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("http://shop.example/", "expected https://"),
        ("ftp://shop.example/", "expected https://"),
        ("javascript:alert(1)", "expected https://"),
        ("shop.example", "expected https://"),
        ("https://ana@shop.example/", "no user name"),
        ("https://ana:pass@shop.example/", "no user name"),
        ("https://shop.example:8443/", "the usual port"),
        ("https://shop.example:99999/", "can't be read"),
        ("https://[::1/", "can't be read"),
        ("https://127.0.0.1/", "IP address"),
        ("https://[::1]/", "IP address"),
        ("https://2130706433/", "IP address"),
        ("https://0x7f.1/", "IP address"),
        ("https://127.1/", "IP address"),
        ("https://１２７.0.0.1/", "IP address"),  # noqa: RUF001  full-width on purpose
        ("https://localhost/", "private name"),
        ("https://intranet/", "private name"),
        ("https://shop.internal/", "private name"),
        ("https://printer.local./", "private name"),
        ("https:///lamp", "expected a host name"),
        ("https://shop..example/", "expected a host name"),
        ("https://-shop.example/", "expected a host name"),
        ("https://shop.example/\tlamp", "spaces"),
        ("https://shop.example\\@evil.example/", "spaces"),
        ("https://shop.example/" + "a" * 2048, "2048"),
        ("https://shop.example/" + "ä" * 1000, "2048"),
    ],
)
def test_an_address_that_people_should_not_be_sent_to_is_refused(
    service: ServiceProcess, hub: HubBackend, url: str, what: str
) -> None:
    creator = hub.creator("bad_address")
    answer = service.request("POST", path(creator), hub.api_key, json=LAMP | {"url": url})
    assert (answer.status_code, answer.json()["type"]) == (422, problem("invalid-request"))
    [error] = answer.json()["errors"]
    assert error["where"] == "body.url"
    assert what in error["what"]


@pytest.mark.parametrize(
    "wrong",
    [
        *({"title": ""}, {"title": " "}, {"title": "a" * 121}, {"title": "a\u0000b"}, {"title": 7}),
        *(
            {"hashtags": ["a b"]},
            {"hashtags": ["a"] * 21},
            {"hashtags": "a"},
            {"active": "true"},
            {"active": 1},
        ),
        *({"url": None}, {"id": "000000000000"}, {"unknown": 1}),
    ],
)
def test_what_is_no_link_is_refused_and_not_repeated(
    service: ServiceProcess, hub: HubBackend, wrong: dict[str, object]
) -> None:
    creator = hub.creator("no_link")
    answer = service.request("POST", path(creator), hub.api_key, json=LAMP | wrong)
    assert (answer.status_code, answer.json()["type"]) == (422, problem("invalid-request"))
    assert links.page(hub.table, creator.id)[1] == []


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[]", b"null", b'"a"'])
def test_a_body_that_can_not_be_read_is_refused(
    service: ServiceProcess, hub: HubBackend, body: bytes
) -> None:
    headers = hub.api_key | {"Content-Type": "application/json"}
    answer = service.request("POST", path(hub.creator("no_body")), headers, content=body)
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_body_is_at_most_64_kib_whether_its_length_is_announced_or_not(
    service: ServiceProcess, hub: HubBackend
) -> None:
    at, headers = path(hub.creator("large")), hub.api_key | {"Content-Type": "application/json"}
    for content in (b" " * 70_000, iter([b" " * 35_000] * 2)):
        answer = service.request("POST", at, headers, content=content)
        assert (answer.status_code, answer.json()["type"]) == (413, problem("body-too-large"))


def test_a_creator_has_at_most_100_links(service: ServiceProcess, hub: HubBackend) -> None:
    creator = hub.creator("a_hundred")
    for _ in range(99):
        hub.link(creator)
    assert service.request("POST", path(creator), hub.api_key, json=LAMP).status_code == 201
    answer = service.request("POST", path(creator), hub.api_key, json=LAMP)
    assert (answer.status_code, answer.json()["type"]) == (409, problem("too-many-links"))


def test_nobody_gets_at_links_without_a_token_or_with_anothers(
    service: ServiceProcess, hub: HubBackend
) -> None:
    owner, other = hub.creator("owner"), hub.creator("other")
    link = hub.link(owner)
    for method, at, body in (
        ("GET", path(owner), {}),
        ("POST", path(owner), {"json": LAMP}),
        ("GET", path(owner, link.id), {}),
        ("PATCH", path(owner, link.id), {"json": {"title": "Mine"}}),
        ("DELETE", path(owner, link.id), {}),
        ("GET", f"/v1/creators/{owner.id}/stats", {}),
    ):
        for headers, status in (
            ({}, 401),
            ({"Authorization": "Bearer e30.e30.e30"}, 401),
            ({"X-Api-Key": "wrong"}, 401),
            (hub.token(other), 403),
        ):
            answer = service.request(method, at, headers, **body)
            assert (method, at, answer.status_code) == (method, at, status)
    assert links.of_creator(hub.table, owner.id, link.id) == link


def test_a_link_is_only_found_at_its_own_creator(service: ServiceProcess, hub: HubBackend) -> None:
    link, other = hub.link(hub.creator("has_it")), hub.creator("hasnt_it")
    answer = service.request("GET", path(other, link.id), hub.token(other))
    assert (answer.status_code, answer.json()["type"]) == (404, problem("unknown-link"))


def test_a_creator_that_nobody_is_has_no_links(service: ServiceProcess, hub: HubBackend) -> None:
    at = f"/v1/creators/{creator_id_of('nobody')}/links"
    for method, body in (("GET", {}), ("POST", {"json": LAMP})):
        answer = service.request(method, at, hub.api_key, **body)
        assert (answer.status_code, answer.json()["type"]) == (404, problem("unknown-creator"))


@pytest.mark.parametrize("creator", ["x", "c%23PROFILE", "C" + "a" * 16, "c" + "a" * 16 + "%0A"])
def test_an_id_that_can_be_nobodys_is_refused(
    service: ServiceProcess, hub: HubBackend, creator: str
) -> None:
    assert service.request("GET", f"/v1/creators/{creator}/links", hub.api_key).status_code == 422


def test_too_many_requests_and_too_many_writes_are_told_to_wait(
    start_service: StartService, hub: HubBackend
) -> None:
    creator = hub.creator("hasty")
    slow = {"REQUESTS_PER_SECOND": "1", "ACTIONS_PER_DAY": "1"}
    service = start_service("app.product_service", **(hub.environment | slow))
    token, at = hub.token(creator), path(creator)
    assert service.request("POST", at, token, json=LAMP).status_code == 201
    second = service.request("POST", at, token, json=LAMP)
    assert (second.status_code, second.json()["type"]) == (429, problem("too-many-actions"))
    assert int(second.headers["retry-after"]) > 0
    third = service.request("GET", at, token)
    assert (third.status_code, third.json()["type"]) == (429, problem("too-many-requests"))
    assert third.headers["retry-after"] == "1"
    assert service.request("GET", at, hub.api_key).status_code == 200


def test_a_stopped_hub_takes_no_links_but_shows_and_leads(
    start_service: StartService, aws: AwsServer
) -> None:
    hub = HubBackend(aws)
    hub.set_mode("stopped")
    creator = hub.creator("stopped")
    link = hub.link(creator)
    service = start_service("app.product_service", **hub.environment)
    for method, at, status in (
        ("POST", path(creator), 503),
        ("GET", path(creator), 200),
        ("GET", "/stopped", 200),
        ("GET", f"/r/{link.id}", 302),
    ):
        body = {"json": LAMP} if method == "POST" else {}
        answer = service.request(method, at, hub.api_key, **body)
        assert (at, answer.status_code) == (at, status)
        assert answer.headers["buylink-mode"] == "stopped"
    assert links.page(hub.table, creator.id)[1] == [link]
