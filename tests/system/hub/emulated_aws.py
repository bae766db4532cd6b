"""An AWS for faults: DynamoDB Local and ElasticMQ behind proxies that fail, moto for the rest."""

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import boto3

from tests.app.aws_server import CREDENTIAL, REGION, AwsServer
from tests.system.hub.emulators import dynamodb_local, elastic_mq
from tests.system.hub.fault_proxy import FaultProxy, fault_proxy
from tests.system.hub.java import JavaProcess

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
        through = {f"AWS_ENDPOINT_URL_{it.upper()}": self.proxies[it].url for it in self.proxies}
        return {**super().environment, **through}

    @property
    def direct(self) -> dict[str, str]:
        """What sends a process's boto3 past the proxies: nothing slows it, and nothing is noted."""
        return {f"AWS_ENDPOINT_URL_{it.upper()}": self.emulators[it].url for it in self.emulators}

    def client(self, service: str) -> Any:
        """For an emulator itself, or for moto."""
        if service in self.emulators and service not in self._clients:
            session = boto3.Session(CREDENTIAL, CREDENTIAL, region_name=REGION)
            url = self.emulators[service].url
            self._clients[service] = session.client(service, endpoint_url=url)
        return super().client(service)

    def stop(self) -> None:
        """End everything."""
        self._started.close()
