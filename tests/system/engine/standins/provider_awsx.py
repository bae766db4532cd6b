"""An offline stand-in for `pulumi-resource-awsx`: an image is "pushed" without Docker.

`awsx.ecr.Image` is a component that the plugin expands itself, so it registers with the engine's
monitor as the real one does.
"""

from __future__ import annotations

import hashlib
from typing import Any

import grpc
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, resource_pb2
from pulumi.runtime.proto.resource_pb2_grpc import ResourceMonitorStub

from tests.system.engine.standins.serving import serve

VERSION = "3.11.0"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        return plugin_pb2.PluginInfo(version=VERSION)

    def CheckConfig(self, request: Any, context: Any) -> Any:
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> Any:
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    def Configure(self, request: Any, context: Any) -> Any:
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    def Cancel(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()

    def Construct(self, request: Any, context: Any) -> Any:
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
