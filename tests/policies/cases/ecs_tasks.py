"""Cases of `ecs-max-tasks` and `ecs-task-size`."""

from __future__ import annotations

from typing import Final

from buylink.graph import Value
from tests.policies.graphs import Case, CaseFactory, Kind, Later, Node, merged

_SCALE: Final = {"serviceNamespace": "ecs", "scalableDimension": "ecs:service:DesiredCount"}
_OF_TARGET: Final = Later("service/main/api", ("bounds",))
_OF_SERVICE: Final = Later("service/main/api", ("api",))


def _service(**inputs: Value) -> Node:
    return Node("aws:ecs/service:Service", "api", inputs)


def _target(**inputs: Value) -> Node:
    defaults = _SCALE | {"resourceId": _OF_SERVICE, "minCapacity": 1}
    return Node("aws:appautoscaling/target:Target", "bounds", defaults | inputs)


def _policy(resource_id: Value) -> Node:
    inputs = _SCALE | {"resourceId": resource_id}
    return Node("aws:appautoscaling/policy:Policy", "by-cpu", inputs)


def _steps(*counts: Value, adjustment: Value = "ExactCapacity", **more: Value) -> Node:
    config = {
        "adjustmentType": adjustment,
        "stepAdjustments": [{"scalingAdjustment": count} for count in counts],
    }
    inputs = {"resourceId": _OF_TARGET, "stepScalingPolicyConfiguration": config}
    return Node("aws:appautoscaling/policy:Policy", "by-backlog", _SCALE | inputs | more)


def _scheduled(**action: Value) -> Node:
    kind = "aws:appautoscaling/scheduledAction:ScheduledAction"
    return Node(
        kind, "evening", _SCALE | {"resourceId": _OF_TARGET, "scalableTargetAction": action}
    )


_case: Final = CaseFactory("ecs-max-tasks")

_COUNTS: Final = (
    _case(
        "bad",
        "the namespace may be written in any case",
        _service(),
        _target(maxCapacity=12, serviceNamespace="ECS"),
        says=("bounds: maxCapacity is 12",),
    ),
    _case(
        "good",
        "ten tasks are allowed",
        _service(desiredCount=10),
        _target(maxCapacity=10),
        _policy(_OF_TARGET),
        _scheduled(minCapacity=2, maxCapacity=10),
    ),
    _case(
        "bad",
        "an autoscaling maximum of twelve is refused",
        _service(desiredCount=2),
        _target(maxCapacity=12),
        says=("bounds: maxCapacity is 12, at most 10 are allowed in stack prod",),
    ),
    _case(
        "bad",
        "a desired count of eleven is refused",
        _service(desiredCount=11),
        says=("api: desiredCount is 11, at most 10",),
    ),
    _case(
        "bad",
        "a scheduled maximum counts as well",
        _service(),
        _target(maxCapacity=10),
        _scheduled(maxCapacity=30),
        says=("evening: scalableTargetAction.maxCapacity is 30, at most 10",),
    ),
    _case(
        "bad",
        "autoscaling without a scalable target is refused",
        _service(desiredCount=2),
        _policy(_OF_SERVICE),
        says=("by-cpu: it scales an ECS service, but no aws:appautoscaling/target:Target",),
    ),
    _case(
        "bad",
        "another service's target doesn't count",
        _service(desiredCount=2),
        Node("aws:ecs/service:Service", "web", {"desiredCount": 1}),
        _target(maxCapacity=4, resourceId=Later("service/main/web", ("web",))),
        _policy(_OF_SERVICE),
        says=("by-cpu: it scales an ECS service",),
    ),
    _case(
        "unknown",
        "an unknown maximum can't be decided",
        _service(),
        _target(maxCapacity=Later(12)),
        says=("bounds: could not decide: maxCapacity is only known after deployment",),
        deployed=("bounds: maxCapacity is 12, at most 10",),
    ),
    _case(
        "unknown",
        "an unknown desired count can't be decided",
        _service(desiredCount=Later(3)),
        says=("api: could not decide: desiredCount",),
        deployed=(),
    ),
    _case(
        "unknown",
        "an unknown scheduled action can't be decided",
        _service(),
        _target(maxCapacity=2),
        Node(
            "aws:appautoscaling/scheduledAction:ScheduledAction",
            "evening",
            _SCALE | {"resourceId": _OF_TARGET, "scalableTargetAction": Later({"maxCapacity": 9})},
        ),
        says=("evening: could not decide: scalableTargetAction.maxCapacity",),
        deployed=(),
    ),
    _case(
        "unknown",
        "what can't be told from ECS is judged as ECS",
        _target(
            maxCapacity=12,
            serviceNamespace=Later("ecs"),
            scalableDimension=Later("ecs:service:DesiredCount"),
        ),
        _service(),
        says=("bounds: maxCapacity is 12",),
    ),
    _case("variant", "a count that is absent is fine", _service()),
    _case("variant", "a worker may rest at zero", _service(desiredCount=0), _target(maxCapacity=2)),
    _case(
        "variant",
        "a target without a maximum is refused",
        _service(),
        _target(),
        says=("bounds: maxCapacity is not set",),
    ),
    _case(
        "variant",
        "a policy may name the service, and the target that same service",
        _service(),
        _target(maxCapacity=4),
        _policy(_OF_SERVICE),
    ),
    _case(
        "variant",
        "a policy may write the resource id out",
        _service(name="api"),
        _target(maxCapacity=4, resourceId="service/main/api"),
        _policy("service/main/api"),
    ),
    _case(
        "variant",
        "a scheduled action may leave the maximum alone",
        _service(),
        _target(maxCapacity=4),
        _scheduled(minCapacity=2),
    ),
    _case(
        "variant",
        "the capacity of a table is none of its business",
        Node(
            "aws:appautoscaling/target:Target",
            "reads",
            {"serviceNamespace": "dynamodb", "resourceId": "table/links", "maxCapacity": 400},
        ),
        Node(
            "aws:appautoscaling/policy:Policy",
            "reads-by-use",
            {"serviceNamespace": "dynamodb", "resourceId": "table/other"},
        ),
    ),
    _case(
        "variant",
        "a namespace that isn't known yet may still be told by its dimension",
        Node(
            "aws:appautoscaling/target:Target",
            "reads",
            {
                "serviceNamespace": Later("dynamodb"),
                "scalableDimension": "dynamodb:table:ReadCapacityUnits",
                "maxCapacity": 400,
            },
        ),
    ),
    _case(
        "variant",
        "a scheduled action in an old state may have an empty maximum",
        _service(),
        _target(maxCapacity=4),
        _scheduled(minCapacity="2", maxCapacity=""),
    ),
    _case(
        "variant",
        "a scheduled maximum in an old state is text",
        _service(),
        _target(maxCapacity=4),
        _scheduled(maxCapacity="12"),
        says=("evening: scalableTargetAction.maxCapacity is 12, at most 10",),
    ),
    _case(
        "good",
        "steps up to ten tasks are allowed",
        _service(),
        _target(maxCapacity=10),
        _steps(1, 4, 10),
    ),
    _case(
        "bad",
        "a step to twenty tasks is refused",
        _service(),
        _target(maxCapacity=10),
        _steps(1, 20, 15),
        says=(
            "by-backlog: stepScalingPolicyConfiguration.stepAdjustments go to 20 tasks, at most 10"
            " are allowed in stack prod",
        ),
    ),
    _case(
        "unknown",
        "an unknown step can't be decided",
        _service(),
        _target(maxCapacity=10),
        _steps(1, Later(20)),
        says=("by-backlog: could not decide: stepScalingPolicyConfiguration.stepAdjustments",),
        deployed=("by-backlog: stepScalingPolicyConfiguration.stepAdjustments go to 20",),
    ),
    _case(
        "unknown",
        "steps of an unknown kind can't be decided",
        _service(),
        _target(maxCapacity=10),
        _steps(2, adjustment=Later("ChangeInCapacity")),
        says=("by-backlog: could not decide: stepScalingPolicyConfiguration",),
        deployed=(),
    ),
    _case(
        "unknown",
        "steps that aren't known at all can't be decided",
        _service(),
        _target(maxCapacity=10),
        _steps(stepScalingPolicyConfiguration=Later({"adjustmentType": "ChangeInCapacity"})),
        says=("by-backlog: could not decide: stepScalingPolicyConfiguration",),
        deployed=(),
    ),
    _case(
        "unknown",
        "a list of steps that isn't known can't be decided",
        _service(),
        _target(maxCapacity=10),
        _steps(
            stepScalingPolicyConfiguration={
                "adjustmentType": "ExactCapacity",
                "stepAdjustments": Later([]),
            }
        ),
        says=("by-backlog: could not decide: stepScalingPolicyConfiguration",),
        deployed=(),
    ),
    _case(
        "variant",
        "steps that add are bounded by the maximum",
        _service(),
        _target(maxCapacity=10),
        _steps(20, Later(30), adjustment="ChangeInCapacity"),
    ),
    _case(
        "variant",
        "steps of a table are none of its business",
        _steps(400, serviceNamespace="dynamodb", resourceId="table/links"),
    ),
)


def _size(
    kind: Kind,
    name: str,
    cpu: Value,
    memory: Value,
    says: tuple[str, ...] = (),
    deployed: tuple[str, ...] | None = None,
    stack: str = "prod",
) -> Case:
    inputs = merged({"requiresCompatibilities": ["FARGATE"]}, {"cpu": cpu, "memory": memory})
    node = Node("aws:ecs/taskDefinition:TaskDefinition", "api", inputs)
    return Case("ecs-task-size", kind, name, (node,), says, deployed, stack)


_SIZES: Final = (
    _size("good", "half a vCPU with a GB is allowed", "512", "1024"),
    _size("good", "the cap itself is allowed", "1024", "4096"),
    _size(
        "bad",
        "four vCPUs are refused",
        "4096",
        "8192",
        (
            "api: cpu is 4096 CPU units, at most 1024 are allowed in stack prod",
            "api: memory is 8192 MiB, at most 4096 are allowed in stack prod",
        ),
    ),
    _size(
        "bad",
        "what prod may have is too much for dev",
        "1024",
        "2048",
        (
            "api: cpu is 1024 CPU units, at most 512",
            "api: memory is 2048 MiB, at most 1024",
        ),
        stack="dev",
    ),
    _size(
        "bad",
        "a stack nobody knows gets the strictest caps",
        "1024",
        "2048",
        ("api: cpu is 1024 CPU units, at most 512", "api: memory is 2048 MiB, at most 1024"),
        stack="holiday-demo",
    ),
    _size(
        "bad",
        "a pair that Fargate doesn't have is refused",
        "256",
        "4096",
        ("api: memory is 4096 MiB, with 256 CPU units Fargate has 512, 1024, 2048",),
    ),
    _size(
        "bad",
        "CPU units that Fargate doesn't have are refused",
        "300",
        "1024",
        ("api: cpu is 300 CPU units, Fargate has 256, 512, 1024",),
    ),
    _size(
        "unknown",
        "an unknown size can't be decided",
        Later("256"),
        Later("512"),
        ("api: could not decide: cpu", "api: could not decide: memory"),
        deployed=(),
    ),
    _size("variant", "numbers are as good as text", 256, 512),
    _size("variant", "vCPU and GB are units too", ".25 vCPU", "0.5 GB"),
    _size("variant", "units may be written without a space", "0.5vcpu", "1gb"),
    _size(
        "variant",
        "a size in GB is compared like any other",
        "1 vCPU",
        "8 GB",
        ("api: memory is 8192 MiB, at most 4096",),
    ),
    _size("variant", "a size that is no size is refused", "lots", "1024", ("api: cpu is 'lots'",)),
    _size(
        "variant",
        "Fargate needs both",
        None,
        None,
        ("api: cpu is None, Fargate needs", "api: memory is None, Fargate needs"),
    ),
    Case(
        "ecs-task-size",
        "variant",
        "on instances of one's own nothing is needed",
        (
            Node(
                "aws:ecs/taskDefinition:TaskDefinition",
                "batch",
                {"requiresCompatibilities": ["EC2"]},
            ),
        ),
    ),
    _size(
        "variant",
        "a fraction of a CPU unit is no size",
        "0.3 vCPU",
        "1024",
        ("api: cpu is '0.3 vCPU'",),
    ),
)

CASES: Final = (*_COUNTS, *_SIZES)
