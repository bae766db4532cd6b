"""An offline stand-in for `pulumi-resource-awsx`: an image is "pushed" without Docker.

`awsx.ecr.Image` is a component that the plugin expands itself, so it registers with the engine's
monitor as the real one does.
"""

from __future__ import annotations

import hashlib

import grpc
from google.protobuf import json_format, struct_pb2
from pulumi.runtime.proto import provider_pb2, resource_pb2
from pulumi.runtime.proto.resource_pb2_grpc import ResourceMonitorStub

from tests.system.engine.standins.serving import StandIn, serve

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


class Provider(StandIn):
    """One engine's awsx provider."""

    version = "3.11.0"

    def Configure(
        self, request: provider_pb2.ConfigureRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ConfigureResponse:
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    def Construct(
        self, request: provider_pb2.ConstructRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ConstructResponse:
        if request.type != "awsx:ecr:Image":
            context.abort(grpc.StatusCode.UNIMPLEMENTED, f"no offline {request.type}")
        inputs = json_format.MessageToDict(request.inputs)
        repository = str(inputs["repositoryUrl"])
        content = hashlib.sha256(str(inputs.get("imageTag")).encode()).hexdigest()
        image = UNKNOWN if repository == UNKNOWN else f"{repository}@sha256:{content}"
        state = struct_pb2.Struct()
        state.update({"imageUri": image})
        with grpc.insecure_channel(request.monitorEndpoint) as channel:
            monitor = ResourceMonitorStub(channel)
            registered = monitor.RegisterResource(
                resource_pb2.RegisterResourceRequest(
                    type=request.type,
                    name=request.name,
                    parent=request.parent,
                    object=request.inputs,
                    dependencies=request.dependencies,
                )
            )
            monitor.RegisterResourceOutputs(
                resource_pb2.RegisterResourceOutputsRequest(urn=registered.urn, outputs=state)
            )
        return provider_pb2.ConstructResponse(urn=registered.urn, state=state)


if __name__ == "__main__":
    serve(Provider())
