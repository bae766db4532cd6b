"""ECS: how many tasks, how large, on what capacity, and how a deployment fails."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from buylink.aws.fargate_sizes import MEMORY_BY_CPU, parse_size
from buylink.graph import UNKNOWN, Graph, Resource
from policies.engine.caps import StackCaps
from policies.engine.relations import items, linked, nested
from policies.engine.resource_types import SCALING_POLICY, SERVICE, TASK_DEFINITION
from policies.engine.rule import Rule, Violation, above_cap, undecided

SCALABLE_TARGET: Final = "aws:appautoscaling/target:Target"
SCHEDULED_ACTION: Final = "aws:appautoscaling/scheduledAction:ScheduledAction"

_COUNTS: Final = {
    SERVICE: ("desiredCount",),
    SCALABLE_TARGET: ("maxCapacity",),
    SCHEDULED_ACTION: ("scalableTargetAction", "maxCapacity"),
}


def max_tasks(resource: Resource, caps: StackCaps) -> Iterator[Violation]:
    """The counts that one resource shows: desired, autoscaling and scheduled maximum, steps."""
    if resource.type != SERVICE and not _scales_ecs(resource):
        return
    if resource.type == SCALING_POLICY:
        yield from _steps(resource, caps)
        return
    path = _COUNTS[resource.type]
    name, count = ".".join(path), nested(resource.get(path[0]), *path[1:])
    if count in (None, ""):
        if resource.type == SCALABLE_TARGET:
            yield Violation(resource.urn, f"{name} is not set: autoscaling needs a maximum")
    elif count is UNKNOWN:
        yield undecided(resource, name, f"Give a number of at most {caps.max_tasks}.")
    elif int(count) > caps.max_tasks:
        yield above_cap(resource.urn, f"{name} is {int(count)}", caps.max_tasks)


def _steps(policy: Resource, caps: StackCaps) -> Iterator[Violation]:
    """The counts that steps set outright; what they add or take away the maximum bounds."""
    config = policy.get("stepScalingPolicyConfiguration")
    adjustment, steps = nested(config, "adjustmentType"), nested(config, "stepAdjustments")
    name = "stepScalingPolicyConfiguration.stepAdjustments"
    if adjustment not in ("ExactCapacity", UNKNOWN):
        return
    counts = [nested(step, "scalingAdjustment") for step in items(steps)]
    if UNKNOWN in (steps, adjustment, *counts):
        yield undecided(policy, name, f"Give numbers of at most {caps.max_tasks}.")
    elif (most := max(map(int, counts), default=0)) > caps.max_tasks:
        yield above_cap(policy.urn, f"{name} go to {most} tasks", caps.max_tasks)


def autoscaling_has_maximum(graph: Graph, _: StackCaps) -> Iterator[Violation]:
    """Whatever scales a service must belong to a scalable target that states a maximum."""
    for scaling in graph.of_type(SCALING_POLICY, SCHEDULED_ACTION):
        if _scales_ecs(scaling) and not _target_of(graph, scaling):
            yield Violation(
                scaling.urn,
                "it scales an ECS service, but no aws:appautoscaling/target:Target in this stack"
                " states that service's maxCapacity. Declare one and refer to its resourceId",
            )


def _target_of(graph: Graph, scaling: Resource) -> bool:
    if graph.referenced(scaling, "resourceId", SCALABLE_TARGET):
        return True
    scaled = linked(graph, scaling, "resourceId", SERVICE)
    held = scaling.get("resourceId")
    return any(
        (isinstance(held, str) and target.get("resourceId") == held)
        or any(service in graph.referenced(target, "resourceId", SERVICE) for service in scaled)
        for target in graph.of_type(SCALABLE_TARGET)
    )


def _scales_ecs(resource: Resource) -> bool:
    """Whether an autoscaling resource is about ECS: what can't be told counts as ECS."""
    namespace = resource.get("serviceNamespace")
    if isinstance(namespace, str):
        return namespace.lower() == "ecs"
    dimension = resource.get("scalableDimension")
    return not isinstance(dimension, str) or dimension.lower().startswith("ecs:")


def task_size(resource: Resource, caps: StackCaps) -> Iterator[Violation]:
    """CPU and memory at most the caps, and a pair that Fargate has."""
    fargate = "FARGATE" in items(resource.get("requiresCompatibilities"))
    sizes: dict[str, int] = {}
    for name, unit, cap in (
        ("cpu", "CPU units", caps.max_task_cpu),
        ("memory", "MiB", caps.max_task_memory),
    ):
        written = resource.get(name)
        size = parse_size(written)
        if written is UNKNOWN:
            yield undecided(resource, name, f"Give a number of at most {cap} {unit}.")
        elif written is None and not fargate:
            continue  # the instances are what costs
        elif size is None or size % 1:
            yield Violation(
                resource.urn, f"{name} is {written!r}, Fargate needs a number of {unit}"
            )
        else:
            size = sizes[name] = int(size)
            if size > cap:
                yield above_cap(resource.urn, f"{name} is {size} {unit}", cap)
    if fargate and sizes.keys() == {"cpu", "memory"}:
        yield from _fargate_pair(resource, sizes["cpu"], sizes["memory"])


def _fargate_pair(resource: Resource, cpu: int, memory: int) -> Iterator[Violation]:
    memories = MEMORY_BY_CPU.get(cpu)
    if memories is None:
        known = ", ".join(map(str, MEMORY_BY_CPU))
        yield Violation(resource.urn, f"cpu is {cpu} CPU units, Fargate has {known}")
    elif memory not in memories:
        known = ", ".join(map(str, memories))
        yield Violation(
            resource.urn, f"memory is {memory} MiB, with {cpu} CPU units Fargate has {known}"
        )


RULES: Final = (
    Rule(
        id="ecs-max-tasks",
        title="ECS services have a maximum of tasks",
        description="An ECS service runs at most the stack's cap of tasks, and autoscaling has"
        " a known maximum.",
        details="""
            Reads a service's `desiredCount`, the `maxCapacity` of an
            `aws:appautoscaling/target:Target` for ECS, and that of a scheduled action, and the
            steps of a step scaling policy of kind `ExactCapacity`, which set a count outright. A
            scaling policy or scheduled action must belong to a target in the stack, found by its
            dependency or by the same `resourceId`. A `desiredCount` left out is fine.
        """,
        unknowns="""
            An unknown count is a violation, and so is an unknown maximum or step.
        """,
        severity="high",
        pillar="Cost Optimization",
        tags=("cost", "ecs"),
        remediation="Lower desiredCount or the scalable target's maxCapacity. If the load really"
        " needs more, raise maxTasks for this stack in policies/caps.yaml.",
        url="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html",
        caps=("maxTasks",),
        types=(SERVICE, SCALABLE_TARGET, SCHEDULED_ACTION, SCALING_POLICY),
        on_resource=max_tasks,
        on_stack=autoscaling_has_maximum,
    ),
    Rule(
        id="ecs-task-size",
        title="ECS tasks stay small",
        description="A task's CPU and memory are at most the stack's caps, and a pair that"
        " Fargate has.",
        details="""
            Reads `cpu` and `memory` of a task definition, in any of AWS's spellings (`256`, `".25
            vCPU"`, `"0.5 GB"`). For Fargate both are needed and the pair must exist; the message
            lists the memories that Fargate has with that CPU. A task for EC2 may leave them out:
            there the instances cost.
        """,
        unknowns="""
            An unknown size is a violation.
        """,
        severity="medium",
        pillar="Cost Optimization",
        tags=("cost", "ecs"),
        remediation="Lower cpu and memory of the task definition, or raise maxTaskCpu and"
        " maxTaskMemory for this stack in policies/caps.yaml.",
        url="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html",
        caps=("maxTaskCpu", "maxTaskMemory"),
        types=(TASK_DEFINITION,),
        on_resource=task_size,
    ),
)
