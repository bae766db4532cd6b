"""What every service of the hub says of bodies too large or wrong, and of trouble behind it."""

import json
from collections.abc import Callable, Iterator

import httpx
import pytest

from app.hub.web.middleware import MOST_BYTES
from dev.processes import ServiceProcess
from tests.app.conftest import StartService

JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    process = ServiceProcess("tests.app.sample_service", tmp_path_factory.mktemp("service"))
    yield process
    process.kill()


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    document = answer.json()
    assert document["status"] == answer.status_code
    return answer.status_code, document["type"].removeprefix("urn:problem-type:buylink:")


def body_of(size: int) -> bytes:
    whole = json.dumps({"title": "pan", "price": 1}).encode()
    return whole + b" " * (size - len(whole))


def in_pieces(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), 10_000):
        yield content[start : start + 10_000]


@pytest.mark.parametrize("sent", [bytes, in_pieces], ids=["announced", "in pieces"])
def test_a_body_of_64_kib_is_taken_and_a_larger_one_is_not(
    service: ServiceProcess, sent: Callable[[bytes], object]
) -> None:
    def post(size: int) -> httpx.Response:
        return service.request("POST", "/products/1", JSON, content=sent(body_of(size)))

    assert post(MOST_BYTES).json() == {"number": 1, "title": "pan"}
    assert problem(post(MOST_BYTES + 1)) == (413, "body-too-large")


def test_a_body_that_is_too_large_is_refused_before_it_has_come(service: ServiceProcess) -> None:
    head = f"POST /products/1 HTTP/1.1\r\nHost: hub\r\nContent-Length: {MOST_BYTES + 1}\r\n\r\n"
    with service.connect() as connection:
        connection.sendall(head.encode())
        assert connection.makefile("rb").readline().startswith(b"HTTP/1.1 413")


def test_all_that_is_wrong_is_told_at_once_and_nothing_of_the_body_is_repeated(
    service: ServiceProcess,
) -> None:
    wrong: dict[str, object] = {"title": "sesame" * 9, "price": -1, "sesame-1": 1, "sesame-2": 2}
    answer = service.request("POST", "/products/x", json=wrong)
    assert problem(answer) == (422, "invalid-request")
    document = answer.json()
    places = {error["where"] for error in document["errors"]}
    assert places == {"path.number", "body.title", "body.price", "body"}
    assert len(document["errors"]) == 4
    assert "path.number, body.title, body.price, body" in document["detail"]
    assert "sesame" not in answer.text
    service.logged_request("/products/x")
    assert "sesame" not in service.output + service.errors


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[1]", b"null", b'{"title": "\\ud800", "price": 1}', b"NaN"],
)
def test_a_body_that_is_no_such_json_is_a_problem(service: ServiceProcess, content: bytes) -> None:
    answer = service.request("POST", "/products/1", JSON, content=content)
    assert problem(answer) == (422, "invalid-request")


@pytest.mark.parametrize("content", [b"[" * 60_000, b"\xff"], ids=["deep", "no UTF-8"])
def test_a_body_that_can_not_be_read_is_a_problem(service: ServiceProcess, content: bytes) -> None:
    answer = service.request("POST", "/products/1", JSON, content=content)
    assert problem(answer) == (400, "bad-request")


@pytest.mark.parametrize(
    ("how", "expected", "seconds"),
    [
        ("refused", (503, "unavailable"), "5"),
        ("unreachable", (503, "unavailable"), "5"),
        ("contended", (503, "contended"), "1"),
        ("limit", (429, "too-many-requests"), "7"),
    ],
)
def test_trouble_that_passes_says_when_to_come_again_and_not_what_it_was(
    service: ServiceProcess, how: str, expected: tuple[int, str], seconds: str
) -> None:
    answer = service.request("GET", f"/fails/{how}")
    assert problem(answer) == expected
    assert answer.headers["retry-after"] == seconds
    service.logged_request(f"/fails/{how}")
    assert "sesame" not in answer.text + service.output + service.errors


def test_a_method_that_a_path_does_not_have_is_a_problem(service: ServiceProcess) -> None:
    answer = service.request("DELETE", "/products/1")
    assert problem(answer) == (405, "method-not-allowed")
    assert answer.headers["allow"] == "POST"


def test_one_of_so_many_requests_that_succeed_is_logged_and_every_one_that_fails(
    start_service: StartService,
) -> None:
    service = start_service("tests.app.sample_service", LOG_ONE_IN="3")
    for number in range(1, 8):
        sent = {"title": "pan", "price": 1}
        assert service.request("POST", f"/products/{number}", json=sent).status_code == 200
        service.request("GET", f"/no/{number}")
    service.logged_request("/no/7")
    succeeded = [request for request in service.logged("request") if request["status"] == 200]
    assert [(request["path"], request["one_in"]) for request in succeeded] == [
        ("/products/1", 3),
        ("/products/4", 3),
        ("/products/7", 3),
    ]
    failed = [request for request in service.logged("request") if request["status"] == 404]
    assert [request["path"] for request in failed] == [f"/no/{number}" for number in range(1, 8)]
    assert all("one_in" not in request for request in failed)
