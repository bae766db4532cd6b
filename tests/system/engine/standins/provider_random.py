"""An offline stand-in for `pulumi-resource-random`: passwords that are random, and nothing else."""

from __future__ import annotations

import secrets

import grpc
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime.proto import provider_pb2

from tests.system.engine.standins.serving import StandIn, serve

PASSWORD = "random:index/randomPassword:RandomPassword"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


class Provider(StandIn):
    """One engine's random provider."""

    version = "4.21.4"

    def Check(
        self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        if not request.urn.split("::")[2].endswith(PASSWORD):
            context.abort(grpc.StatusCode.UNIMPLEMENTED, f"no offline {request.urn}")
        return provider_pb2.CheckResponse(inputs=request.news)

    def Diff(
        self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext
    ) -> provider_pb2.DiffResponse:
        before = json_format.MessageToDict(request.old_inputs)
        after = json_format.MessageToDict(request.news)
        changed = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
        change = provider_pb2.DiffResponse
        return change(
            changes=change.DIFF_SOME if changed else change.DIFF_NONE,
            diffs=changed,
            replaces=changed,
        )

    def Create(
        self, request: provider_pb2.CreateRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CreateResponse:
        inputs = json_format.MessageToDict(request.properties)
        outputs = struct_pb2.Struct()
        if request.preview:
            outputs.update({**inputs, "result": UNKNOWN, "bcryptHash": UNKNOWN})
            return provider_pb2.CreateResponse(properties=outputs)
        password = secrets.token_urlsafe(int(inputs["length"]))[: int(inputs["length"])]
        outputs.update({**inputs, "result": password, "bcryptHash": f"hash of {len(password)}"})
        return provider_pb2.CreateResponse(id="none", properties=outputs)

    def Read(
        self, request: provider_pb2.ReadRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ReadResponse:
        return provider_pb2.ReadResponse(
            id=request.id, properties=request.properties, inputs=request.inputs
        )

    def Delete(
        self, request: provider_pb2.DeleteRequest, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        return empty_pb2.Empty()


if __name__ == "__main__":
    serve(Provider())
