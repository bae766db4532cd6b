"""The services over HTTP, each in a process of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from datetime import datetime, timedelta

import httpx
import pytest

from dev.hub.backend import HubBackend
from dev.processes import REPOSITORY, ServiceProcess
from tests.app.conftest import StartService

Running = tuple[str, ServiceProcess]

HALF_A_REQUEST = b"POST /count HTTP/1.1\r\nHost: hub\r\nContent-Length: 4\r\n\r\nab"


def test_the_health_check_says_who_is_well(running: Running) -> None:
    name, service = running
    answer = service.request("GET", "/healthz")
    assert (answer.status_code, answer.json()) == (200, {"service": name, "status": "ok"})


@pytest.mark.parametrize("path", ["/healthz/", "/docs/", "/v1/openapi.json", "/li/nks?a=b"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_any_other_path_is_a_404_as_a_problem_document(
    running: Running, method: str, path: str
) -> None:
    answer = running[1].request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.json() == {
        "type": "urn:problem-type:buylink:not-found",
        "title": "Not found",
        "status": 404,
        "detail": "Not Found",
    }


def test_a_request_is_one_json_line_in_the_log(running: Running) -> None:
    name, service = running
    service.request("GET", "/one-line%0Aonly")
    line = service.logged_request("/one-line\nonly")
    assert set(line) == {
        *("timestamp", "level", "service", "message"),
        *("method", "path", "status", "duration_ms"),
    }
    assert (line["level"], line["service"]) == ("INFO", name)
    assert (line["method"], line["status"]) == ("GET", 404)
    assert 0 < line["duration_ms"] < 10_000
    assert datetime.fromisoformat(line["timestamp"]).utcoffset() == timedelta(0)


def test_no_credential_of_a_request_reaches_the_log(running: Running) -> None:
    _, service = running
    secrets = {"Authorization": "Bearer sesame-1", "Cookie": "session=sesame-2"}
    service.request("GET", "/secret?token=sesame-3", secrets | {"X-Api-Key": "sesame-4"})
    service.request("GET", "/double%3Ftoken=sesame-5")
    service.logged_request("/secret")
    service.logged_request("/double?[withheld]")
    assert "sesame" not in service.output + service.errors


def test_a_long_path_is_logged_short(running: Running) -> None:
    _, service = running
    path = "/" + "long" * 1000
    service.request("GET", path)
    service.logged_request(path[:200])


def test_health_checks_are_not_logged_while_all_is_well(running: Running) -> None:
    _, service = running
    service.request("GET", "/healthz")
    service.request("GET", "/after-health")
    service.logged_request("/after-health")
    assert '"/healthz"' not in service.output


def test_a_service_whose_aws_answers_is_ready(running: Running) -> None:
    name, service = running
    answer = service.request("GET", "/readyz")
    assert (answer.status_code, answer.json()) == (200, {"service": name, "status": "ready"})


def test_the_container_health_check_passes_while_all_is_well(running: Running) -> None:
    assert container_health(running[1].port) == (0, "")


def test_an_answer_does_not_wait_for_the_clients_acknowledgement(running: Running) -> None:
    seconds: list[float] = []
    with running[1].connect() as connection:
        for _ in range(20):
            started = time.monotonic()
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: hub\r\n\r\n")
            answer = b""
            while not answer.endswith(b"}"):
                answer += connection.recv(4096)
            seconds.append(time.monotonic() - started)
    # A delayed acknowledgement takes 40 ms, each time but for the first few.
    assert sorted(seconds)[10] < 0.03


def test_after_sigterm_the_health_check_is_draining_and_the_process_exits_with_0(
    start_service: StartService, hub: HubBackend
) -> None:
    service = start_service("app.ingestion_api", DRAIN_SECONDS="1", **hub.environment)
    assert service.request("GET", "/healthz").status_code == 200
    service.signal(signal.SIGTERM)
    service.wait_until(lambda: service.logged("draining"), "draining")
    answer = service.request("GET", "/healthz")
    assert answer.status_code == 503
    assert answer.json() == {"service": "ingestion-api", "status": "draining"}
    status, reason = container_health(service.port)
    assert status == 1
    assert reason == "health check: expected 200, got: HTTP Error 503: Service Unavailable\n"
    assert service.exit_code() == 0
    assert service.lines[-1]["message"] == "stopped"
    assert service.errors == ""


def test_a_request_in_flight_is_finished_after_sigterm(start_service: StartService) -> None:
    service = start_service("tests.app.sample_service", FINISH_SECONDS="10")
    with service.connect() as connection:
        connection.sendall(HALF_A_REQUEST)
        service.request("GET", "/reached")  # so the half before it has been read as well
        service.signal(signal.SIGTERM)
        service.wait_until(service.refuses, "refusing connections")
        time.sleep(0.3)  # uvicorn waits 0.1 s for everybody; more has to be allowed
        connection.sendall(b"cd")
        answer = connection.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b'{"bytes":4}')
    assert service.exit_code() == 0


def test_a_second_sigterm_changes_nothing(start_service: StartService) -> None:
    service = start_service("tests.app.sample_service", FINISH_SECONDS="10")
    with service.connect() as connection:
        connection.sendall(HALF_A_REQUEST)
        service.request("GET", "/reached")
        service.signal(signal.SIGTERM)
        service.wait_until(service.refuses, "refusing connections")
        service.signal(signal.SIGTERM)
        connection.sendall(b"cd")
        assert connection.makefile("rb").read().endswith(b'{"bytes":4}')
    assert service.exit_code() == 0
    assert len(service.logged("draining")) == 1


def test_a_request_that_never_ends_is_cut_in_time(start_service: StartService) -> None:
    service = start_service("tests.app.sample_service", FINISH_SECONDS="0")
    with service.connect() as connection:
        connection.sendall(HALF_A_REQUEST)
        service.request("GET", "/reached")
        service.signal(signal.SIGTERM)
        assert service.exit_code() == 0
    assert service.logged_request("/count")["status"] is None


def test_ctrl_c_stops_without_draining(start_service: StartService, hub: HubBackend) -> None:
    service = start_service("app.product_service", DRAIN_SECONDS="45", **hub.environment)
    assert service.request("GET", "/healthz").status_code == 200
    service.signal(signal.SIGINT)
    assert service.exit_code() == 0
    assert service.errors == ""


def test_a_crash_is_answered_in_json_and_its_place_is_logged(start_service: StartService) -> None:
    service = start_service("tests.app.sample_service", FINISH_SECONDS="1")
    answer = service.request("GET", "/crash")
    assert answer.status_code == 500
    assert answer.json()["type"] == "urn:problem-type:buylink:internal-error"
    [line] = service.logged("request failed")
    assert (line["level"], line["error"], line["path"]) == (
        "ERROR",
        "builtins.ValueError",
        "/crash",
    )
    assert "sample_service.py" in line["stack"]
    assert "crash-secret" not in service.output + service.errors

    with pytest.raises(httpx.RemoteProtocolError):  # half an answer must not look like a whole one
        service.request("GET", "/half")
    assert service.logged_request("/crash")["status"] == 500
    assert service.logged_request("/half")["status"] == 200
    assert len([line for line in service.lines if "stack" in line]) == 2


def test_a_bad_port_ends_the_process_with_2_and_says_what_to_do(
    start_service: StartService, hub: HubBackend
) -> None:
    service = start_service("app.ingestion_api", PORT="http", **hub.environment)
    assert service.exit_code() == 2
    [line] = service.lines
    assert line["level"] == "ERROR"
    assert line["message"] == (
        "PORT: expected a whole number from 0 to 65535, got 'http': the load balancer and the "
        "health check connect to this TCP port. Set PORT to such a number, or unset it for 8080."
    )
    assert service.errors == ""


def test_a_port_in_use_ends_the_process_with_2_and_says_what_to_do(
    start_service: StartService, hub: HubBackend
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        taken = str(listener.getsockname()[1])
        service = start_service("app.ingestion_api", PORT=taken, **hub.environment)
        assert service.exit_code() == 2
    [line] = service.lines
    assert f"got 127.0.0.1:{taken}: Address already in use" in line["message"]
    assert "set HOST and PORT to a free address" in line["message"]


def container_health(port: int) -> tuple[int, str]:
    """Exit code and standard error of the check that the image runs in its container."""
    done = subprocess.run(
        [sys.executable, "-m", "app.hub.web.health_check"],
        cwd=REPOSITORY,
        env={**os.environ, "PORT": str(port)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr
