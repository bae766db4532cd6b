"""How a policy pack is asked: as Pulumi's engine asks it, and never a pass when it can't answer."""

import os
import time
from pathlib import Path

import pytest
from pulumi.runtime.proto import analyzer_pb2

from buylink.preview.pack import caps_in_force
from tests.preview.projects import preview, write_project

PROGRAM = """
    from pulumi_aws import sns
    topic = sns.Topic("topic", display_name="hello")
    sns.TopicSubscription("reader", topic=topic.arn, protocol="email", endpoint="a@example.com")
"""

IMPORTS = """
    from pulumi_policy import (
        EnforcementLevel, PolicyPack, ResourceValidationPolicy, StackValidationPolicy,
    )
"""


def pack(policies: str) -> str:
    return IMPORTS + policies


def test_a_mandatory_violation_refuses_the_stack_and_tells_what_to_do(tmp_path: Path) -> None:
    policies = pack("""
    def named(args, report):
        if args.resource_type == "aws:sns/topic:Topic":
            report(f"displayName is {args.props['displayName']}")

    PolicyPack("trial", [ResourceValidationPolicy(
        "no-greeting", "Topics do not greet.", named, EnforcementLevel.MANDATORY,
        remediation_steps="Call it by its name.", url="https://example.com/greeting",
    )])
    """)
    stack = preview(write_project(tmp_path / "project", PROGRAM, policies)).stack
    assert stack["verdict"] == "refused"
    assert stack["violations"] == [
        {
            "policy": "no-greeting",
            "level": "mandatory",
            "urn": "urn:pulumi:dev::trial::aws:sns/topic:Topic::topic",
            "message": "displayName is hello",
            "remediation": "Call it by its name.",
            "url": "https://example.com/greeting",
        }
    ]
    assert stack["policies"] == [{"policy": "no-greeting", "level": "mandatory", "evaluated": True}]


def test_an_advisory_violation_is_shown_and_refuses_nothing(tmp_path: Path) -> None:
    policies = pack("""
    PolicyPack("trial", [
        StackValidationPolicy("grumble", "Grumbles.", lambda args, report: report("hm")),
    ])
    """)
    stack = preview(write_project(tmp_path / "project", PROGRAM, policies)).stack
    assert stack["verdict"] == "passed"
    assert [(entry["policy"], entry["urn"]) for entry in stack["violations"]] == [("grumble", "")]


@pytest.mark.parametrize(
    ("level", "verdict"),
    [("MANDATORY", "refused"), ("REMEDIATE", "refused"), ("ADVISORY", "passed")],
)
def test_a_policy_that_reads_an_unknown_is_undecided(
    tmp_path: Path, level: str, verdict: str
) -> None:
    policies = pack(f"""
    def arns(args, report):
        for resource in args.resources:
            if resource.resource_type == "aws:sns/topic:Topic":
                resource.props["arn"]

    PolicyPack("trial", [
        StackValidationPolicy("arns", "Reads ARNs.", arns, EnforcementLevel.{level}),
    ])
    """)
    stack = preview(write_project(tmp_path / "project", PROGRAM, policies)).stack
    assert stack["verdict"] == verdict
    assert stack["violations"] == []
    (undecided,) = stack["undecided"]
    assert undecided["policy"] == "arns"
    assert "can't be known during preview" in undecided["message"]
    assert stack["policies"] == [{"policy": "arns", "level": level.lower(), "evaluated": False}]


def test_a_stack_policy_sees_parents_dependencies_options_and_providers(tmp_path: Path) -> None:
    policies = pack("""
    def describe(args, report):
        for resource in args.resources:
            if resource.name == "reader":
                (topic,) = resource.property_dependencies["topic"]
                report(" ".join([
                    topic.name, resource.parent.name, resource.provider.resource_type,
                    resource.provider.props["region"],
                ]))

    PolicyPack("trial", [StackValidationPolicy("describe", "Describes.", describe)])
    """)
    stack = preview(write_project(tmp_path / "project", PROGRAM, policies)).stack
    (violation,) = stack["violations"]
    assert violation["message"] == "topic trial-dev pulumi:providers:aws eu-west-1"


def test_a_remediation_changes_what_the_resource_is_checked_with(tmp_path: Path) -> None:
    policies = pack("""
    def rename(args):
        if args.resource_type == "aws:sns/topic:Topic":
            return {**args.props, "displayName": "mended"}

    def shown(args, report):
        if args.resource_type == "aws:sns/topic:Topic":
            report(args.props["displayName"])

    PolicyPack("trial", [
        ResourceValidationPolicy(
            "rename", "Renames.", remediate=rename, enforcement_level=EnforcementLevel.REMEDIATE
        ),
        ResourceValidationPolicy("shown", "Shows.", shown),
    ])
    """)
    stack = preview(write_project(tmp_path / "project", PROGRAM, policies)).stack
    assert [violation["message"] for violation in stack["violations"]] == ["mended"]


def test_a_policy_that_raises_is_a_failure_and_never_a_pass(tmp_path: Path) -> None:
    policies = pack("""
    def broken(args, report):
        raise KeyError("arn")

    PolicyPack("trial", [ResourceValidationPolicy("broken", "Breaks.", broken)])
    """)
    stack = preview(write_project(tmp_path / "project", PROGRAM, policies)).stack
    assert stack["verdict"] == "failed"
    assert "the policy pack policies failed at Analyze" in stack["error"]
    assert "'arn'" in stack["error"]


def test_a_pack_that_crashes_at_its_start_is_a_failure_with_its_own_words(tmp_path: Path) -> None:
    project = write_project(tmp_path / "project", PROGRAM, "raise RuntimeError('no caps file')")
    stack = preview(project).stack
    assert stack["verdict"] == "failed"
    assert "ended with exit code 1 at its start" in stack["error"]
    assert "no caps file" in stack["error"]


def test_a_pack_that_never_starts_meets_the_time_limit(tmp_path: Path) -> None:
    project = write_project(tmp_path / "project", PROGRAM, "import time; time.sleep(600)")
    stack = preview(project, "--pack-limit", "2").stack
    assert stack["verdict"] == "failed"
    assert "did not start within 2 s" in stack["error"]


def test_a_pack_that_hangs_meets_the_time_limit_and_is_ended(tmp_path: Path) -> None:
    policies = pack(f"""
    import os, pathlib, time
    pathlib.Path({str(tmp_path)!r}, "pid").write_text(str(os.getpid()))
    PolicyPack("trial", [
        ResourceValidationPolicy("hang", "Hangs.", lambda args, report: time.sleep(600)),
    ])
    """)
    stack = preview(
        write_project(tmp_path / "project", PROGRAM, policies), "--pack-limit", "3"
    ).stack
    assert stack["verdict"] == "failed"
    assert "did not answer Analyze within 3 s" in stack["error"]
    assert not is_running(int((tmp_path / "pid").read_text()))


def is_running(process_id: int) -> bool:
    for _ in range(20):
        try:
            os.kill(process_id, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.1)
    return True


def test_a_pack_that_prints_a_flood_is_still_asked(tmp_path: Path) -> None:
    policies = pack("""
    def chatty(args, report):
        print("x" * 300_000, flush=True)

    PolicyPack("trial", [ResourceValidationPolicy("chatty", "Chats.", chatty)])
    """)
    stack = preview(write_project(tmp_path / "project", PROGRAM, policies)).stack
    assert stack["verdict"] == "passed"


def test_a_pack_whose_first_line_is_no_port_is_a_failure(tmp_path: Path) -> None:
    policies = pack("""
    print("hello", flush=True)
    PolicyPack("trial", [ResourceValidationPolicy("a", "A.", lambda args, report: None)])
    """)
    stack = preview(write_project(tmp_path / "project", PROGRAM, policies)).stack
    assert stack["verdict"] == "failed"
    assert "printed 'hello', not its port" in stack["error"]


def test_a_policys_schema_may_say_what_it_allows_in_each_stack() -> None:
    policy = analyzer_pb2.PolicyInfo(name="few")
    policy.configSchema.properties.update(
        {
            "most": {"type": "integer", "x-stack-values": {"dev": 1, "*": 2}},
            "least": {"type": "integer", "x-stack-values": {"dev": 0}},
            "silent": {"type": "integer"},
        }
    )
    config = analyzer_pb2.PolicyConfig()
    assert caps_in_force(policy, config, "dev") == {"most": 1, "least": 0}
    assert caps_in_force(policy, config, "prod") == {"most": 2}
    config.properties.update({"most": 3})
    assert caps_in_force(policy, config, "prod") == {"most": 3}
