"""Small stacks, written once and seen as a policy sees them: in a preview, and deployed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from buylink.graph import UNKNOWN, Graph, Resource, Value

Kind = Literal["good", "bad", "unknown", "variant"]
View = Literal["preview", "deployed", "written out"]
"""`written out` is deployed with every reference given as text, as after an import."""
ALL_VIEWS: Final[tuple[View, ...]] = ("preview", "deployed", "written out")


@dataclass(frozen=True)
class Later:
    """A value that a preview doesn't know, and the resources it comes from."""

    value: Value
    of: tuple[str, ...] = ()


def ref(name: str, attribute: str = "id") -> Later:
    """An attribute that AWS gives the resource `name`."""
    return Later(f"{attribute}-of-{name}", (name,))


@dataclass(frozen=True)
class Node:
    type: str
    name: str
    inputs: Mapping[str, Value] = field(default_factory=dict[str, Value])
    parent: str | None = None


def merged(defaults: Mapping[str, Value], inputs: Mapping[str, Value]) -> dict[str, Value]:
    """The inputs over their defaults; None leaves a default out."""
    values = {**defaults, **inputs}
    return {name: value for name, value in values.items() if value is not None}


@dataclass(frozen=True)
class Case:
    """A stack and what one policy says of it: `resource: part of the message`, one each.

    `deployed` is what it says once everything is known; the same when not given.
    """

    policy: str
    kind: Kind
    name: str
    nodes: tuple[Node, ...]
    violations: tuple[str, ...] = ()
    deployed: tuple[str, ...] | None = None
    stack: str = "prod"
    views: tuple[View, ...] = ALL_VIEWS

    def expected(self, view: View) -> tuple[str, ...]:
        if view == "preview" or self.deployed is None:
            return self.violations
        return self.deployed

    @property
    def id(self) -> str:
        return f"{self.policy}: {self.name}"


@dataclass(frozen=True)
class CaseFactory:
    """Writes down the cases of one policy; `always` are resources that each of them has."""

    policy: str
    always: tuple[Node, ...] = ()

    def __call__(
        self,
        kind: Kind,
        name: str,
        *nodes: Node,
        says: tuple[str, ...] = (),
        deployed: tuple[str, ...] | None = None,
        stack: str = "prod",
        views: tuple[View, ...] = ALL_VIEWS,
    ) -> Case:
        every = (*self.always, *nodes)
        return Case(self.policy, kind, name, every, says, deployed, stack, views)


# What the provider fills in where a program says nothing: unknown in a preview's outputs.
_FILLED_IN: Final[Mapping[str, Mapping[str, Value]]] = {
    "aws:ecs/service:Service": {
        "launchType": "",
        "capacityProviderStrategies": [],
        "loadBalancers": [],
        "desiredCount": 1,
        "propagateTags": "NONE",
        "deploymentCircuitBreaker": {"enable": False, "rollback": False},
        "cluster": "arn:aws:ecs:us-east-1:123456789012:cluster/default",
    },
    "aws:cloudwatch/logGroup:LogGroup": {"retentionInDays": 0, "logGroupClass": "STANDARD"},
    "aws:ec2/natGateway:NatGateway": {
        "availabilityMode": "zonal",
        "connectivityType": "public",
        "availabilityZoneAddresses": [],
    },
    "aws:ec2/subnet:Subnet": {"availabilityZone": "us-east-1f", "availabilityZoneId": "use1-az6"},
    "aws:ec2/securityGroup:SecurityGroup": {"ingress": [], "egress": []},
    "aws:lb/loadBalancer:LoadBalancer": {"internal": False, "securityGroups": []},
    "aws:lb/listener:Listener": {"protocol": "HTTP", "sslPolicy": ""},
    "aws:ecr/repository:Repository": {
        "imageTagMutability": "MUTABLE",
        "imageScanningConfiguration": {"scanOnPush": False},
    },
    "aws:dynamodb/table:Table": {"billingMode": "PROVISIONED"},
    "aws:kinesis/stream:Stream": {"streamModeDetails": {"streamMode": "PROVISIONED"}},
    "aws:ec2/vpcEndpoint:VpcEndpoint": {"vpcEndpointType": "Gateway"},
    "aws:budgets/budget:Budget": {"limitAmount": "", "limitUnit": "", "costFilters": []},
    "aws:lambda/function:Function": {"loggingConfig": {"logFormat": "Text", "logGroup": ""}},
    "aws:s3/bucket:Bucket": {"acl": "private", "grants": [], "lifecycleRules": [], "policy": ""},
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
        "transitionDefaultMinimumObjectSize": "all_storage_classes_128K"
    },
    "aws:sqs/queue:Queue": {
        "redrivePolicy": "",
        "redriveAllowPolicy": "",
        "sqsManagedSseEnabled": True,
    },
}
_GIVEN_BY_AWS: Final = ("arn", "id", "name")


def seen(case: Case, view: View) -> tuple[tuple[Resource, ...], Graph]:
    """What the resource policies see, one by one, and what the stack policies see."""
    urns = {node.name: _urn(node, case.stack) for node in case.nodes}
    stack = tuple(_stack_view(node, urns, view) for node in case.nodes)
    if view != "preview":  # `policy analyze` shows the state's outputs to both
        single = tuple(_alone(resource, resource.outputs) for resource in stack)
    else:
        single = tuple(
            _alone(resource, _known(node.inputs, view))
            for resource, node in zip(stack, case.nodes, strict=True)
        )
    return single, Graph(project="shop", stack=case.stack, resources=stack)


def _alone(resource: Resource, inputs: Mapping[str, Value]) -> Resource:
    return Resource(
        urn=resource.urn,
        type=resource.type,
        name=resource.name,
        parent=resource.parent,
        custom=resource.custom,
        inputs=inputs,
    )


def _stack_view(node: Node, urns: Mapping[str, str], view: View) -> Resource:
    filled: dict[str, Value] = {name: f"{name}-of-{node.name}" for name in _GIVEN_BY_AWS}
    filled |= _FILLED_IN.get(node.type, {})
    if view == "preview":
        filled = dict.fromkeys(filled, UNKNOWN)
    dependencies = {
        name: tuple(urns[source] for source in _sources(value) if source in urns)
        for name, value in node.inputs.items()
    }
    known = _known(node.inputs, view)
    return Resource(
        urn=urns[node.name],
        type=node.type,
        name=node.name,
        parent=urns[node.parent] if node.parent else None,
        custom=not node.type.startswith(("buylink:", "pulumi:")),
        inputs={name: UNKNOWN for name, value in known.items() if value is UNKNOWN},
        outputs=filled | known,
        dependencies={} if view == "written out" else dependencies,
    )


def _urn(node: Node, stack: str) -> str:
    return f"urn:pulumi:{stack}::shop::{node.type}::{node.name}"


def _known(value: Value, view: View) -> Value:
    match value:
        case Later():
            return UNKNOWN if view == "preview" else _known(value.value, view)
        case Mapping():
            return {key: _known(item, view) for key, item in value.items()}
        case list():
            return [_known(item, view) for item in value]
        case _:
            return value


def _sources(value: Value) -> Iterator[str]:
    match value:
        case Later():
            yield from value.of
        case Mapping():
            for item in value.values():
                yield from _sources(item)
        case list():
            for item in value:
                yield from _sources(item)
        case _:
            return
