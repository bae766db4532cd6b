"""Stands before the AWS on loopback and plays what moto doesn't, by rules that a test sets.

What moto doesn't do: it starts no tasks for a service, has no deployments that last, and throttles
and denies nobody. A rule gets a call's JSON and a way to pass it on, and answers in its place.
"""

import json
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias

import boto3
import httpx
from botocore.config import Config

from app.hub.clients import Client
from dev.hub.aws import CREDENTIAL, REGION, AwsServer
from dev.listening import Json, QuietHandler, listening

Answer: TypeAlias = tuple[int, Json]
PassOn: TypeAlias = Callable[[], Answer]
Rule: TypeAlias = Callable[[Json, PassOn], Answer]

_OWN = frozenset({"host", "connection", "content-length", "accept-encoding"})
ATTEMPTS = 2


@dataclass
class AwsProxy:
    """`rules` are by operation, such as UpdateService; `calls` are the operations asked for so far.

    Of REST, an operation is the method and where it goes: `PUT /schedules`.
    """

    upstream: str
    url: str = ""
    rules: dict[str, Rule] = field(default_factory=dict[str, Rule])
    calls: list[str] = field(default_factory=list[str])
    _clients: dict[str, Client] = field(default_factory=dict[str, Client])
    http: httpx.Client = field(default_factory=lambda: httpx.Client(trust_env=False))

    def client(self, service: str) -> Client:
        """A boto3 client that asks here, and tries once more where AWS says to."""
        if service not in self._clients:
            session: Any = boto3.Session(CREDENTIAL, CREDENTIAL, region_name=REGION)
            retries = Config(retries={"mode": "standard", "total_max_attempts": ATTEMPTS})
            self._clients[service] = session.client(service, endpoint_url=self.url, config=retries)
        return self._clients[service]

    def refuse(self, operation: str, code: str, *, times: int = 1_000_000, **only: object) -> None:
        """Answer an error as AWS does, a number of times; `only` where the call says just this."""
        left = [times]

        def refused(asked: Json, pass_on: PassOn) -> Answer:
            if not left[0] or not asked.items() >= only.items():
                return pass_on()
            left[0] -= 1
            return 400, {"__type": code, "message": "no"}

        self.rules[operation] = refused

    def edit(self, operation: str, change: Callable[[Json], None]) -> None:
        """Change what AWS answers, in place."""

        def edited(_: object, pass_on: PassOn) -> Answer:
            status, answer = pass_on()
            change(answer)
            return status, answer

        self.rules[operation] = edited


class _Handler(QuietHandler):
    def __init__(self, proxy: AwsProxy, *args: Any) -> None:
        self._proxy = proxy
        super().__init__(*args)

    def respond(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        target = self.headers.get("X-Amz-Target", "").rpartition(".")[2]
        operation = target or f"{self.command} /{self.path.split('/')[1]}"
        self._proxy.calls.append(operation)
        rule = self._proxy.rules.get(operation)
        if rule is None:
            self._pass_back(self._upstream(body))
            return

        def pass_on() -> Answer:
            answer = self._upstream(body)
            return answer.status_code, json.loads(answer.content)

        status, content = rule(json.loads(body), pass_on)
        self._pass_back(httpx.Response(status, json=content))

    def _upstream(self, body: bytes) -> httpx.Response:
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _OWN}
        url = f"{self._proxy.upstream}{self.path}"
        return self._proxy.http.request(self.command, url, content=body, headers=headers)

    def _pass_back(self, answer: httpx.Response) -> None:
        ours = (*_OWN, "date", "server")
        headers = {
            name: value for name, value in answer.headers.items() if name.lower() not in ours
        }
        self.answer(answer.status_code, answer.content, headers)


@contextmanager
def aws_proxy(aws: AwsServer) -> Generator[AwsProxy]:
    """Listen on a free port until the block ends."""
    proxy = AwsProxy(aws.url)
    with listening(partial(_Handler, proxy)) as proxy.url, proxy.http:
        yield proxy
