"""Fargate Spot: a share in every strategy, and what must not be on Spot."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from buylink.graph import UNKNOWN, Graph, Resource, Value, stack_of
from policies.engine.caps import StackCaps
from policies.engine.relations import items, linked, linking, nested, stated
from policies.engine.resource_types import SERVICE
from policies.engine.rule import Rule, Violation, undecided

CLUSTER: Final = "aws:ecs/cluster:Cluster"
CLUSTER_PROVIDERS: Final = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders"

_REMEDY: Final = "Write the strategy out, with FARGATE_SPOT at a weight above 0."


def spot_share(graph: Graph, caps: StackCaps) -> Iterator[Violation]:
    """Every service's strategy, its own or its cluster's, has Spot and the on-demand base."""
    for service in graph.of_type(SERVICE):
        yield from _service(graph, service, caps)


def _service(graph: Graph, service: Resource, caps: StackCaps) -> Iterator[Violation]:
    launch_type = stated(service, "launchType")
    strategy = stated(service, "capacityProviderStrategies")
    if launch_type is UNKNOWN:
        yield undecided(service, "launchType", "Leave it out.")
    elif launch_type == "FARGATE" and not strategy:
        yield Violation(service.urn, "launchType is FARGATE, which runs every task on demand")
    elif strategy is UNKNOWN:
        yield undecided(service, "capacityProviderStrategies", _REMEDY)
    elif strategy:
        yield from _strategy(service, strategy, "its strategy", caps)
    elif not launch_type:
        yield from _cluster_default(graph, service, caps)


def _cluster_default(graph: Graph, service: Resource, caps: StackCaps) -> Iterator[Violation]:
    clusters = linked(graph, service, "cluster", CLUSTER)
    providers = [
        provider
        for cluster in clusters
        for provider in linking(graph, cluster, "clusterName", CLUSTER_PROVIDERS)
    ]
    if not clusters:
        yield Violation(
            service.urn,
            "could not decide: it has no capacityProviderStrategies, and its cluster is not in"
            f" this stack. {_REMEDY}",
        )
    elif not providers:
        yield Violation(
            service.urn, "neither the service nor its cluster has a capacity provider strategy"
        )
    for provider in providers:
        default = stated(provider, "defaultCapacityProviderStrategies")
        where = f"the default strategy of its cluster {clusters[0].name}"
        if default is UNKNOWN:
            yield undecided(service, where, _REMEDY)
        else:
            yield from _strategy(service, default, where, caps)


def _strategy(
    service: Resource, strategy: Value, where: str, caps: StackCaps
) -> Iterator[Violation]:
    entries = items(strategy)
    providers = [nested(entry, "capacityProvider") for entry in entries]
    if entries and not {"FARGATE", "FARGATE_SPOT", UNKNOWN}.intersection(providers):
        return  # instances of one's own
    weights = _of(entries, "FARGATE_SPOT", "weight")
    if not any(isinstance(weight, int) and weight > 0 for weight in weights):
        if UNKNOWN in providers or UNKNOWN in weights:
            yield undecided(service, f"the share of Spot in {where}", _REMEDY)
        else:
            yield Violation(service.urn, f"{where} gives FARGATE_SPOT no weight")
    if caps.min_on_demand_base and stated(service, "loadBalancers") not in (None, []):
        yield from _on_demand_base(service, entries, where, caps.min_on_demand_base)


def _on_demand_base(
    service: Resource, entries: list[Value], where: str, minimum: int
) -> Iterator[Violation]:
    bases = _of(entries, "FARGATE", "base")
    if UNKNOWN in bases:
        yield undecided(service, f"the base of FARGATE in {where}", f"Give at least {minimum}.")
    elif (base := sum(base for base in bases if isinstance(base, int))) < minimum:
        yield Violation(
            service.urn,
            f"{where} keeps a FARGATE base of {base} behind a load balancer, at least {minimum}"
            f" is needed in stack {stack_of(service.urn)}: Spot can take every task at once",
        )


def _of(entries: list[Value], provider: str, name: str) -> list[Value]:
    return [
        nested(entry, name) for entry in entries if nested(entry, "capacityProvider") == provider
    ]


def circuit_breaker(resource: Resource, _: StackCaps) -> Iterator[Violation]:
    """A failed deployment stops and rolls back, where ECS itself deploys."""
    controller = nested(resource.get("deploymentController"), "type")
    if isinstance(controller, str) and controller not in ("", "ECS"):
        return
    breaker = stated(resource, "deploymentCircuitBreaker")
    for name in ("enable", "rollback"):
        value = nested(breaker, name)
        if value is UNKNOWN:
            yield undecided(resource, f"deploymentCircuitBreaker.{name}", "Set it to true.")
        elif value is not True:
            shown = "not set" if value is None else "false"
            yield Violation(resource.urn, f"deploymentCircuitBreaker.{name} is {shown}")


RULES: Final = (
    Rule(
        id="ecs-spot-share",
        title="Fargate Spot has a share",
        description="Every ECS service on Fargate runs a share of its tasks on Spot; where the"
        " stack asks for it, a service behind a load balancer keeps an on-demand base.",
        details="""
            Reads the service's own `capacityProviderStrategies` or, where it has none, its
            cluster's default. `FARGATE_SPOT` needs a weight above 0. With `minOnDemandBase` (prod)
            a service that has load balancers keeps that many tasks on `FARGATE` as a base: Spot
            capacity can vanish for all tasks at once. `launchType: FARGATE` is refused, as it is
            all on demand. Services on EC2 are not judged.
        """,
        unknowns="""
            An unknown strategy, weight or base is a violation. So is a service without a strategy
            whose cluster is not in the stack: write the strategy out.
        """,
        severity="medium",
        pillar="Cost Optimization",
        tags=("cost", "reliability", "ecs"),
        remediation="Give the service (or its cluster's default) a capacity provider strategy"
        " with FARGATE_SPOT at a weight above 0, and FARGATE with the base that"
        " minOnDemandBase in policies/caps.yaml asks for. Leave launchType out.",
        url="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html",
        caps=("minOnDemandBase",),
        on_stack=spot_share,
    ),
    Rule(
        id="ecs-circuit-breaker",
        title="ECS deployments stop and roll back",
        description="Every ECS service has the deployment circuit breaker on, with rollback.",
        details="""
            `deploymentCircuitBreaker` has `enable` and `rollback`. Without it ECS starts a broken
            image again and again, and bills each try. Services deployed by CodeDeploy or an
            external controller are not judged.
        """,
        unknowns="""
            An unknown switch is a violation; an unknown controller is taken for ECS.
        """,
        severity="medium",
        pillar="Reliability",
        tags=("reliability", "ecs"),
        remediation="Set deploymentCircuitBreaker to enable=true and rollback=true. Without it a"
        " bad image is started, and paid for, again and again.",
        url="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html",
        types=(SERVICE,),
        on_resource=circuit_breaker,
    ),
)
