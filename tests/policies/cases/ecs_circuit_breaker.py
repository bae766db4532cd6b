"""Cases of `ecs-circuit-breaker`."""

from __future__ import annotations

from typing import Any, Final

from tests.policies.graphs import Case, Later, Node

_ON: Final = {"enable": True, "rollback": True}


def _case(
    kind: Any, name: str, says: tuple[str, ...] = (), *, deployed: Any = None, **inputs: Any
) -> Case:
    node = Node("aws:ecs/service:Service", "api", inputs)
    return Case("ecs-circuit-breaker", kind, name, (node,), says, deployed)


_OFF: Final = (
    "api: deploymentCircuitBreaker.enable is false",
    "api: deploymentCircuitBreaker.rollback is false",
)

CASES: Final = (
    _case("good", "on with rollback is fine", deploymentCircuitBreaker=_ON),
    _case(
        "bad",
        "absent is refused",
        (
            "api: deploymentCircuitBreaker.enable is not set",
            "api: deploymentCircuitBreaker.rollback is not set",
        ),
        deployed=_OFF,
    ),
    _case(
        "bad",
        "off is refused",
        _OFF,
        deploymentCircuitBreaker={"enable": False, "rollback": False},
    ),
    _case(
        "bad",
        "on without rollback is refused",
        ("api: deploymentCircuitBreaker.rollback is false",),
        deploymentCircuitBreaker={"enable": True, "rollback": False},
    ),
    _case(
        "unknown",
        "an unknown breaker can't be decided",
        (
            "api: could not decide: deploymentCircuitBreaker.enable",
            "api: could not decide: deploymentCircuitBreaker.rollback",
        ),
        deployed=(),
        deploymentCircuitBreaker=Later(_ON),
    ),
    _case(
        "unknown",
        "an unknown rollback can't be decided",
        ("api: could not decide: deploymentCircuitBreaker.rollback",),
        deployed=("api: deploymentCircuitBreaker.rollback is false",),
        deploymentCircuitBreaker={"enable": True, "rollback": Later(value=False)},
    ),
    _case(
        "unknown",
        "a controller that isn't known is judged as ECS",
        ("api: deploymentCircuitBreaker.rollback is false",),
        deployed=(),
        deploymentCircuitBreaker={"enable": True, "rollback": False},
        deploymentController={"type": Later("CODE_DEPLOY")},
    ),
    _case(
        "variant",
        "ECS may be named as the controller",
        ("api: deploymentCircuitBreaker.rollback is not set",),
        deploymentCircuitBreaker={"enable": True},
        deploymentController={"type": "ECS"},
    ),
    _case(
        "variant",
        "CodeDeploy has a way of its own",
        deploymentController={"type": "CODE_DEPLOY"},
    ),
    _case(
        "variant",
        "a controller left empty is ECS",
        ("api: deploymentCircuitBreaker.rollback is false",),
        deploymentCircuitBreaker={"enable": True, "rollback": False},
        deploymentController={"type": ""},
    ),
)
