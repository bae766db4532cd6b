"""Pages of creators, as people and CloudFront get them."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest

from dev.hub.backend import HubBackend
from dev.processes import ServiceProcess
from tests.app.conftest import StartService

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
THUMBNAILS = {
    320: "thumbnails/7301/0123456789ab-320.webp",
    720: "thumbnails/7301/ba9876543210-720.webp",
}


class Tags(HTMLParser):
    """The tags of a page with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def named(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == name]


def test_a_page_shows_the_creators_active_links_the_newest_first(
    service: ServiceProcess, hub: HubBackend
) -> None:
    creator = hub.creator("shows", "Ana <script>")
    old = hub.link(creator, title="Old & good", created_at="2026-01-01T00:00:00Z")
    new = hub.link(creator, title="New", thumbnails=THUMBNAILS, created_at="2026-01-02T00:00:00Z")
    hub.link(creator, title="Put away", active=False)
    answer = service.request("GET", "/shows", BROWSER)
    assert answer.status_code == 200
    page = Tags(answer.text)
    redirects = [
        anchor["href"] for anchor in page.named("a") if str(anchor["href"]).startswith("/r/")
    ]
    assert redirects == [f"/r/{new.id}", f"/r/{old.id}"]
    assert "Ana <script>" in page.text
    assert "Old & good" in page.text
    assert "Put away" not in page.text
    assert page.named("script") == []
    [image] = page.named("img")
    assert image["src"] == f"/{THUMBNAILS[320]}"
    assert image["srcset"] == f"/{THUMBNAILS[320]} 320w, /{THUMBNAILS[720]} 720w"
    assert image["alt"]


def test_a_page_has_landmarks_and_a_language(service: ServiceProcess, hub: HubBackend) -> None:
    hub.creator("marks")
    page = Tags(service.request("GET", "/marks").text)
    assert page.named("html") == [{"lang": "en"}]
    for landmark in ("header", "main", "footer", "h1", "title"):
        assert len(page.named(landmark)) == 1


def test_the_handle_may_have_an_at_sign_and_capitals(
    service: ServiceProcess, hub: HubBackend
) -> None:
    hub.creator("at_sign")
    plain = service.request("GET", "/at_sign")
    assert plain.status_code == 200
    for path in ("/@at_sign", "/@At_Sign", "/AT_SIGN"):
        assert service.request("GET", path).content == plain.content


def test_a_page_can_be_kept_and_asked_for_again(service: ServiceProcess, hub: HubBackend) -> None:
    hub.creator("kept")
    first = service.request("GET", "/kept")
    assert first.headers["cache-control"] == (
        "public, max-age=60, s-maxage=300, stale-while-revalidate=600, stale-if-error=86400"
    )
    etag = first.headers["etag"]
    assert re.fullmatch(r'"[0-9a-f]{32}"', etag)
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = service.request("GET", "/kept", {"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == etag
        assert again.headers["cache-control"] == first.headers["cache-control"]
    assert service.request("GET", "/kept", {"If-None-Match": '"other"'}).status_code == 200


def test_head_answers_as_get_does_but_without_a_body(
    service: ServiceProcess, hub: HubBackend
) -> None:
    hub.creator("head")
    got, head = service.request("GET", "/head"), service.request("HEAD", "/head")
    assert (head.status_code, head.content) == (200, b"")
    for name in ("etag", "cache-control", "content-length", "content-type"):
        assert head.headers[name] == got.headers[name]


def test_another_content_has_another_etag(start_service: StartService, hub: HubBackend) -> None:
    creator = hub.creator("changes")
    before = start_service("app.product_service", **hub.environment).request("GET", "/changes")
    hub.link(creator)
    after = start_service("app.product_service", **hub.environment).request("GET", "/changes")
    assert before.headers["etag"] != after.headers["etag"]


def test_a_page_may_load_its_own_style_and_pictures_and_nothing_else(
    service: ServiceProcess, hub: HubBackend
) -> None:
    hub.creator("policy")
    policy = service.request("GET", "/policy").headers["content-security-policy"].split("; ")
    assert policy[0] == "default-src 'none'"
    assert re.fullmatch(r"style-src 'sha256-[A-Za-z0-9+/]{43}='", policy[1])
    assert policy[2] == f"img-src 'self' {hub.aws.url}"
    assert policy[3:] == ["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"]


def test_a_page_is_rendered_once_in_a_while(service: ServiceProcess, hub: HubBackend) -> None:
    creator = hub.creator("cached")
    before = service.request("GET", "/cached")
    hub.link(creator)
    assert service.request("GET", "/cached").content == before.content


def test_what_is_not_there_is_a_page_for_people_and_a_problem_for_programs(
    service: ServiceProcess,
) -> None:
    for path in ("/nobody_here", "/no/where", "/r/000000000000"):
        page = service.request("GET", path, BROWSER)
        assert page.status_code == 404
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert "Nothing here" in page.text
        assert "etag" not in page.headers
        problem = service.request("GET", path, {"Accept": "*/*"})
        assert problem.status_code == 404
        assert problem.json()["type"] == "urn:problem-type:buylink:not-found"
        for answer in (page, problem):
            assert (answer.headers["cache-control"], answer.headers["vary"]) == (
                "no-store",
                "Accept",
            )


@pytest.mark.parametrize(
    "path",
    [
        *("/%C3%A5sa", "/%D0%B0na", "/ana%00", "/ana%0A", "/@@ana", "/ana.", "/a", "/ana%20lamp"),
        *(
            "/" + "a" * 25,
            "/..%2Fana",
            "/%2e%2e%2fana",
            "/ana%2Flamp",
            "/HANDLE%23ana",
            "/ana-lamp",
        ),
        *("/r/%2e%2e%2f12345678", "/r/0000000000000", "/r/00000000000%0A", "/r/LINK%23000000"),
        *("/thumbnails/7301/..%2F..%2Foriginals", "/thumbnails/7301/0123456789ab-640.webp"),
        *("/thumbnails/", "/thumbnails/%D9%A7/0123456789ab-320.webp"),
    ],
)
def test_a_path_that_can_be_nobodys_is_never_looked_up(
    without_table: ServiceProcess, path: str
) -> None:
    assert without_table.request("GET", path).status_code == 404


def test_what_can_be_somebodys_is_looked_up(without_table: ServiceProcess) -> None:
    for path in ("/ana", "/r/000000000000"):
        answer = without_table.request("GET", path)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert answer.json()["type"] == "urn:problem-type:buylink:unavailable"


@pytest.fixture(scope="module")
def without_table(
    tmp_path_factory: pytest.TempPathFactory, hub: HubBackend
) -> Iterator[ServiceProcess]:
    """A service whose table isn't there: it fails whenever it looks something up."""
    settings: dict[str, Any] = {**hub.environment, "TABLE_NAME": "not-there"}
    process = ServiceProcess("app.product_service", tmp_path_factory.mktemp("service"), **settings)
    yield process
    process.kill()


def test_the_root_says_what_this_is(service: ServiceProcess) -> None:
    answer = service.request("GET", "/", BROWSER)
    assert answer.status_code == 200
    assert "https://hub.example/@name" in Tags(answer.text).text
    known = {"If-None-Match": answer.headers["etag"]}
    assert service.request("GET", "/", known).status_code == 304


def test_crawlers_are_asked_not_to_click(service: ServiceProcess) -> None:
    answer = service.request("GET", "/robots.txt")
    assert (answer.status_code, answer.headers["content-type"]) == (
        200,
        "text/plain; charset=utf-8",
    )
    assert answer.text == "User-agent: *\nDisallow: /r/\nDisallow: /v1/\n"


@pytest.mark.parametrize("width", [320, 720])
def test_a_thumbnail_is_a_redirect_to_a_url_that_is_good_for_five_minutes(
    service: ServiceProcess, hub: HubBackend, width: int
) -> None:
    answer = service.request("GET", f"/{THUMBNAILS[width]}")
    assert (answer.status_code, answer.headers["cache-control"]) == (302, "private, max-age=240")
    location, bucket = answer.headers["location"], hub.environment["THUMBNAILS_BUCKET"]
    assert location.startswith(f"{hub.aws.url}/{bucket}/{THUMBNAILS[width]}?")
    assert "X-Amz-Expires=300&" in location


def test_no_page_can_be_written_to(service: ServiceProcess) -> None:
    for path in ("/", "/ana", "/r/000000000000"):
        answer = service.request("POST", path)
        assert (answer.status_code, answer.json()["status"]) == (405, 405)
