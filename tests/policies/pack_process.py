"""The pack as the engine runs it: a process of its own, asked over gRPC."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import grpc
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import analyzer_pb2 as messages
from pulumi.runtime.proto import analyzer_pb2_grpc

from buylink.graph import Graph, Resource, Unknown, Value

ROOT: Final = Path(__file__).resolve().parents[2]
UNKNOWN_VALUE: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


@dataclass(frozen=True)
class Diagnostic:
    policy: str
    urn: str
    message: str
    mandatory: bool


@dataclass(frozen=True)
class Answer:
    """What the pack said of a stack, resource by resource and as a whole."""

    diagnostics: tuple[Diagnostic, ...]
    not_applicable: tuple[str, ...]


class Pack:
    """A running pack."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = analyzer_pb2_grpc.AnalyzerStub(channel)
        self._config: Mapping[str, Mapping[str, Value]] = {}

    def info(self) -> messages.AnalyzerInfo:
        return self._stub.GetAnalyzerInfo(empty_pb2.Empty())

    def configure(self, config: Mapping[str, Mapping[str, Value]]) -> None:
        if config == self._config:
            return
        self._config = config
        self._stub.Configure(
            messages.ConfigureAnalyzerRequest(
                policyConfig={
                    policy: messages.PolicyConfig(
                        enforcementLevel=messages.MANDATORY, properties=_struct(properties)
                    )
                    for policy, properties in config.items()
                }
            )
        )

    def handshake(self) -> None:
        request = messages.AnalyzerStackConfigureRequest(stack="elsewhere", project="shop")
        self._stub.ConfigureStack(request)

    def judge(self, resources: tuple[Resource, ...], graph: Graph) -> Answer:
        """Sends each resource as Analyze does, then the graph as AnalyzeStack does."""
        responses = [self._stub.Analyze(_analyze(resource)) for resource in resources]
        responses.append(self._stub.AnalyzeStack(_analyze_stack(graph)))
        urns = [*(resource.urn for resource in resources), ""]
        return Answer(
            tuple(
                Diagnostic(
                    policy=diagnostic.policyName,
                    urn=urn or diagnostic.urn,
                    message=diagnostic.message,
                    mandatory=diagnostic.enforcementLevel == messages.MANDATORY,
                )
                for urn, response in zip(urns, responses, strict=True)
                for diagnostic in response.diagnostics
            ),
            tuple(
                skipped.policy_name for response in responses for skipped in response.not_applicable
            ),
        )


@contextmanager
def running_pack(directory: Path) -> Generator[Pack]:
    """Starts the pack with `directory` as its working directory; ends it and waits."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:0", str(ROOT / "policies")],
        cwd=directory,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        port = int(process.stdout.readline())
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield Pack(channel)
    finally:
        process.terminate()
        process.wait()
        if process.stdout:
            process.stdout.close()


def _analyze(resource: Resource) -> messages.AnalyzeRequest:
    return messages.AnalyzeRequest(
        type=resource.type,
        urn=resource.urn,
        name=resource.name,
        properties=_struct(resource.inputs),
        options=messages.AnalyzerResourceOptions(parent=resource.parent or ""),
        provider=_provider(resource),
    )


def _provider(resource: Resource) -> messages.AnalyzerProviderResource | None:
    """What the engine says of every resource but components and providers."""
    if not resource.custom or resource.is_provider:
        return None
    kind = f"pulumi:providers:{resource.type.split(':')[0]}"
    return messages.AnalyzerProviderResource(
        type=kind, name="default", urn=f"urn:pulumi:prod::shop::{kind}::default"
    )


def _analyze_stack(graph: Graph) -> messages.AnalyzeStackRequest:
    return messages.AnalyzeStackRequest(
        resources=[
            messages.AnalyzerResource(
                type=resource.type,
                urn=resource.urn,
                name=resource.name,
                parent=resource.parent or "",
                properties=_struct(resource.outputs),
                provider=_provider(resource),
                propertyDependencies={
                    name: messages.AnalyzerPropertyDependencies(urns=urns)
                    for name, urns in resource.dependencies.items()
                },
            )
            for resource in graph
        ]
    )


def _struct(properties: Mapping[str, Value]) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    struct.update(_sent(properties))
    return struct


def _sent(value: Value) -> Value:
    match value:
        case Unknown():
            return UNKNOWN_VALUE
        case Mapping():
            return {key: _sent(item) for key, item in value.items()}
        case list() | tuple():
            return [_sent(item) for item in value]
        case _:
            return value
