"""The hub's processes on this machine: started, waited for, and ended by their own process ids."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from dev.hub.aws import AwsServer
from dev.hub.resources import HubResources

STACK = "buylink-local"
START_SECONDS = 30
STOP_SECONDS = 20
APIS = ("product_service", "ingestion_api")


class ServiceError(Exception):
    """A service did not start, or ended by itself; the text says which, and where its log is."""


class Services:
    """Both APIs and the worker, each with its log in a file of its own."""

    def __init__(
        self, aws: AwsServer, resources: HubResources, *, tiktok_url: str, logs: Path
    ) -> None:
        self._aws = aws
        self._resources = resources
        self._tiktok_url = tiktok_url
        self._logs = logs
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._ports: dict[str, int] = dict(zip(APIS, _free_ports(len(APIS)), strict=True))

    @property
    def aws_url(self) -> str:
        """Of the server that plays AWS."""
        return self._aws.url

    @property
    def product_url(self) -> str:
        """Of the hub's pages, redirects and the product API."""
        return self._url("product_service")

    @property
    def ingestion_url(self) -> str:
        """Of the ingestion API and the sign-in."""
        return self._url("ingestion_api")

    def start(self) -> None:
        """Start them, and wait until they can be used. Raises ServiceError."""
        secrets = self._resources.secret_arns
        self._start(
            "product_service",
            {
                "API_KEY_ARN": secrets["product-api-key"],
                "WEBHOOK_KEY_ARN": secrets["webhook-signing-key"],
            },
        )
        self._start("ingestion_api", {"API_KEY_ARN": secrets["ingestion-api-key"]})
        self._start("ai_worker", {"POLL_SECONDS": "5"})
        for api in APIS:
            self._wait_for(api, "listening")
        self._wait_for("ai_worker", "polling")

    def wait(self) -> None:
        """For as long as all run. Raises ServiceError when one ends by itself."""
        while True:
            for name, process in self._processes.items():
                if process.poll() is not None:
                    raise self._error(name, f"ended with {process.returncode}")
            time.sleep(0.2)

    def stop(self) -> None:
        """End them as ECS does: SIGTERM, and SIGKILL for who takes too long."""
        for process in self._processes.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for process in self._processes.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _start(self, name: str, environment: dict[str, str]) -> None:
        with self._log(name).open("wb") as log:
            settings = {**self._common(), **self._place(name), **environment}
            self._processes[name] = subprocess.Popen(
                [sys.executable, "-m", f"app.{name}"],
                env={**os.environ, **self._aws.environment, **settings},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _common(self) -> dict[str, str]:
        resources = self._resources
        return {
            "HOST": "127.0.0.1",
            "DRAIN_SECONDS": "0",
            "LOG_ONE_IN": "1",
            "TABLE_NAME": resources.table,
            "STATE_TABLE": resources.state_table,
            "STACK_TAG": STACK,
            "QUEUE_URL": resources.queue_url,
            "ORIGINALS_BUCKET": resources.originals,
            "THUMBNAILS_BUCKET": resources.thumbnails,
            "TOKEN_KEY_ID": resources.token_key_id,
            "TIKTOK_CLIENT_ARN": resources.secret_arns["tiktok-client"],
            "JWT_SIGNING_KEY_ARN": resources.secret_arns["jwt-signing-key"],
            "TIKTOK_ENDPOINT_URL": self._tiktok_url,
        }

    def _place(self, name: str) -> dict[str, str]:
        """Where an API listens, and how people reach it."""
        if name not in APIS:
            return {}
        return {"PORT": str(self._ports[name]), "PUBLIC_URL": self._url(name)}

    def _url(self, api: str) -> str:
        return f"http://127.0.0.1:{self._ports[api]}"

    def _wait_for(self, name: str, message: str) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._processes[name].poll() is None:
            if f'"message": "{message}"' in self._log(name).read_text("utf-8"):
                return
            time.sleep(0.05)
        raise self._error(name, f"did not say {message!r}")

    def _log(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def _error(self, name: str, what: str) -> ServiceError:
        return ServiceError(f"{name}: expected it to run, but it {what}: see {self._log(name)}")


def _free_ports(number: int) -> list[int]:
    """Ports that are free now: the APIs have to know their address before they listen."""
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    try:
        return [listener.getsockname()[1] for listener in listeners]
    finally:
        for listener in listeners:
            listener.close()
