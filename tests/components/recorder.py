"""Runs the real program on Pulumi's mocks and records all it registers.

Nothing is compared inside `.apply`: a test gets plain values after the program has drained.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import runpy
import warnings
from collections.abc import Callable, Generator, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pulumi
import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime import mocks, rpc, settings, stack
from pulumi.runtime.proto import resource_pb2

from buylink.graph import Value
from buylink.settings.stack_files import read_stack_file

with warnings.catch_warnings():
    # The modules warn of their own deprecated classes when they load.
    warnings.simplefilter("ignore", DeprecationWarning)
    importlib.import_module("pulumi_aws.ec2.encryption_control")
    importlib.import_module("pulumi_aws.lambda_.microvms_image")
    importlib.import_module("pulumi_aws.s3.bucket_v2")

REPOSITORY = Path(__file__).resolve().parents[2]
ACCOUNT = "123456789012"
STACK = "pulumi:pulumi:Stack"

INVOKES: Mapping[str, dict[str, Value]] = {
    "aws:index/getAvailabilityZones:getAvailabilityZones": {
        "names": [f"us-east-1{letter}" for letter in "abcdef"],
        # As an account may see them: not in the order of their IDs.
        "zoneIds": ["use1-az6", "use1-az1", "use1-az2", "use1-az4", "use1-az3", "use1-az5"],
    },
    "aws:index/getCallerIdentity:getCallerIdentity": {"accountId": ACCOUNT},
    "aws:ec2/getManagedPrefixList:getManagedPrefixList": {"id": "pl-cloudfront"},
}

COMPUTED: Mapping[str, tuple[str, ...]] = {
    "aws:cloudfront/distribution:Distribution": ("domainName",),
    "aws:ecr/repository:Repository": ("repositoryUrl",),
    "aws:lb/loadBalancer:LoadBalancer": ("arnSuffix", "dnsName"),
    "aws:lb/targetGroup:TargetGroup": ("arnSuffix",),
    "aws:sqs/queue:Queue": ("url",),
    "aws:s3/bucket:Bucket": ("bucket", "bucketRegionalDomainName"),
    "awsx:ecr:Image": ("imageUri",),
    "random:index/randomPassword:RandomPassword": ("result",),
}
"""Outputs by type, besides the ARN, that AWS makes up; each is answered as `<name>:<output>`."""


@dataclass(frozen=True)
class Resource:
    """One registration. `inputs` are Pulumi's camelCase; a reference reads `<name>:<output>`."""

    urn: str
    type: str
    name: str
    parent: str
    inputs: dict[str, Value]
    ignore_changes: tuple[str, ...]
    dependencies: frozenset[str]
    """URNs of all it waits for."""
    property_dependencies: dict[str, frozenset[str]]


@dataclass(frozen=True)
class Plan:
    """All that a program registered, in no fixed order.

    `outputs` are the components' and the stack's, by URN.
    """

    resources: list[Resource] = field(default_factory=list[Resource])
    outputs: dict[str, dict[str, Value]] = field(default_factory=dict[str, dict[str, Value]])

    def of_type(self, type_: str) -> list[Resource]:
        """The resources of one type, with or without its `aws:`."""
        return [resource for resource in self.resources if resource.type in (type_, f"aws:{type_}")]

    def one(self, type_: str, name: str = "") -> Resource:
        """The only resource of a type, or the one of that name."""
        matches = [
            resource for resource in self.of_type(type_) if not name or resource.name == name
        ]
        assert len(matches) == 1, (
            f"expected one {type_} {name}, got {[resource.name for resource in matches]}"
        )
        return matches[0]

    def named(self, name: str) -> Resource:
        """The only resource of that name in the program."""
        (resource,) = [resource for resource in self.resources if resource.name == name]
        return resource

    def names(self, urns: Iterable[str]) -> set[str]:
        """The names behind URNs."""
        return {resource.name for resource in self.resources if resource.urn in set(urns)}

    @property
    def exports(self) -> dict[str, Value]:
        """The stack's outputs."""
        return self.outputs[self.one(STACK).urn]


class RecordingMonitor(mocks.MockMonitor):
    """Pulumi's mock monitor, which also keeps what the mocks themselves are not told."""

    def __init__(self) -> None:
        super().__init__(Answers())
        self.plan = Plan()

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """As the engine makes them; the mocks' own know only one ancestor."""
        ancestors = parent.split("::")[2] if parent else ""
        path = "" if ancestors in ("", STACK) else f"{ancestors}$"
        return f"urn:pulumi:{pulumi.get_stack()}::{pulumi.get_project()}::{path}{type_}::{name}"

    def RegisterResource(
        self, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse:
        """Records the request, then answers as the mocks do."""
        response = super().RegisterResource(request)
        self.plan.resources.append(
            Resource(
                urn=response.urn,
                type=request.type,
                name=request.name,
                parent=request.parent,
                inputs=plain(rpc.deserialize_properties(request.object)),
                ignore_changes=tuple(request.ignoreChanges),
                dependencies=frozenset(request.dependencies),
                property_dependencies={
                    name: frozenset(dependency.urns)
                    for name, dependency in request.propertyDependencies.items()
                },
            )
        )
        return response

    def RegisterResourceOutputs(
        self, request: resource_pb2.RegisterResourceOutputsRequest
    ) -> Empty:
        """Records a component's outputs."""
        self.plan.outputs[request.urn] = rpc.deserialize_properties(request.outputs)
        return super().RegisterResourceOutputs(request)


def plain(value: Value) -> Value:
    """A value whose archives and files can be compared: the files' paths by their name inside."""
    match value:
        case pulumi.AssetArchive():
            return {name: plain(asset) for name, asset in value.assets.items()}
        case pulumi.FileAsset():
            return os.fspath(value.path)
        case dict():
            return {name: plain(item) for name, item in value.items()}
        case list():
            return [plain(item) for item in value]
        case _:
            return value


class Answers(mocks.Mocks):
    """What AWS would answer: plain values that name where they come from."""

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Value]]:
        """Inputs, an ARN, and what is COMPUTED for the type."""
        computed = {output: f"{args.name}:{output}" for output in COMPUTED.get(args.typ, ())}
        return f"{args.name}:id", {
            "name": args.name,
            "arn": f"{args.name}:arn",
            **computed,
            **args.inputs,
        }

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Value], list[tuple[str, str]]]:
        """A canned answer; a KeyError names an invoke that has none."""
        return INVOKES[args.token], []


def plan(stack_name: str = "dev", *overrides: str, project: Path = REPOSITORY) -> Plan:
    """All that `__main__.py` registers for a stack, with `KEY=VALUE` overrides of its file.

    `project` is the folder whose settings and containers it reads.
    """
    return _plan(stack_name, overrides, project)


@cache
def _plan(stack_name: str, overrides: tuple[str, ...], project: Path) -> Plan:
    config = read_stack_file(project, stack_name, overrides).pulumi_config()
    return record(lambda: run_program(config), stack_name, project)


def record(
    program: Callable[[], None],
    stack_name: str = "dev",
    project: Path = REPOSITORY,
    monitor: RecordingMonitor | None = None,
    limit_seconds: float | None = None,
) -> Plan:
    """All that `program` registers, once all of its work has ended.

    Give a `monitor` to see what a program registered that then failed. Raises TimeoutError when
    its work hasn't ended after `limit_seconds`, as that of a program that waits for itself.
    """
    monitor = monitor or RecordingMonitor()
    settings.configure(
        mocks.MockSettings(
            monitor=monitor,
            engine=mocks.MockEngine(None),
            project="buylink",
            stack=stack_name,
            root_directory=str(project),
            organization="organization",
            dry_run=False,
            callbacks=None,
        )
    )
    with _new_event_loop() as loop:
        try:
            loop.run_until_complete(asyncio.wait_for(stack.run_in_stack(program), limit_seconds))
        finally:
            settings.reset_options()
    return monitor.plan


@contextmanager
def _new_event_loop() -> Generator[asyncio.AbstractEventLoop]:
    """A loop of its own, with one worker, in which the mocks leave another loop open."""
    worker = ThreadPoolExecutor(max_workers=1)
    worker.submit(lambda: asyncio.set_event_loop(asyncio.new_event_loop())).result()
    loop = asyncio.new_event_loop()
    loop.set_default_executor(worker)
    asyncio.set_event_loop(loop)
    try:
        yield loop
    finally:
        worker.submit(lambda: asyncio.get_event_loop().close()).result()
        worker.shutdown()
        asyncio.set_event_loop(None)
        loop.close()


def run_program(config: Mapping[str, str]) -> None:
    with hermetic_environment(config):
        runpy.run_path(str(REPOSITORY / "__main__.py"), run_name="__main__")


@contextmanager
def hermetic_environment(config: Mapping[str, str]) -> Generator[None]:
    """The environment of a program: its configuration, and nothing of the machine's AWS."""
    with pytest.MonkeyPatch.context() as environment:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            environment.delenv(name)
        environment.setenv("PULUMI_CONFIG", json.dumps(dict(config)))
        yield


SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
"""How Pulumi marks a value that it encrypts in its state."""


def secret(value: str) -> dict[str, str]:
    """A value as it is registered when Pulumi keeps it secret."""
    return {**SECRET, "value": value}


def record_kept(program: Callable[[], None]) -> tuple[Plan, set[str]]:
    """All that `program` registers, and the names of what Pulumi refuses to delete."""
    monitor = _KeepingMonitor()
    return record(program, monitor=monitor), monitor.protected


class _KeepingMonitor(RecordingMonitor):
    def __init__(self) -> None:
        super().__init__()
        self.protected: set[str] = set()

    def RegisterResource(
        self, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse:
        if request.protect:
            self.protected.add(request.name)
        return super().RegisterResource(request)
