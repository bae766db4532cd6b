"""The pack serves any Pulumi program on AWS, from any directory; and Pulumi's errors stay its own."""

import json
import re
from pathlib import Path

import pytest
from pulumi import automation

from tests.system.engine.driving import (
    PROJECT,
    deployment,
    engine_environment,
    workspace_options,
)

PROGRAM = """
import pulumi
from pulumi_aws import appautoscaling, cloudwatch, sns

appautoscaling.Target(
    "busy", min_capacity=1, max_capacity=25, resource_id="service/a/b",
    scalable_dimension="ecs:service:DesiredCount", service_namespace="ecs",
)
cloudwatch.LogGroup("forever")
"""


def test_the_pack_refuses_a_program_that_is_not_ours(tmp_path: Path) -> None:
    project = tmp_path / "shop"
    project.mkdir()
    (project / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (project / "__main__.py").write_text(PROGRAM)
    environment = engine_environment(tmp_path)
    stack = automation.create_stack(
        "live", work_dir=str(project), opts=workspace_options(tmp_path, environment)
    )
    stack.set_config("aws:region", automation.ConfigValue("eu-west-1"))
    with pytest.raises(automation.CommandError) as refused:
        stack.preview(policy_packs=[str(PROJECT / "policies")], color="never")
    words = str(refused.value)
    # A stack that caps.yaml does not name gets the strictest caps.
    assert "ecs-max-tasks: maxCapacity is 25, at most 10 are allowed in stack live" in words
    assert "log-retention:" in words
    assert "required-tags:" in words


def test_a_wrong_passphrase_is_reported_in_pulumis_words(tmp_path: Path) -> None:
    stack = deployment(tmp_path)
    stack.environment["PULUMI_CONFIG_PASSPHRASE"] = "wrong"
    with pytest.raises(automation.CommandError, match="incorrect passphrase"):
        stack.command("up", "--yes", "--stack", "dev", "--non-interactive")


def test_wrong_settings_fail_before_the_first_registration(tmp_path: Path) -> None:
    stack = deployment(tmp_path)
    file = stack.project / "stacks" / "Pulumi.dev.yaml"
    file.write_text(
        file.read_text()
        .replace("natGateways: single", "natGateways: triple")
        .replace("retentionDays: 7", "retentionDays: 8")
    )
    plan = stack.preview(pack=False)
    assert (
        "buylink:network.natGateways: expected 'none', 'single' or 'dual', got 'triple'"
        in plan.error
    )
    assert "buylink:logs.retentionDays: expected one of" in plan.error
    assert [step["urn"].split("::")[-1] for step in plan.steps] in ([], ["buylink-dev"])


def test_the_state_of_another_stack_is_not_taken_in(tmp_path: Path) -> None:
    urn = "urn:pulumi:live::shop::pulumi:pulumi:Stack::shop-live"
    resource = {"urn": urn, "custom": False, "type": "pulumi:pulumi:Stack"}
    manifest = {"time": "2026-01-01T00:00:00Z", "magic": "", "version": ""}
    state = {"version": 3, "deployment": {"manifest": manifest, "resources": [resource]}}
    file = tmp_path / "state.json"
    file.write_text(json.dumps(state))
    stack = deployment(tmp_path)
    with pytest.raises(automation.CommandError, match=r"is from a different stack \(live != dev\)"):
        stack.command("stack", "import", "--stack", "dev", "--file", str(file))


def test_the_docs_show_what_the_engine_prints(tmp_path: Path) -> None:
    page = (PROJECT / "docs/explanation/architecture.md").read_text("utf-8")
    (shown,) = re.findall(r"```console\n\$ pulumi preview [^\n]+\n(.*?)```", page, re.DOTALL)
    stack = deployment(tmp_path)
    arguments = ("preview", "--stack", "dev", "--policy-pack", "policies", "--non-interactive")
    printed = stack.command(*arguments, "--color", "never").stdout.splitlines()
    assert [line for line in shown.splitlines() if line not in {*printed, "..."}] == []
