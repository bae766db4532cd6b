"""Speaks to a policy pack as Pulumi's engine does: a process of its own, over gRPC.

https://github.com/pulumi/pulumi/blob/master/proto/pulumi/analyzer.proto
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Self, TypeVar

import grpc
from google.protobuf import empty_pb2
from google.protobuf.json_format import MessageToDict
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from buylink.errors import BuylinkError
from buylink.graph import Value
from buylink.preview.monitor import Registration
from buylink.preview.wire import for_analyzer

STACK_VALUES = "x-stack-values"
"""The keyword of a configuration key's schema under which a pack may state it for each stack."""
OTHER_STACKS = "*"

PolicyConfig = str | Mapping[str, Value]
"""What a user gives of a policy: its level, or its properties with or without one."""
PackConfig = Mapping[str, PolicyConfig]
"""By the policy's name; `all` is of each."""

LEVELS = {
    analyzer_pb2.ADVISORY: "advisory",
    analyzer_pb2.MANDATORY: "mandatory",
    analyzer_pb2.REMEDIATE: "remediate",
    analyzer_pb2.DISABLED: "disabled",
}


class PackError(BuylinkError):
    """The pack crashed, hung or could not be asked. Never a pass."""


@dataclass(frozen=True, slots=True)
class PolicyInfo:
    """One policy as the pack describes it, at the level that is in force."""

    name: str
    level: str
    description: str
    remediation: str
    url: str
    caps: Mapping[str, Value] = field(default_factory=dict[str, Value])
    """What it allows in this stack, by the keys of its configuration, as far as it says so."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """What a policy said of a resource (or of the stack, when `urn` is empty)."""

    policy: str
    level: str
    urn: str
    message: str


def configuration(
    info: analyzer_pb2.AnalyzerInfo, stated: PackConfig
) -> dict[str, analyzer_pb2.PolicyConfig]:
    """Each policy's level and properties: its own, then the pack's, then what the user gave."""
    names = {policy.name for policy in info.policies}
    if unknown := sorted(set(stated) - names - {"all"}):
        raise PackError(
            f"the policy configuration names {', '.join(unknown)}; the pack has: "
            f"{', '.join(sorted(names))}"
        )
    numbers = {level: number for number, level in LEVELS.items()}
    configured: dict[str, analyzer_pb2.PolicyConfig] = {}
    for policy in info.policies:
        config = analyzer_pb2.PolicyConfig(enforcementLevel=policy.enforcementLevel)
        if policy.name in info.initialConfig:
            config.MergeFrom(info.initialConfig[policy.name])
        for value in (stated.get("all"), stated.get(policy.name)):
            entries = {"enforcementLevel": value} if isinstance(value, str) else dict(value or {})
            if level := entries.pop("enforcementLevel", None):
                if level not in numbers:
                    raise PackError(
                        f"the policy configuration: {policy.name}: expected a level of "
                        f"{', '.join(numbers)}, got {level!r}"
                    )
                config.enforcementLevel = numbers[level]
            config.properties.update(entries)
        configured[policy.name] = config
    return configured


def caps_in_force(
    policy: analyzer_pb2.PolicyInfo, config: analyzer_pb2.PolicyConfig, stack: str
) -> dict[str, Value]:
    """What a policy's own schema states for a stack, and what the user gave instead."""
    schemas: Mapping[str, Value] = MessageToDict(policy.configSchema.properties)
    stated = {
        key: values[name]
        for key, schema in schemas.items()
        if (values := schema.get(STACK_VALUES))
        and (name := stack if stack in values else OTHER_STACKS) in values
    }
    return stated | MessageToDict(config.properties)


def analyze_request(
    registration: Registration, known: Mapping[str, Registration]
) -> analyzer_pb2.AnalyzeRequest:
    request = registration.request
    return analyzer_pb2.AnalyzeRequest(
        type=request.type,
        name=request.name,
        urn=registration.urn,
        properties=for_analyzer(request.object),
        options=_options(registration),
        provider=_provider(registration, known),
    )


def stack_resource(
    registration: Registration, known: Mapping[str, Registration]
) -> analyzer_pb2.AnalyzerResource:
    request = registration.request
    return analyzer_pb2.AnalyzerResource(
        type=request.type,
        name=request.name,
        urn=registration.urn,
        properties=for_analyzer(registration.outputs),
        options=_options(registration),
        provider=_provider(registration, known),
        parent=request.parent,
        dependencies=request.dependencies,
        propertyDependencies={
            name: analyzer_pb2.AnalyzerPropertyDependencies(urns=dependencies.urns)
            for name, dependencies in request.propertyDependencies.items()
        },
    )


def _options(registration: Registration) -> analyzer_pb2.AnalyzerResourceOptions:
    request = registration.request
    return analyzer_pb2.AnalyzerResourceOptions(
        protect=request.protect,
        ignoreChanges=request.ignoreChanges,
        deleteBeforeReplace=request.deleteBeforeReplace,
        deleteBeforeReplaceDefined=request.deleteBeforeReplaceDefined,
        additionalSecretOutputs=request.additionalSecretOutputs,
        aliases=request.aliasURNs,
        customTimeouts=analyzer_pb2.AnalyzerResourceOptions.CustomTimeouts(),
        parent=request.parent,
    )


def _provider(
    registration: Registration, known: Mapping[str, Registration]
) -> analyzer_pb2.AnalyzerProviderResource | None:
    provider = known.get(registration.provider or "")
    if provider is None:
        return None
    return analyzer_pb2.AnalyzerProviderResource(
        type=provider.request.type,
        name=provider.request.name,
        urn=provider.urn,
        properties=for_analyzer(provider.request.object),
    )


def diagnostics(response: analyzer_pb2.AnalyzeResponse, urn: str) -> list[Diagnostic]:
    return [
        Diagnostic(
            policy=diagnostic.policyName,
            level=LEVELS[diagnostic.enforcementLevel],
            urn=diagnostic.urn or urn,
            message=diagnostic.message.removeprefix(diagnostic.description).strip()
            or diagnostic.description,
        )
        for diagnostic in response.diagnostics
    ]


NO_ENGINE = "127.0.0.1:0"
"""The Python policy SDK takes the engine's address and never dials it."""

POLL = 0.01
"""Seconds between two looks for the pack's port."""
MAX_MESSAGE = 400 * 1024 * 1024

_Request = TypeVar("_Request")
_Response = TypeVar("_Response")


@dataclass(slots=True)
class PolicyPack:
    """A running pack. Start it early: it imports while the program does."""

    folder: Path
    limit: float
    _process: subprocess.Popen[bytes] = field(init=False)
    _output: IO[bytes] = field(init=False)
    _errors: IO[bytes] = field(init=False)
    _channel: grpc.Channel | None = field(init=False, default=None)
    _analyzer: analyzer_pb2_grpc.AnalyzerStub = field(init=False)
    _remediates: bool = field(init=False, default=False)
    _answered: dict[str, tuple[bytes, list[Diagnostic]]] = field(
        init=False, default_factory=dict[str, "tuple[bytes, list[Diagnostic]]"]
    )

    def __post_init__(self) -> None:
        # Files, not pipes: a pack that prints much would wait for ever for someone to read it.
        self._output = tempfile.TemporaryFile()
        self._errors = tempfile.TemporaryFile()
        # Unbuffered, as Pulumi's language host runs it: the SDK never flushes the port it prints.
        command = [sys.executable, "-u", "-m", "pulumi.policy", NO_ENGINE, str(self.folder)]
        environment = {name: value for name, value in os.environ.items() if name != "PULUMI_CONFIG"}
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=self._errors,
            env=environment,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def connect(
        self, project: str, stack: str, config: Mapping[str, str], levels: PackConfig
    ) -> list[PolicyInfo]:
        """Shakes hands, tells the pack its stack and its configuration; returns its policies.

        `levels` is the content of a `--policy-pack-config` file.
        """
        self._channel = grpc.insecure_channel(
            f"127.0.0.1:{self._port()}",
            options=[
                ("grpc.max_receive_message_length", MAX_MESSAGE),
                ("grpc.max_send_message_length", MAX_MESSAGE),
            ],
        )
        self._analyzer = analyzer_pb2_grpc.AnalyzerStub(self._channel)
        self._ask(
            "ConfigureStack",
            self._analyzer.ConfigureStack,
            analyzer_pb2.AnalyzerStackConfigureRequest(
                stack=stack,
                project=project,
                organization="organization",
                dry_run=True,
                config=dict(config),
            ),
        )
        info = self._ask("GetAnalyzerInfo", self._analyzer.GetAnalyzerInfo, empty_pb2.Empty())
        configured = configuration(info, levels)
        levels_in_force = {config.enforcementLevel for config in configured.values()}
        self._remediates = analyzer_pb2.REMEDIATE in levels_in_force
        self._ask(
            "Configure",
            self._analyzer.Configure,
            analyzer_pb2.ConfigureAnalyzerRequest(policyConfig=configured),
        )
        return [
            PolicyInfo(
                name=policy.name,
                level=LEVELS[configured[policy.name].enforcementLevel],
                description=policy.description,
                remediation=policy.remediation_steps,
                url=policy.url,
                caps=caps_in_force(policy, configured[policy.name], stack),
            )
            for policy in info.policies
        ]

    def analyze(self, registrations: Iterable[Registration]) -> list[Diagnostic]:
        """All that the pack says of the resources, one by one and then together.

        A remediation changes what its own resource is analyzed with, and nothing downstream.
        Asked again, the pack is sent only the resources that differ from the last time.
        """
        known = {registration.urn: registration for registration in registrations}
        answers: list[Diagnostic] = []
        for registration in known.values():
            request = analyze_request(registration, known)
            content = request.SerializeToString(deterministic=True)
            answered = self._answered.get(registration.urn)
            if answered is None or answered[0] != content:
                answered = content, self._analyzed(request)
                self._answered[registration.urn] = answered
            answers += answered[1]
        everything = [stack_resource(registration, known) for registration in known.values()]
        request = analyzer_pb2.AnalyzeStackRequest(resources=everything)
        answer = self._ask("AnalyzeStack", self._analyzer.AnalyzeStack, request)
        return answers + diagnostics(answer, "")

    def _analyzed(self, request: analyzer_pb2.AnalyzeRequest) -> list[Diagnostic]:
        if self._remediates:
            answer = self._ask("Remediate", self._analyzer.Remediate, request)
            for remediation in answer.remediations:
                if remediation.HasField("properties"):
                    request.properties.CopyFrom(remediation.properties)
        return diagnostics(self._ask("Analyze", self._analyzer.Analyze, request), request.urn)

    def kill(self) -> None:
        """Ends the pack's process; a question under way fails at once."""
        self._process.kill()

    def stop(self) -> None:
        """Ends the pack's process and waits for it: a pack outlives a killed engine."""
        self.kill()
        self._process.wait()
        if self._channel is not None:
            self._channel.close()
            self._channel = None
        self._output.close()
        self._errors.close()

    def _port(self) -> int:
        """The port that the pack prints as its first line, once it serves."""
        deadline = time.monotonic() + self.limit
        while b"\n" not in (printed := os.pread(self._output.fileno(), 256, 0)):
            if self._process.poll() is not None:
                raise self._failure(f"ended with exit code {self._process.wait()} at its start")
            if time.monotonic() > deadline:
                raise self._failure(f"did not start within {self.limit:g} s")
            time.sleep(POLL)
        line = printed.splitlines()[0]
        if not line.isdigit():
            raise self._failure(f"printed {line.decode(errors='replace')!r}, not its port")
        return int(line)

    def _ask(
        self,
        method: str,
        call: grpc.UnaryUnaryMultiCallable[_Request, _Response],
        request: _Request,
    ) -> _Response:
        try:
            return call(request, timeout=self.limit)
        except grpc.RpcError as error:
            code = error.code()  # type: ignore[attr-defined]
            if code is grpc.StatusCode.DEADLINE_EXCEEDED:
                raise self._failure(f"did not answer {method} within {self.limit:g} s") from None
            details = error.details()  # type: ignore[attr-defined]
            raise self._failure(f"failed at {method}: {details}") from None

    def _failure(self, what: str) -> PackError:
        self._errors.seek(0)
        printed = self._errors.read().decode("utf-8", "replace").strip()
        return PackError(
            f"the policy pack {self.folder.name} {what}" + (f"\n{printed}" if printed else "")
        )
