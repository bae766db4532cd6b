"""An AWS for faults: DynamoDB Local and ElasticMQ behind proxies that fail, moto for the rest.

All are on loopback, and keep everything in memory.
"""

import json
from contextlib import ExitStack
from pathlib import Path

import boto3

from app.hub.clients import Client
from dev.emulators.fault_proxy import FaultProxy, fault_proxy
from dev.emulators.java import JavaProcess
from dev.hub.aws import ACCOUNT, CREDENTIAL, REGION, AwsServer


def dynamodb_local(libraries: Path, folder: Path) -> JavaProcess:
    """One set of tables for all credentials and regions. Its log is `folder`/dynamodb.log."""
    return JavaProcess.start(
        libraries,
        ["DynamoDbOnLoopback", "0"],
        log=folder / "dynamodb.log",
        port_is=r"listening on http://\S+:(\d+)/",
    )


def elastic_mq(libraries: Path, folder: Path) -> JavaProcess:
    """Without a queue; the limits of SQS are kept strictly. Its log is `folder`/elasticmq.log."""
    settings: dict[str, object] = {
        "rest-sqs": {"bind-hostname": "127.0.0.1", "bind-port": 0, "sqs-limits": "strict"},
        "rest-stats": {"enabled": False},  # a second server, on a port of its own
        "generate-node-address": True,  # queue URLs with the port that was free
        "aws": {"region": REGION, "accountId": ACCOUNT},
    }
    conf = folder / "elasticmq.conf"
    lines = (f"{json.dumps(key)} = {json.dumps(value)}" for key, value in settings.items())
    conf.write_text("\n".join(['include classpath("application.conf")', *lines, ""]))
    return JavaProcess.start(
        libraries,
        [f"-Dconfig.file={conf}", "org.elasticmq.server.Main"],
        log=folder / "elasticmq.log",
        port_is=r"Started SQS rest server, bind address 127\.0\.0\.1:(\d+)",
    )


OF_SERVICE = {"dynamodb": dynamodb_local, "sqs": elastic_mq}


class EmulatedAws(AwsServer):
    """Services reach the emulators through `proxies`, by name; the tests reach them directly."""

    def __init__(self, libraries: Path, folder: Path) -> None:
        super().__init__(folder)
        self.emulators: dict[str, JavaProcess] = {}
        self.proxies: dict[str, FaultProxy] = {}
        with ExitStack() as started:
            started.callback(super().stop)
            for service, start in OF_SERVICE.items():
                emulator = start(libraries, folder)
                started.callback(emulator.stop)
                self.emulators[service] = emulator
                self.proxies[service] = started.enter_context(fault_proxy(emulator.port))
            self._started = started.pop_all()

    @property
    def environment(self) -> dict[str, str]:
        """What sends a process's boto3 to moto, and to the proxies."""
        through = {
            f"AWS_ENDPOINT_URL_{name.upper()}": self.proxies[name].url for name in self.proxies
        }
        return {**super().environment, **through}

    @property
    def direct(self) -> dict[str, str]:
        """What sends a process's boto3 past the proxies: nothing slows it, and nothing is noted."""
        return {
            f"AWS_ENDPOINT_URL_{name.upper()}": self.emulators[name].url for name in self.emulators
        }

    def client(self, service: str) -> Client:
        """For an emulator itself, or for moto."""
        if service in self.emulators and service not in self._clients:
            session = boto3.Session(CREDENTIAL, CREDENTIAL, region_name=REGION)
            url = self.emulators[service].url
            self._clients[service] = session.client(service, endpoint_url=url)
        return super().client(service)

    def stop(self) -> None:
        """End everything."""
        self._started.close()
