"""What every policy of the pack has, and how the pack starts, is configured and fails."""

from __future__ import annotations

import importlib
import pkgutil
import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from typing import Final

import grpc
import pytest
from google.protobuf import json_format
from pulumi.runtime.proto import analyzer_pb2 as messages

import policies.rules
from buylink.graph import UNKNOWN, Graph, Resource, Value
from policies.engine import caps
from policies.engine.caps import StackCaps
from policies.engine.rule import Rule
from policies.rules import RULES
from policies.rules.tagging import TAGGABLE_FILE, taggable
from tests.policies.cases import BY_MODULE, CASES
from tests.policies.graphs import Case
from tests.policies.pack_process import ROOT, Pack
from tests.policies.sdk_types import resource_types, taggable_types

IDS: Final = [rule.id for rule in RULES]
STACKS: Final = ("dev", "staging", "prod")


def _resource(kind: str, name: str, *, stack: str = "prod", **inputs: Value) -> Resource:
    urn = f"urn:pulumi:{stack}::shop::{kind}::{name}"
    return Resource(urn=urn, type=kind, name=name, inputs=inputs, outputs=inputs)


def _messages(pack: Pack, resource: Resource, policy: str) -> list[str]:
    """What the pack says of one resource under one policy."""
    graph = Graph(project="shop", stack="prod", resources=(resource,))
    return [
        diagnostic.message.split("\n")[1]
        for diagnostic in pack.judge((resource,), graph).diagnostics
        if diagnostic.policy == policy
    ]


def test_policies_have_all_that_a_reader_needs(session_pack: Pack) -> None:
    info = session_pack.info()
    assert info.name == "buylink"
    assert [policy.name for policy in info.policies] == [n for rule in RULES for n in rule.names]
    assert len({policy.name for policy in info.policies}) == len(info.policies)
    for policy in info.policies:
        assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z]+)+", policy.name)
        assert policy.displayName
        assert policy.description.endswith(".")
        assert policy.severity != messages.POLICY_SEVERITY_UNSPECIFIED
        assert policy.framework.name == "AWS Well-Architected Framework"
        assert policy.framework.reference
        assert policy.tags
        assert policy.remediation_steps.endswith(".")
        assert policy.url.startswith("https://docs.aws.amazon.com/")
        assert policy.enforcementLevel == messages.MANDATORY
        assert policy.policy_type != messages.POLICY_TYPE_UNKNOWN


def test_policies_state_the_schema_of_their_caps(session_pack: Pack) -> None:
    schemas = {
        policy.name: json_format.MessageToDict(policy.configSchema.properties)
        for policy in session_pack.info().policies
    }
    for rule in RULES:
        for name in rule.names:
            assert set(schemas[name]) == {*rule.caps, "allow"}
            assert "$ref" not in str(schemas[name]), "a policy's schema has no definitions"
            for key, schema in schemas[name].items():
                assert "default" not in schema, f"the engine would override caps.yaml's {key}"
                assert schema["description"]
    assert schemas["ecs-max-tasks"]["maxTasks"]["type"] == "integer"
    assert schemas["required-tags"]["requiredTags"]["type"] == "array"


@pytest.mark.parametrize("policy", IDS)
@pytest.mark.parametrize("kind", ["good", "bad", "unknown"])
def test_policies_have_every_kind_of_case(policy: str, kind: str) -> None:
    cases = [case for case in CASES if case.policy == policy and case.kind == kind]
    assert cases
    assert all("deployed" in case.views for case in cases)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_cases_are_what_their_kind_says(case: Case) -> None:
    assert case.policy in IDS
    match case.kind:
        case "good":
            assert all(case.expected(view) == () for view in case.views)
        case "bad":
            assert all(case.expected(view) != () for view in case.views)
        case "unknown":
            assert case.violations, "what isn't known must not pass"
        case _:
            pass


def test_case_names_are_unique() -> None:
    assert len({case.id for case in CASES}) == len(CASES)


def test_caps_are_stated_for_each_stack_and_each_is_read_by_a_policy() -> None:
    assert tuple(caps.load()) == STACKS
    keys = {field.alias for field in StackCaps.model_fields.values()}
    assert keys == {key for rule in RULES for key in rule.caps} | {"allow"}


def test_entries_of_the_allow_lists_name_a_policy() -> None:
    entries = [entry for stack in caps.load().values() for entry in stack.allow]
    assert {entry.policy for entry in entries} <= set(IDS)


def test_an_unknown_stack_gets_the_strictest_of_each_cap() -> None:
    strictest = caps.for_stack("holiday-demo")
    stacks = [caps.for_stack(stack) for stack in STACKS]
    assert strictest.max_task_cpu == 512
    assert strictest.max_log_retention_days == 7
    assert strictest.min_on_demand_base == 1
    assert strictest.max_nat_gateways == 1
    assert strictest.nat_in_different_zones
    assert strictest.budget_limit == 100
    assert strictest.budget_needs_email
    assert strictest.table_needs_recovery
    assert strictest.table_needs_protection
    assert strictest.max_function_memory == 512
    assert strictest.min_secret_recovery_days == 30
    assert strictest.allow == ()
    for stack in stacks:
        assert strictest.max_tasks <= stack.max_tasks
        assert strictest.max_task_memory <= stack.max_task_memory
        assert strictest.max_function_timeout <= stack.max_function_timeout
        assert strictest.max_function_concurrency <= stack.max_function_concurrency
        assert set(strictest.required_tags) >= set(stack.required_tags)


def test_an_allow_list_of_one_stack_opens_nothing_in_a_stack_nobody_knows() -> None:
    text = caps.FILE.read_text(encoding="utf-8").replace(
        "allow: []", "allow: [{policy: cost-surprise, type: 'a:b:C', reason: for the test}]"
    )
    assert caps.strictest(caps.parse(text, "caps.yaml")).allow == ()


@pytest.mark.parametrize(
    ("before", "after", "error"),
    [
        ("maxTasks: 10", "maxTask: 10", "caps.yaml: dev.maxTasks: Field required"),
        ("maxTasks: 10", "maxTasks: many", "caps.yaml: dev.maxTasks: Input should be a valid int"),
        ("maxTasks: 10", "maxTasks: -1", "caps.yaml: dev.maxTasks: Input should be greater"),
        ("dev:", "dev: [", "caps.yaml: not YAML"),
        ("allow: []", "allow: [{type: a}]", "caps.yaml: dev.allow.0.policy: Field required"),
    ],
)
def test_a_mistake_in_the_caps_is_named(before: str, after: str, error: str) -> None:
    text = caps.FILE.read_text(encoding="utf-8").replace(before, after, 1)
    with pytest.raises(ValueError, match=re.escape(error)):
        caps.parse(text, "caps.yaml")


def test_caps_can_be_lowered_and_raised_by_configuration(pack: Pack) -> None:
    six = _resource("aws:ecs/service:Service", "api", desiredCount=6)
    assert _messages(pack, six, "ecs-max-tasks") == []
    pack.configure({"ecs-max-tasks": {"maxTasks": 5}})
    assert _messages(pack, six, "ecs-max-tasks") == [
        "ecs-max-tasks: desiredCount is 6, at most 5 are allowed in stack prod"
    ]
    twelve = _resource("aws:ecs/service:Service", "api", desiredCount=12)
    pack.configure({"ecs-max-tasks": {"maxTasks": 12}})
    assert _messages(pack, twelve, "ecs-max-tasks") == []


def test_the_allow_list_lets_through_what_it_names_and_nothing_else(pack: Pack) -> None:
    entry = {
        "policy": "cost-surprise",
        "type": "aws:eks/cluster:Cluster",
        "name": "render-*",
        "reason": "videos are rendered there",
    }
    pack.configure({"cost-surprise": {"allow": [entry]}})
    kind = "aws:eks/cluster:Cluster"
    assert _messages(pack, _resource(kind, "render-farm"), "cost-surprise") == []
    assert _messages(pack, _resource(kind, "farm"), "cost-surprise") != []
    other = _resource("aws:rds/cluster:Cluster", "render-data")
    assert _messages(pack, other, "cost-surprise") != []


def test_an_entry_for_one_policy_is_none_for_another(pack: Pack) -> None:
    kind = "aws:ecr/repository:Repository"
    entry = {"policy": "required-tags", "type": kind, "reason": "made by another team"}
    pack.configure({"required-tags": {"allow": [entry]}, "ecr-hygiene": {"allow": [entry]}})
    images = _resource(kind, "images")
    assert _messages(pack, images, "required-tags") == []
    assert len(_messages(pack, images, "ecr-hygiene")) == 2


@pytest.mark.parametrize(
    ("config", "error"),
    [
        ({"maxTask": 5}, "ecs-max-tasks has maxTasks, allow, got maxTask"),
        ({"maxTaskCpu": 5}, "ecs-max-tasks has maxTasks, allow, got maxTaskCpu"),
        ({"maxTasks": "many"}, "maxTasks: Input should be a valid integer"),
        ({"allow": [{"policy": "p", "type": "t"}]}, "allow.0.reason: Field required"),
    ],
)
def test_a_wrong_configuration_is_an_error_and_no_pass(
    pack: Pack, config: dict[str, Value], error: str
) -> None:
    pack.configure({"ecs-max-tasks": config})
    with pytest.raises(grpc.RpcError, match="policy configuration") as raised:
        _messages(pack, _resource("aws:ecs/service:Service", "api"), "ecs-max-tasks")
    assert error in str(raised.value)


def test_policies_say_which_resources_they_are_not_about(pack: Pack) -> None:
    bucket = _resource("aws:s3/bucket:Bucket", "thumbnails")
    graph = Graph(project="shop", stack="prod", resources=(bucket,))
    skipped = pack.judge((bucket,), graph).not_applicable
    assert "ecs-max-tasks" in skipped
    assert "required-tags" not in skipped


def test_a_secret_wrapper_hides_nothing(pack: Pack) -> None:
    wrapped = {
        "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
        "value": '[{"environment": [{"name": "DB_PASSWORD", "value": "hunter2"}]}]',
    }
    task = _resource("aws:ecs/taskDefinition:TaskDefinition", "task", containerDefinitions=wrapped)
    (message,) = _messages(pack, task, "no-plaintext-secrets")
    assert "DB_PASSWORD" in message
    assert "hunter2" not in message


def test_assets_and_archives_pass_through(pack: Pack) -> None:
    signature = "4dabf18193072939515e22adb298388d"
    asset, archive = "c44067f5952c0a294b673a41bacd8c17", "0def7320c3a5731c473e5ecbe6d01bc7"
    code = {signature: archive, "assets": {"main.py": {signature: asset, "text": "pass"}}}
    function = _resource("aws:lambda/function:Function", "guard", code=code, arn=UNKNOWN)
    assert len(_messages(pack, function, "required-tags")) == 1


def test_what_was_unknown_is_remembered_until_it_is_known(pack: Pack) -> None:
    kind = "aws:ec2/natGateway:NatGateway"
    asked = _resource(kind, "remembered", availabilityMode=UNKNOWN)
    later = _resource(kind, "remembered", availabilityMode="zonal")
    graph = Graph(project="shop", stack="prod", resources=(asked,))

    def undecided(*analyzed: Resource) -> int:
        diagnostics = pack.judge(analyzed, graph).diagnostics
        return sum("availabilityMode" in diagnostic.message for diagnostic in diagnostics)

    assert undecided() == 0, "without having analyzed it, it is what the provider fills in"
    assert undecided(asked) == 1
    assert undecided() == 1
    assert undecided(later) == 0


def test_each_stack_that_a_pack_is_asked_about_is_judged_by_itself(pack: Pack) -> None:
    kind = "aws:s3/bucket:Bucket"
    stacks = [
        Graph("shop", "prod", tuple(_resource(kind, name) for name in names))
        for names in ("", "a", "ab")
    ]

    def judged(graph: Graph) -> list[str]:
        return sorted(
            {
                diagnostic.urn[-1]
                for diagnostic in pack.judge((), graph).diagnostics
                if diagnostic.policy == "s3-private-stack"
            }
        )

    assert [judged(stack) for stack in (*stacks, stacks[1])] == [[], ["a"], ["a", "b"], ["a"]]


def test_an_empty_stack_passes(pack: Pack) -> None:
    graph = Graph(project="shop", stack="prod", resources=())
    assert pack.judge((), graph).diagnostics == ()


def test_the_pack_imports_no_provider_sdk() -> None:
    code = "import sys, policies.rules, policies.engine.pack; print('pulumi_aws' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


def test_no_file_of_the_pack_shadows_a_module() -> None:
    """The engine puts the pack's folder first on the path: a `secrets.py` would be imported."""
    names = {path.stem for path in (ROOT / "policies").iterdir()} - {"__main__", "__init__"}
    assert {"engine", "rules"} <= names
    assert names.isdisjoint(sys.stdlib_module_names)
    assert names.isdisjoint(packages_distributions())


def test_the_taggable_types_are_those_of_the_installed_sdk() -> None:
    assert sorted(taggable()) == taggable_types(), f"run {TAGGABLE_FILE.name}'s generator"


def test_policies_spell_types_as_the_installed_sdk_does() -> None:
    old = "aws:applicationloadbalancing/", "aws:elasticloadbalancingv2/"  # aliases in old states
    files = [path for path in (ROOT / "policies").rglob("*") if path.suffix in (".py", ".yaml")]
    sources = [path.read_text(encoding="utf-8") for path in files]
    named = set(re.findall(r"\b(aws:\w+/\w+:\w+)\b", "".join(sources)))
    assert named.issuperset(kind for rule in RULES for kind in rule.types if kind[:4] == "aws:")
    assert {kind for kind in named if not kind.startswith(old)} <= resource_types()


def test_cases_stand_under_the_name_of_their_rules() -> None:
    modules = {
        module.name: {rule.id for rule in _rules_of(module.name)}
        for module in pkgutil.iter_modules(policies.rules.__path__)
    }
    assert {name: {case.policy for case in cases} for name, cases in BY_MODULE.items()} == modules


def _rules_of(module: str) -> tuple[Rule, ...]:
    return importlib.import_module(f"policies.rules.{module}").RULES


def test_no_rule_knows_pulumi() -> None:
    code = "import sys, policies.rules; print('pulumi' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
