"""Our own preview equals the real engine's: the graphs, and what the policies say of them."""

import ast
import json
import re
from pathlib import Path

import pulumi
import pulumi_aws
import pytest

from buylink.graph import Value
from tests.cli.command import PROJECT, buylink
from tests.components.recorder import plan
from tests.system.engine.driving import deployment
from tests.system.engine.parity import expanded_by_a_plugin, ours, real

DOMAIN = (
    "buylink:domain={name: hub.example.com, certificateArn: "
    "'arn:aws:acm:us-east-1:123456789012:certificate/0a1b'}"
)
DIGEST = f"buylink:services.ingestion-api.digest=sha256:{'0' * 64}"
NIGHT = (
    "buylink:services.product-service.schedule="
    "{night: {cron: 'cron(0 20 * * ? *)', minTasks: 1, maxTasks: 1}}"
)

CASES: dict[str, tuple[str, tuple[str, ...]]] = {
    "dev": ("dev", ()),
    "staging": ("staging", ()),
    "prod": ("prod", ()),
    "without NAT": ("dev", ("buylink:network.natGateways=none",)),
    "three zones": ("prod", ("buylink:network.availabilityZones=3",)),
    "without the edge": ("prod", ("buylink:edge.enabled=false", DOMAIN)),
    "a domain, x86, a digest, a clock": (
        "staging",
        (DOMAIN, DIGEST, NIGHT, "buylink:services.product-service.architecture=X86_64"),
    ),
    "flow logs, endpoints, a rate limit": (
        "dev",
        (
            "buylink:network.flowLogs=true",
            "buylink:network.interfaceEndpoints=[ecr.api]",
            "buylink:edge.rateLimit=2000",
        ),
    ),
    "over three caps": (
        "prod",
        (
            "buylink:services.ingestion-api.maxTasks=12",
            "buylink:logs.retentionDays=90",
            "buylink:services.product-service.environment={API_TOKEN: abc}",
        ),
    ),
}
CLEAN = ("dev", "staging", "prod", "without NAT", "three zones", "without the edge")


@pytest.mark.parametrize("case", CASES)
def test_our_preview_equals_the_real_engines(tmp_path: Path, case: str) -> None:
    stack, overrides = CASES[case]
    under_engine = deployment(tmp_path, stack, overrides).preview()
    options = [option for override in overrides for option in ("--config", override)]
    run = buylink("preview", stack, "--format", "json", *options, cwd=tmp_path)
    preview: dict[str, Value] = json.loads(run.stdout)["stacks"][0]

    our_graph, real_graph = ours(preview["resources"]), real(under_engine.steps)
    assert sorted(our_graph) == sorted(real_graph)
    compared = {urn for urn, entry in our_graph.items() if not expanded_by_a_plugin(entry)}
    assert {urn: our_graph[urn] for urn in compared} == {urn: real_graph[urn] for urn in compared}

    our_words = {(each["policy"], each["urn"], each["message"]) for each in preview["violations"]}
    real_words = {
        (each.policy, each.urn, each.message.removeprefix(f"{each.policy}: "))
        for each in under_engine.violations
    }
    assert our_words == real_words
    assert (
        (run.returncode == 3) == bool(under_engine.error) == (case not in CLEAN and bool(our_words))
    )
    if case in CLEAN:
        assert our_words == set()


def test_every_component_and_every_type_it_makes_is_in_some_case() -> None:
    """So that nobody has to remember to hold a new one to parity: add a case that makes it."""
    in_cases = {
        resource.type
        for stack, overrides in CASES.values()
        for resource in plan(stack, *overrides).resources
    }
    assert sorted(types_in_components() - in_cases) == []


def types_in_components() -> set[str]:
    """The type tokens of all components, and of all resource classes that they call."""
    types: set[str] = set()
    for path in (PROJECT / "components").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Constant(value=str(text)) if re.fullmatch(r"buylink:\w+:\w+", text):
                    types.add(text)
                case ast.Call(func=ast.Attribute(value=ast.Name(id=module), attr=name)):
                    resource = getattr(getattr(pulumi_aws, module, None), name, None)
                    if isinstance(resource, type) and issubclass(resource, pulumi.CustomResource):
                        types.add(str(getattr(resource, "pulumi_type")))  # noqa: B009
                case _:
                    pass
    return types
