"""An offline stand-in for `pulumi-resource-aws`.

It checks what AWS requires, makes up ids, ARNs and names of AWS's forms, answers computed outputs,
and replaces where the real provider does: see resource_types.json, which was planned input by input
with the real one. What it creates is kept in a folder, its cloud.
https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TypedDict

import grpc
from google.protobuf import any_pb2, empty_pb2, json_format, struct_pb2
from pulumi.runtime.proto import provider_pb2, status_pb2

from buylink.graph import Value
from buylink.preview.invokes import answer
from tests.system.engine.standins.aws_names import (
    ACCOUNT,
    LONGEST_NAMES,
    NAME_INPUTS,
    arn,
    digest,
    new_id,
)
from tests.system.engine.standins.cloud import Cloud
from tests.system.engine.standins.faults import Fault, Faults, Operation
from tests.system.engine.standins.serving import StandIn, serve

CLOUD = Cloud(Path(os.environ["BUYLINK_OFFLINE_CLOUD"]))
FAULTS = Faults(CLOUD.folder)
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
DEFAULTS = "__defaults"


class ResourceType(TypedDict):
    """What resource_types.json says of a type's inputs and outputs."""

    required: list[str]
    computed: list[str]
    defaulted: list[str]
    updates: list[str]
    replaces: list[str]


@cache
def resource_types() -> Mapping[str, ResourceType]:
    return json.loads(Path(__file__).with_name("resource_types.json").read_text())["types"]


class Provider(StandIn):
    """One engine's AWS provider."""

    version = "7.51.1"
    region = "us-east-1"

    def GetSchema(
        self, request: provider_pb2.GetSchemaRequest, context: grpc.ServicerContext
    ) -> provider_pb2.GetSchemaResponse:
        return provider_pb2.GetSchemaResponse(schema="{}")

    def Configure(
        self, request: provider_pb2.ConfigureRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ConfigureResponse:
        self.region = _plain(request.args).get("region", self.region)
        return provider_pb2.ConfigureResponse(supportsPreview=True)

    def Invoke(
        self, request: provider_pb2.InvokeRequest, context: grpc.ServicerContext
    ) -> provider_pb2.InvokeResponse:
        result = answer(request.tok, _plain(request.args), self.region)
        if result is None:
            context.abort(grpc.StatusCode.UNIMPLEMENTED, f"no offline answer to {request.tok}")
        response = provider_pb2.InvokeResponse()
        getattr(response, "return").update(result)
        return response

    def Check(
        self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        kind, inputs = _kind(request.urn), _plain(request.news)
        known = resource_types().get(kind)
        if known is None:
            reason = f"the offline provider does not know {kind}; add it to resource_types.json"
            return _refused("", reason)
        inputs = _named(kind, request, inputs)
        failures = [
            provider_pb2.CheckFailure(property=name, reason=f"Missing required property '{name}'")
            for name in known["required"]
            if name not in inputs
        ]
        failures += [
            provider_pb2.CheckFailure(property=name, reason=f"'{name}' is only an output of {kind}")
            for name in inputs
            if name in known["computed"]
        ]
        failures += _too_long(kind, inputs)
        return provider_pb2.CheckResponse(inputs=_struct(inputs), failures=failures)

    def Diff(
        self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext
    ) -> provider_pb2.DiffResponse:
        kind = _kind(request.urn)
        before, after = _plain(request.old_inputs), _plain(request.news)
        changed = sorted(
            name for name in {*before, *after} - {DEFAULTS} if before.get(name) != after.get(name)
        )
        replaces = [name for name in changed if _replaces(kind, name, after)]
        change = provider_pb2.DiffResponse
        return change(
            changes=change.DIFF_SOME if changed else change.DIFF_NONE,
            diffs=changed,
            replaces=replaces,
            deleteBeforeReplace=bool(replaces) and _has_own_name(kind, after),
        )

    def Create(
        self, request: provider_pb2.CreateRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CreateResponse:
        kind, inputs = _kind(request.urn), _plain(request.properties)
        name = request.urn.split("::")[-1]
        if request.preview:
            outputs = {**dict.fromkeys(_computed(kind, inputs), UNKNOWN), **inputs}
            return provider_pb2.CreateResponse(properties=_struct(outputs))
        fault = _before("create", request.urn, context)
        identifier = new_id(kind, request.urn, name, inputs, self.region)
        if CLOUD.read(kind, identifier) is not None:
            context.abort(grpc.StatusCode.ALREADY_EXISTS, f"{kind} {identifier} already exists")
        outputs = self._outputs(kind, request.urn, identifier, inputs)
        CLOUD.write(kind, identifier, outputs)
        _after(fault, request.urn, identifier, inputs, outputs, context)
        return provider_pb2.CreateResponse(id=identifier, properties=_struct(outputs))

    def Update(
        self, request: provider_pb2.UpdateRequest, context: grpc.ServicerContext
    ) -> provider_pb2.UpdateResponse:
        kind, inputs = _kind(request.urn), _plain(request.news)
        if request.preview:
            return provider_pb2.UpdateResponse(
                properties=_struct({**_plain(request.olds), **inputs})
            )
        fault = _before("update", request.urn, context)
        outputs = self._outputs(kind, request.urn, request.id, inputs)
        CLOUD.write(kind, request.id, outputs)
        _after(fault, request.urn, request.id, inputs, outputs, context)
        return provider_pb2.UpdateResponse(properties=_struct(outputs))

    def Read(
        self, request: provider_pb2.ReadRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ReadResponse:
        state = CLOUD.read(_kind(request.urn), request.id)
        if state is None:
            return provider_pb2.ReadResponse()
        known = _plain(request.inputs)
        inputs = {name: state.get(name, value) for name, value in known.items()}
        return provider_pb2.ReadResponse(
            id=request.id, properties=_struct(state), inputs=_struct(inputs)
        )

    def Delete(
        self, request: provider_pb2.DeleteRequest, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        _before("delete", request.urn, context)
        CLOUD.delete(_kind(request.urn), request.id)
        return empty_pb2.Empty()

    def _outputs(
        self, kind: str, urn: str, identifier: str, inputs: Mapping[str, Value]
    ) -> dict[str, Value]:
        computed = {
            name: self._computed_value(kind, urn, identifier, inputs, name)
            for name in _computed(kind, inputs)
        }
        # The real provider's outputs hold the id as well.
        return {
            "id": identifier,
            **computed,
            **{name: value for name, value in inputs.items() if name != DEFAULTS},
        }

    def _computed_value(
        self, kind: str, urn: str, identifier: str, inputs: Mapping[str, Value], output: str
    ) -> Value:
        if output == "arn":
            return arn(kind, urn, identifier, inputs, self.region)
        if output == "region":
            return self.region
        if output in {"ownerId", "registryId"}:
            return ACCOUNT
        if output == "repositoryUrl":
            return f"{ACCOUNT}.dkr.ecr.{self.region}.amazonaws.com/{inputs.get('name')}"
        if output == "arnSuffix":
            return arn(kind, urn, identifier, inputs, self.region).split(":")[-1]
        if output == "url" and kind == "aws:sqs/queue:Queue":
            return identifier
        if output == "tagsAll":
            return inputs.get("tags", {})
        return f"{output}-{digest(urn, output, length=8)}"


def _before(operation: Operation, urn: str, context: grpc.ServicerContext) -> Fault | None:
    """The fault of this operation, once what happens before AWS acts has happened."""
    fault = FAULTS.next(operation)
    if fault and fault.way == "refused":
        context.abort(grpc.StatusCode.UNKNOWN, fault.message)
    if fault and fault.way == "held before":
        FAULTS.hold(urn)
        if not context.is_active():
            context.abort(grpc.StatusCode.CANCELLED, "the engine is gone: AWS never heard of it")
    return fault


def _after(
    fault: Fault | None,
    urn: str,
    identifier: str,
    inputs: Mapping[str, Value],
    outputs: Mapping[str, Value],
    context: grpc.ServicerContext,
) -> None:
    """What goes wrong once AWS has acted."""
    if fault and fault.way == "held after":
        FAULTS.hold(urn)
    if fault and fault.way == "made and failed":
        # As the real provider says it: the engine keeps the resource and marks it as broken.
        detail = any_pb2.Any()
        detail.Pack(
            provider_pb2.ErrorResourceInitFailed(
                id=identifier,
                properties=_struct(outputs),
                inputs=_struct(inputs),
                reasons=[fault.message],
            )
        )
        code = grpc.StatusCode.UNKNOWN
        status = status_pb2.Status(code=code.value[0], message=fault.message, details=[detail])
        details = status.SerializeToString()
        context.set_trailing_metadata((("grpc-status-details-bin", details),))
        context.abort(code, fault.message)


def _computed(kind: str, inputs: Mapping[str, Value]) -> list[str]:
    known = resource_types()[kind]
    taggable = ["tagsAll"] if "tags" in known["updates"] else []
    return [
        name for name in (*known["computed"], *known["defaulted"], *taggable) if name not in inputs
    ]


def _named(
    kind: str, request: provider_pb2.CheckRequest, inputs: dict[str, Value]
) -> dict[str, Value]:
    name = NAME_INPUTS.get(kind)
    if not name or name in inputs:
        return {**inputs, DEFAULTS: []}
    before = _plain(request.olds).get(name)
    seed = digest(request.urn, request.randomSeed.hex(), length=7)
    return {**inputs, name: before or f"{request.urn.split('::')[-1]}-{seed}", DEFAULTS: [name]}


def _too_long(kind: str, inputs: Mapping[str, Value]) -> list[provider_pb2.CheckFailure]:
    name, longest = NAME_INPUTS.get(kind) or "", LONGEST_NAMES.get(kind)
    value = str(inputs.get(name, ""))
    if longest is None or value == UNKNOWN or len(value) <= longest:
        return []
    reason = f'"{name}" cannot be longer than {longest} characters: "{value}"'
    return [provider_pb2.CheckFailure(property=name, reason=reason)]


def _replaces(kind: str, name: str, inputs: Mapping[str, Value]) -> bool:
    if kind == "aws:ecs/service:Service" and name == "capacityProviderStrategies":
        return inputs.get("forceNewDeployment") is not True
    return name in resource_types()[kind]["replaces"]


def _has_own_name(kind: str, inputs: Mapping[str, Value]) -> bool:
    """A resource that the program named can't exist twice: the old one goes first."""
    name = NAME_INPUTS.get(kind)
    return bool(name) and name in inputs and name not in inputs.get(DEFAULTS, [])


def _refused(name: str, reason: str) -> provider_pb2.CheckResponse:
    failure = provider_pb2.CheckFailure(property=name, reason=reason)
    return provider_pb2.CheckResponse(failures=[failure])


def _kind(urn: str) -> str:
    return urn.split("::")[2].rsplit("$", 1)[-1]


def _plain(struct: struct_pb2.Struct) -> dict[str, Value]:
    return json_format.MessageToDict(struct)


def _struct(values: Mapping[str, Value]) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    struct.update(dict(values))
    return struct


if __name__ == "__main__":
    serve(Provider())
