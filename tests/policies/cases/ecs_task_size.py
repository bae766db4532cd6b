"""Cases of `ecs-task-size`."""

from __future__ import annotations

from typing import Any, Final

from tests.policies.graphs import Case, Later, Node

_POLICY: Final = "ecs-task-size"


def _case(
    kind: Any, name: str, cpu: Any, memory: Any, says: tuple[str, ...] = (), **more: Any
) -> Case:
    given = {"cpu": cpu, "memory": memory, "requiresCompatibilities": ["FARGATE"]}
    inputs = {key: value for key, value in given.items() if value is not None}
    node = Node("aws:ecs/taskDefinition:TaskDefinition", "api", inputs)
    return Case(_POLICY, kind, name, (node,), says, **more)


CASES: Final = (
    _case("good", "half a vCPU with a GB is allowed", "512", "1024"),
    _case("good", "the cap itself is allowed", "1024", "4096"),
    _case(
        "bad",
        "four vCPUs are refused",
        "4096",
        "8192",
        (
            "api: cpu is 4096 CPU units, at most 1024 are allowed in stack prod",
            "api: memory is 8192 MiB, at most 4096 are allowed in stack prod",
        ),
    ),
    _case(
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
    _case(
        "bad",
        "a stack nobody knows gets the strictest caps",
        "1024",
        "2048",
        ("api: cpu is 1024 CPU units, at most 512", "api: memory is 2048 MiB, at most 1024"),
        stack="holiday-demo",
    ),
    _case(
        "bad",
        "a pair that Fargate doesn't have is refused",
        "256",
        "4096",
        ("api: memory is 4096 MiB, with 256 CPU units Fargate has 512, 1024, 2048",),
    ),
    _case(
        "bad",
        "CPU units that Fargate doesn't have are refused",
        "300",
        "1024",
        ("api: cpu is 300 CPU units, Fargate has 256, 512, 1024",),
    ),
    _case(
        "unknown",
        "an unknown size can't be decided",
        Later("256"),
        Later("512"),
        ("api: could not decide: cpu", "api: could not decide: memory"),
        deployed=(),
    ),
    _case("variant", "numbers are as good as text", 256, 512),
    _case("variant", "vCPU and GB are units too", ".25 vCPU", "0.5 GB"),
    _case("variant", "units may be written without a space", "0.5vcpu", "1gb"),
    _case(
        "variant",
        "a size in GB is compared like any other",
        "1 vCPU",
        "8 GB",
        ("api: memory is 8192 MiB, at most 4096",),
    ),
    _case("variant", "a size that is no size is refused", "lots", "1024", ("api: cpu is 'lots'",)),
    _case(
        "variant",
        "Fargate needs both",
        None,
        None,
        ("api: cpu is None, Fargate needs", "api: memory is None, Fargate needs"),
    ),
    Case(
        _POLICY,
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
    _case(
        "variant",
        "a fraction of a CPU unit is no size",
        "0.3 vCPU",
        "1024",
        ("api: cpu is '0.3 vCPU'",),
    ),
)
