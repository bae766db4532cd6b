"""The program as a whole: what it exports, what it tells about itself, and the tests' own worth."""

from __future__ import annotations

import ast
import os
from pathlib import Path

import pulumi
import pytest
from pulumi_aws import cloudwatch

from buylink.settings import SettingsError
from buylink.settings.stack_files import read_stack_file
from tests.components.recorder import (
    REPOSITORY,
    STACK,
    RecordingMonitor,
    hermetic_environment,
    plan,
    record,
    run_program,
)
from tests.components.shapes import SHAPES, WITHOUT_EDGE


def test_the_exports_name_what_the_runbooks_use() -> None:
    exports = plan("prod").exports
    services = ("ingestion-api", "product-service", "ai-worker")
    logged = (*services, "scheduled-ingestion", "budget-guard")
    assert exports == {
        "url": "https://hub-edge-distribution:domainName",
        "clusterName": "buylink-prod-cluster",
        "workerClusterName": "buylink-prod-workers",
        "serviceNames": {name: f"buylink-prod-{name}" for name in services},
        "logGroupNames": {name: f"/buylink/prod/{name}" for name in logged},
        "vpcId": "hub-network-vpc:id",
        "loadBalancerDnsName": "hub-load-balancer-alb:dnsName",
        "distributionId": "hub-edge-distribution:id",
        "distributionDomainName": "hub-edge-distribution:domainName",
        "repositoryUrls": {
            name: f"hub-{name}-images-repository:repositoryUrl" for name in services
        },
        "tableName": "buylink-prod-hub",
        "thumbnailsBucket": "hub-storage-thumbnails-bucket:bucket",
        "originalsBucket": "hub-storage-originals-bucket:bucket",
        "reportsBucket": "hub-storage-reports-bucket:bucket",
        "queueUrl": exports["queueUrl"],
        "deadLetterQueueName": "buylink-prod-videos-dead-letters",
        "secretArns": exports["secretArns"],
        "budgetName": "buylink-prod",
        "noticeTopicArn": exports["noticeTopicArn"],
    }
    assert len(exports["secretArns"]) == 5


def test_without_the_edge_the_url_is_the_domains_and_no_distribution_is_exported() -> None:
    exports = plan("dev", *WITHOUT_EDGE).exports
    assert exports["url"] == "https://hub.example.com"
    assert not [name for name in exports if name.startswith("distribution")]


@pytest.mark.parametrize(
    ("stack", "users", "videos"), [("dev", 20, 20), ("staging", 100, 100), ("prod", 1000, 500)]
)
def test_the_load_is_an_input_and_an_output_of_the_root(
    stack: str, users: int, videos: int
) -> None:
    planned = plan(stack)
    hub = planned.one("buylink:hub:Hub")
    assert hub.inputs["load"] == {"users": users, "videosPerDay": videos}
    assert planned.outputs[hub.urn]["load"] == hub.inputs["load"]


def test_wrong_settings_register_nothing() -> None:
    override = "buylink:network.natGateways=triple"
    config = read_stack_file(REPOSITORY, "dev", [override]).pulumi_config()
    monitor = RecordingMonitor()
    with pytest.raises(SettingsError, match="natGateways"):
        record(lambda: run_program(config), monitor=monitor)
    assert [resource.type for resource in monitor.plan.resources] == [STACK]


def test_aws_settings_of_the_machine_do_not_reach_the_program(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "somebody")
    with hermetic_environment({"a": "b"}):
        assert not [name for name in os.environ if name.startswith("AWS_")]
        assert os.environ["PULUMI_CONFIG"] == '{"a": "b"}'
    assert os.environ["AWS_PROFILE"] == "somebody"


def test_a_wrong_expectation_fails() -> None:
    planned = record(lambda: _log_group(retention_days=7))
    with pytest.raises(AssertionError):
        assert planned.one("cloudwatch/logGroup:LogGroup").inputs["retentionInDays"] == 8


def test_what_is_registered_inside_an_apply_is_recorded_too() -> None:
    """Else a test that something is absent could pass too early."""

    def program() -> None:
        pulumi.Output.from_input(3).apply(_log_group)

    planned = record(program)
    assert planned.one("cloudwatch/logGroup:LogGroup").inputs["retentionInDays"] == 3


def test_an_error_in_a_program_reaches_the_test() -> None:
    def program() -> None:
        raise RuntimeError("the program's own")

    with pytest.raises(RuntimeError, match="the program's own"):
        record(program)


def _log_group(retention_days: int) -> None:
    cloudwatch.LogGroup("logs", retention_in_days=retention_days)


def test_no_test_of_components_asserts_inside_an_apply() -> None:
    for path in sorted(Path(__file__).parent.glob("*.py")):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
                is_apply = call.func.attr == "apply"
                assert not (is_apply and "assert" in ast.unparse(call)), path.name


def test_the_program_holds_no_logic_of_its_own() -> None:
    tree = ast.parse((REPOSITORY / "__main__.py").read_text("utf-8"))
    assert not [
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.For | ast.While)
    ]


def test_planning_twice_gives_the_same_stack() -> None:
    stack, overrides = SHAPES["prod with every option"]
    first = plan(stack, *overrides)
    second = plan(stack, *overrides, "buylink:load.users=1")
    inputs = [
        {
            # An archive is an object of the SDK's; the hash beside it says whether it is the same.
            resource.urn: {name: value for name, value in resource.inputs.items() if name != "code"}
            for resource in planned.resources
            if resource.type != "buylink:hub:Hub"
        }
        for planned in (first, second)
    ]
    assert inputs[0] == inputs[1]
