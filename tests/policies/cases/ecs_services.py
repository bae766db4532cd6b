"""Cases of `ecs-spot-share` and `ecs-circuit-breaker`."""

from __future__ import annotations

from typing import Final

from buylink.graph import Value
from tests.policies.graphs import Case, CaseFactory, Kind, Later, Node, ref


def _strategy(*entries: tuple[str | Later, int | Later, int | Later]) -> list[dict[str, Value]]:
    return [
        {"capacityProvider": provider, "base": base, "weight": weight}
        for provider, base, weight in entries
    ]


_MIXED: Final = _strategy(("FARGATE", 1, 0), ("FARGATE_SPOT", 0, 1))
_SPOT_ONLY: Final = _strategy(("FARGATE_SPOT", 0, 1))
_ON_DEMAND: Final = _strategy(("FARGATE", 1, 1))
_BALANCED: Final = [{"targetGroupArn": Later("arn:tg"), "containerPort": 8080}]
_CLUSTER: Final = Node("aws:ecs/cluster:Cluster", "main", {"name": "main"})


def _service(strategy: Value = None, *, balanced: bool = False, **inputs: Value) -> Node:
    stated: dict[str, Value] = {"cluster": ref("main", "arn"), **inputs}
    if strategy is not None:
        stated["capacityProviderStrategies"] = strategy
    if balanced:
        stated["loadBalancers"] = _BALANCED
    return Node("aws:ecs/service:Service", "api", stated)


def _providers(strategy: Value, cluster: Value = None) -> Node:
    return Node(
        "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
        "providers",
        {
            "clusterName": cluster or Later("main", ("main",)),
            "capacityProviders": ["FARGATE", "FARGATE_SPOT"],
            "defaultCapacityProviderStrategies": strategy,
        },
    )


_case: Final = CaseFactory("ecs-spot-share", (_CLUSTER,))

_SPOT_SHARES: Final = (
    _case("good", "a base on demand and the rest on Spot is fine", _service(_MIXED, balanced=True)),
    _case(
        "bad",
        "a strategy without Spot is refused",
        _service(_ON_DEMAND, balanced=True),
        says=("api: its strategy gives FARGATE_SPOT no weight",),
    ),
    _case(
        "bad",
        "a launch type of FARGATE is refused",
        _service(launchType="FARGATE"),
        _providers(_MIXED),
        says=("api: launchType is FARGATE",),
    ),
    _case(
        "bad",
        "in prod a service behind a load balancer needs an on-demand base",
        _service(_SPOT_ONLY, balanced=True),
        says=("api: its strategy keeps a FARGATE base of 0 behind a load balancer, at least 1",),
    ),
    _case(
        "bad",
        "a weight of zero is no share",
        _service(_strategy(("FARGATE", 1, 1), ("FARGATE_SPOT", 0, 0))),
        says=("api: its strategy gives FARGATE_SPOT no weight",),
    ),
    _case(
        "unknown",
        "an unknown strategy can't be decided",
        _service(Later(_MIXED, ("main",))),
        says=("api: could not decide: capacityProviderStrategies",),
        deployed=(),
    ),
    _case(
        "unknown",
        "an unknown weight can't be decided",
        _service(_strategy(("FARGATE", 1, 1), ("FARGATE_SPOT", 0, Later(0)))),
        says=("api: could not decide: the share of Spot in its strategy",),
        deployed=("api: its strategy gives FARGATE_SPOT no weight",),
    ),
    _case(
        "unknown",
        "an unknown provider can't be decided",
        _service(_strategy((Later("FARGATE_SPOT"), 0, 1))),
        says=("api: could not decide: the share of Spot in its strategy",),
        deployed=(),
    ),
    _case(
        "unknown",
        "an unknown base can't be decided",
        _service(_strategy(("FARGATE", Later(1), 1), ("FARGATE_SPOT", 0, 1)), balanced=True),
        says=("api: could not decide: the base of FARGATE in its strategy",),
        deployed=(),
    ),
    _case(
        "unknown",
        "an unknown default of the cluster can't be decided",
        _service(),
        _providers(Later(_ON_DEMAND, ("main",))),
        says=("api: could not decide: the default strategy of its cluster main",),
        deployed=("api: the default strategy of its cluster main gives FARGATE_SPOT no weight",),
    ),
    _case(
        "unknown",
        "an unknown launch type can't be decided",
        _service(launchType=Later("FARGATE", ("main",))),
        _providers(_MIXED),
        says=("api: could not decide: launchType",),
        deployed=("api: launchType is FARGATE",),
    ),
    _case("variant", "a strategy on the cluster only is fine", _service(), _providers(_SPOT_ONLY)),
    _case(
        "variant",
        "a strategy on the cluster only has to have the base too",
        _service(balanced=True),
        _providers(_SPOT_ONLY),
        says=("api: the default strategy of its cluster main keeps a FARGATE base of 0",),
    ),
    _case(
        "variant",
        "the cluster's default doesn't save a service's own strategy",
        _service(_ON_DEMAND),
        _providers(_MIXED),
        says=("api: its strategy gives FARGATE_SPOT no weight",),
    ),
    _case(
        "variant",
        "without any strategy there is no Spot",
        _service(),
        says=("api: neither the service nor its cluster has a capacity provider strategy",),
    ),
    _case(
        "variant",
        "another cluster's default is not its own",
        Node("aws:ecs/cluster:Cluster", "other", {"name": "other"}),
        _service(),
        _providers(_MIXED, Later("other", ("other",))),
        says=("api: neither the service nor its cluster has a capacity provider strategy",),
    ),
    _case(
        "variant",
        "a cluster of another stack can't be looked into",
        _service(cluster="arn:aws:ecs:us-east-1:123456789012:cluster/shared"),
        says=("api: could not decide: it has no capacityProviderStrategies, and its cluster is",),
    ),
    _case("variant", "all on Spot is fine for a worker", _service(_SPOT_ONLY)),
    _case(
        "variant",
        "dev needs no on-demand base",
        _service(_SPOT_ONLY, balanced=True),
        stack="dev",
    ),
    _case(
        "variant",
        "a stack nobody knows needs the base",
        _service(_SPOT_ONLY, balanced=True),
        says=("api: its strategy keeps a FARGATE base of 0",),
        stack="holiday-demo",
    ),
    _case(
        "variant",
        "a weight left out is a weight of zero",
        _service(
            [{"capacityProvider": "FARGATE_SPOT"}, {"capacityProvider": "FARGATE", "base": 1}]
        ),
        says=("api: its strategy gives FARGATE_SPOT no weight",),
    ),
    _case(
        "variant",
        "instances of one's own have no Spot to share",
        _service(_strategy(("my-instances", 0, 1)), balanced=True),
    ),
    _case("variant", "the launch type EC2 has no strategy", _service(launchType="EC2")),
    _case(
        "variant",
        "a base left out is a base of zero",
        _service(
            [
                {"capacityProvider": "FARGATE", "weight": 1},
                {"capacityProvider": "FARGATE_SPOT", "weight": 1},
            ],
            balanced=True,
        ),
        says=("api: its strategy keeps a FARGATE base of 0",),
    ),
)

_ON: Final = {"enable": True, "rollback": True}


def _deployment(
    kind: Kind,
    name: str,
    says: tuple[str, ...] = (),
    *,
    deployed: tuple[str, ...] | None = None,
    **inputs: Value,
) -> Case:
    node = Node("aws:ecs/service:Service", "api", inputs)
    return Case("ecs-circuit-breaker", kind, name, (node,), says, deployed)


_OFF: Final = (
    "api: deploymentCircuitBreaker.enable is false",
    "api: deploymentCircuitBreaker.rollback is false",
)

_CIRCUIT_BREAKERS: Final = (
    _deployment("good", "on with rollback is fine", deploymentCircuitBreaker=_ON),
    _deployment(
        "bad",
        "absent is refused",
        (
            "api: deploymentCircuitBreaker.enable is not set",
            "api: deploymentCircuitBreaker.rollback is not set",
        ),
        deployed=_OFF,
    ),
    _deployment(
        "bad",
        "off is refused",
        _OFF,
        deploymentCircuitBreaker={"enable": False, "rollback": False},
    ),
    _deployment(
        "bad",
        "on without rollback is refused",
        ("api: deploymentCircuitBreaker.rollback is false",),
        deploymentCircuitBreaker={"enable": True, "rollback": False},
    ),
    _deployment(
        "unknown",
        "an unknown breaker can't be decided",
        (
            "api: could not decide: deploymentCircuitBreaker.enable",
            "api: could not decide: deploymentCircuitBreaker.rollback",
        ),
        deployed=(),
        deploymentCircuitBreaker=Later(_ON),
    ),
    _deployment(
        "unknown",
        "an unknown rollback can't be decided",
        ("api: could not decide: deploymentCircuitBreaker.rollback",),
        deployed=("api: deploymentCircuitBreaker.rollback is false",),
        deploymentCircuitBreaker={"enable": True, "rollback": Later(value=False)},
    ),
    _deployment(
        "unknown",
        "a controller that isn't known is judged as ECS",
        ("api: deploymentCircuitBreaker.rollback is false",),
        deployed=(),
        deploymentCircuitBreaker={"enable": True, "rollback": False},
        deploymentController={"type": Later("CODE_DEPLOY")},
    ),
    _deployment(
        "variant",
        "ECS may be named as the controller",
        ("api: deploymentCircuitBreaker.rollback is not set",),
        deploymentCircuitBreaker={"enable": True},
        deploymentController={"type": "ECS"},
    ),
    _deployment(
        "variant",
        "CodeDeploy has a way of its own",
        deploymentController={"type": "CODE_DEPLOY"},
    ),
    _deployment(
        "variant",
        "a controller left empty is ECS",
        ("api: deploymentCircuitBreaker.rollback is false",),
        deploymentCircuitBreaker={"enable": True, "rollback": False},
        deploymentController={"type": ""},
    ),
)

CASES: Final = (*_SPOT_SHARES, *_CIRCUIT_BREAKERS)
