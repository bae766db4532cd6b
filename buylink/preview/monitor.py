"""The engine's side of Pulumi's protocol, inside the program's own process.

One object takes the messages that a program sends to `ResourceMonitor` and `Engine`, and answers
them as the engine does in a preview of an empty stack.
https://github.com/pulumi/pulumi/blob/master/proto/pulumi/resource.proto
"""

from __future__ import annotations

import keyword
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Optional, Union, get_args, get_origin

import pulumi
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import engine_pb2, provider_pb2, resource_pb2

from buylink.errors import BuylinkError
from buylink.graph import PROVIDER_PREFIX, STACK_TYPE
from buylink.graph.values import UNKNOWN_TEXT
from buylink.preview import invokes
from buylink.preview.wire import decode_struct, encode


@cache
def computed_outputs(resource_type: str) -> frozenset[str]:
    """The outputs that every resource of a type has; empty when the SDK has no such class.

    The installed SDK says it: an output that its class types as always there, and that the program
    gave no input for, is computed by AWS. Such values are answered as unknown, as a real preview
    does.
    """
    resource_class = _sdk_class(resource_type)
    if resource_class is None:
        return frozenset()
    annotations = {
        getattr(getter, "_pulumi_name", name): getter.__annotations__.get("return")
        for name, attribute in vars(resource_class).items()
        if isinstance(attribute, property) and (getter := attribute.fget) is not None
    }
    return frozenset(
        name for name, annotation in annotations.items() if _is_always_there(annotation)
    )


def _is_always_there(annotation: object) -> bool:
    if isinstance(annotation, str):
        return "Optional[" not in annotation
    if get_origin(annotation) is not pulumi.Output:
        return False
    (inner,) = get_args(annotation)
    return not (get_origin(inner) in (Optional, Union) and type(None) in get_args(inner))


def _sdk_class(resource_type: str) -> type | None:
    """The class of a type token such as `aws:ec2/vpc:Vpc`, if the program has imported it."""
    package, _, rest = resource_type.partition(":")
    module, _, name = rest.partition(":")
    module = module.split("/")[0]
    names = [f"pulumi_{package}"] if module == "index" else [f"pulumi_{package}.{module}"]
    if keyword.iskeyword(module):
        names = [f"pulumi_{package}.{module}_"]
    for candidate in names:
        if loaded := sys.modules.get(candidate):
            return getattr(loaded, name, None)
    return None


REGION_KEY = "aws:region"
FEATURES = (
    resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
    resource_pb2.RESOURCE_MONITOR_FEATURE_OUTPUT_VALUES,
    resource_pb2.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
    resource_pb2.RESOURCE_MONITOR_FEATURE_REPLACE_WITH,
)


class PlanError(BuylinkError):
    """The program asked for something that the engine refuses, or that only AWS can answer."""


@dataclass(slots=True)
class Registration:
    """One resource as the program registered it, and what came back."""

    urn: str
    request: resource_pb2.RegisterResourceRequest
    outputs: struct_pb2.Struct
    provider: str | None


@dataclass
class Monitor:
    """Answers one program's messages and keeps what it declared, in order."""

    project: str
    stack: str
    config: Mapping[str, str]
    registrations: dict[str, Registration] = field(default_factory=dict[str, Registration])
    invoked: dict[str, bool] = field(default_factory=dict[str, bool])
    """Functions the program called, and whether each was answered."""
    errors: list[str] = field(default_factory=list[str])
    warnings: list[str] = field(default_factory=list[str])
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def GetDeploymentInfo(self, _request: empty_pb2.Empty) -> resource_pb2.DeploymentInfo:
        return resource_pb2.DeploymentInfo(
            project=self.project,
            stack=self.stack,
            organization="organization",
            config=self.config,
            dryRun=True,
            parallel=1,
            supportedFeatures=FEATURES,
        )

    def RegisterResource(
        self, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse:
        with self._lock:
            provider = self._provider_of(request) if request.custom or request.remote else None
            registration = self._keep(request, provider)
        return resource_pb2.RegisterResourceResponse(
            urn=registration.urn,
            id=UNKNOWN_TEXT if request.type.startswith(PROVIDER_PREFIX) else "",
            object=registration.outputs,
        )

    def RegisterResourceOutputs(
        self, request: resource_pb2.RegisterResourceOutputsRequest
    ) -> empty_pb2.Empty:
        with self._lock:
            self.registrations[request.urn].outputs = request.outputs
        return empty_pb2.Empty()

    def Invoke(
        self, request: resource_pb2.ResourceInvokeRequest
    ) -> resource_pb2.ResourceInvokeResponse:
        region = self.config.get(REGION_KEY, "us-east-1")
        result = invokes.answer(request.tok, decode_struct(request.args), region)
        self.invoked[request.tok] = result is not None
        if result is None:
            known = ", ".join(sorted(invokes.ANSWERS))
            raise PlanError(
                f"the program calls {request.tok}, which only AWS can answer; a preview without "
                f"AWS answers: {known}. Add an answer to buylink/preview/invokes.py, or take the "
                "value from the stack's configuration"
            )
        answered = resource_pb2.ResourceInvokeResponse()
        getattr(answered, "return").update(encode(result))
        return answered

    def Call(self, request: resource_pb2.ResourceCallRequest) -> provider_pb2.CallResponse:
        raise PlanError(f"the program calls the method {request.tok}, which needs its plugin")

    def ReadResource(
        self, request: resource_pb2.ReadResourceRequest
    ) -> resource_pb2.ReadResourceResponse:
        raise PlanError(
            f"the program reads the existing {request.type} {request.id!r}, which only AWS knows; "
            "take what it needs of it from the stack's configuration"
        )

    def SignalAndWaitForShutdown(self, _request: empty_pb2.Empty) -> empty_pb2.Empty:
        return empty_pb2.Empty()

    def Log(self, request: engine_pb2.LogRequest) -> empty_pb2.Empty:
        if request.severity == engine_pb2.ERROR:
            self.errors.append(request.message)
        elif request.severity == engine_pb2.WARNING:
            self.warnings.append(request.message)
        return empty_pb2.Empty()

    def RequirePulumiVersion(
        self, _request: engine_pb2.RequirePulumiVersionRequest
    ) -> engine_pb2.RequirePulumiVersionResponse:
        return engine_pb2.RequirePulumiVersionResponse()

    def _keep(
        self, request: resource_pb2.RegisterResourceRequest, provider: str | None
    ) -> Registration:
        urn = self._urn(request.type, request.name, request.parent)
        if urn in self.registrations:
            raise PlanError(f"Duplicate resource URN '{urn}'; try giving it a unique name")
        outputs = struct_pb2.Struct()
        outputs.CopyFrom(request.object)
        if request.custom or request.remote:
            for name in computed_outputs(request.type) - set(request.object.fields):
                outputs.fields[name].string_value = UNKNOWN_TEXT
        registration = Registration(urn, request, outputs, provider)
        self.registrations[urn] = registration
        return registration

    def _urn(self, resource_type: str, name: str, parent: str) -> str:
        lineage = resource_type
        if parent:
            parent_lineage = parent.split("::")[2]
            if parent_lineage != STACK_TYPE:
                lineage = f"{parent_lineage}${resource_type}"
        return f"urn:pulumi:{self.stack}::{self.project}::{lineage}::{name}"

    def _provider_of(self, request: resource_pb2.RegisterResourceRequest) -> str | None:
        """The URN of the provider a resource uses; a default one is made when it names none."""
        if request.type.startswith(PROVIDER_PREFIX):
            return None
        package = request.type.split(":", 1)[0]
        named = request.provider or request.providers.get(package, "")
        if named:
            return named.rsplit("::", 1)[0]
        if package == "pulumi":
            return None
        version = request.version
        name = f"default_{version.replace('.', '_').replace('-', '_').replace('+', '_')}".rstrip(
            "_"
        )
        provider_type = f"{PROVIDER_PREFIX}{package}"
        urn = self._urn(provider_type, name, "")
        if urn not in self.registrations:
            settings = {
                key.partition(":")[2]: value
                for key, value in self.config.items()
                if key.startswith(f"{package}:")
            }
            default = resource_pb2.RegisterResourceRequest(
                type=provider_type, name=name, custom=True, version=version
            )
            default.object.update({**settings, **({"version": version} if version else {})})
            self._keep(default, None)
        return urn
