"""Pulumi's own files, read as graphs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from buylink.graph import UNKNOWN, Graph, Resource, Secret, Value
from buylink.graph.files import GraphFileError, read_graph
from buylink.graph.values import SECRET, SIGNATURE_KEY, UNKNOWN_TEXT

VPC = "urn:pulumi:dev::shop::aws:ec2/vpc:Vpc::main"
SUBNET = "urn:pulumi:dev::shop::aws:ec2/subnet:Subnet::a"
PROVIDER = "urn:pulumi:dev::shop::pulumi:providers:aws::default"


def state(urn: str, **more: Value) -> dict[str, Value]:
    return {"urn": urn, "type": urn.split("::")[2], "custom": True, **more}


def written(folder: Path, content: Value) -> Path:
    path = folder / "file.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def export(*resources: Value, version: Value = 3) -> dict[str, Value]:
    return {"version": version, "deployment": {"manifest": {}, "resources": list(resources)}}


def preview(*states: Value, op: str = "create", **more: Value) -> dict[str, Value]:
    steps = [{"op": op, "urn": state.get("urn"), "newState": state} for state in states]
    return {"steps": steps, **more}


def by_name(graph: Graph) -> dict[str, Resource]:
    return {resource.name: resource for resource in graph}


@pytest.mark.parametrize("version", [3, 4])
def test_an_exported_stack_is_read_with_its_relations(tmp_path: Path, version: int) -> None:
    subnet = state(
        SUBNET,
        parent=VPC,
        provider=f"{PROVIDER}::1f2",
        inputs={"__defaults": [], "vpcId": "vpc-1"},
        outputs={"vpcId": "vpc-1", "size": 3.0},
        propertyDependencies={"vpcId": [VPC], "name": None},
        dependencies=[VPC],
    )
    old = {**state(VPC), "delete": True, "inputs": {"cidrBlock": "old"}}
    content = export(old, state(VPC, inputs={"cidrBlock": "new"}), subnet, version=version)
    graph = read_graph(written(tmp_path, content))
    assert (graph.project, graph.stack) == ("shop", "dev")
    named = by_name(graph)
    assert named["main"].inputs == {"cidrBlock": "new"}
    assert named["a"].inputs == {"vpcId": "vpc-1"}
    assert named["a"].outputs == {"vpcId": "vpc-1", "size": 3}
    assert named["a"].provider == PROVIDER
    assert [resource.name for resource in graph.referenced(named["a"], "vpcId")] == ["main"]


def test_a_preview_is_read_without_what_goes_and_knows_its_region(tmp_path: Path) -> None:
    content = preview(state(VPC, inputs={"id": UNKNOWN_TEXT, "key": "[secret]"}))
    content["steps"].append({"op": "delete", "oldState": state(SUBNET), "newState": None})
    content["config"] = {"aws:region": "eu-west-1"}
    named = by_name(read_graph(written(tmp_path, content)))
    assert set(named) == {"main", "default"}
    assert named["main"].inputs["id"] is UNKNOWN
    assert named["main"].inputs["key"] == Secret(UNKNOWN)
    assert named["default"].inputs == {"region": "eu-west-1"}


def test_no_secret_of_a_state_is_kept(tmp_path: Path) -> None:
    secret = {SIGNATURE_KEY: SECRET, "ciphertext": "v1:abc"}
    plain = {SIGNATURE_KEY: SECRET, "plaintext": '"hunter2"'}
    content = export(state(VPC, outputs={"a": secret, "b": [plain]}))
    (vpc,) = read_graph(written(tmp_path, content))
    assert vpc.outputs == {"a": Secret(UNKNOWN), "b": [Secret(UNKNOWN)]}
    assert "hunter2" not in repr(vpc)


def test_what_is_only_read_is_marked(tmp_path: Path) -> None:
    (vpc,) = read_graph(written(tmp_path, export(state(VPC, external=True))))
    assert vpc.options == {"external": True}


def test_our_own_preview_is_read_as_well(tmp_path: Path) -> None:
    resource = {
        "urn": SUBNET,
        "type": "aws:ec2/subnet:Subnet",
        "parent": None,
        "inputs": {"vpcId": {"$unknown": True}, "s": {"$secret": {"$unknown": True}}},
        "dependencies": {"vpcId": [VPC]},
        "provider": PROVIDER,
    }
    component = {"urn": "urn:pulumi:dev::shop::my:Own::o", "type": "my:Own", "provider": None}
    content = {"version": 1, "stacks": [{"error": None, "resources": [resource, component]}]}
    subnet, component = read_graph(written(tmp_path, content))
    assert subnet.inputs == {"vpcId": UNKNOWN, "s": Secret(UNKNOWN)}
    assert (subnet.custom, component.custom) == (True, False)
    assert subnet.dependencies == {"vpcId": (VPC,)}
    assert subnet.provider == PROVIDER


REFUSED: dict[str, tuple[Value, str]] = {
    "empty": ("", "expected JSON, got: Expecting value in line 1; is the file complete?"),
    "cut off": ('{"version": 3, "deployment": {', "is the file complete?"),
    "a list": ("[]", "expected an object, got a list"),
    "an empty object": ("{}", "or `pulumi stack export`, got an empty object"),
    "another object": ({"b": 1, "a": 2}, "got an object with the keys a, b"),
    "Terraform": ({"planned_values": {}}, "got a Terraform plan"),
    "a backend's file": ({"version": 3, "checkpoint": {}}, "use `pulumi stack export`"),
    "an old version": (export(version=1), "version: expected 3 or 4, got 1: export the stack"),
    "no version": (export(version=None), "version: expected 3 or 4, got None"),
    "no resources": (export(), "expected resources, got none: was the stack deployed?"),
    "no steps": ({"steps": []}, "expected resources, got none"),
    "no URN": (export({"type": "a"}), "deployment.resources[0]: expected a urn and a type, got"),
    "a resource of text": (export("x"), "deployment.resources[0]: expected a resource, got text"),
    "strange inputs": (export(state(VPC, inputs=[1])), "deployment.resources[0] (main): "),
    "too deep": ("[" * 100_000, "nested too deep"),
    "a stack that was never deployed": (
        {"version": 3, "deployment": None},
        "expected resources, got none: was the stack deployed?",
    ),
    "a number": ("1.5", "expected an object, got a number"),
    "more digits than there are": ("9" * 5000, "expected JSON, got: Exceeds the limit"),
    "a number beyond any": (
        json.dumps(export(state(VPC, inputs={"a": "X"}))).replace('"X"', "1e999999999"),
        "(main): expected a number as Pulumi writes it, got 1.000E+999999999",
    ),
    "properties too deep": (
        json.dumps(export(state(VPC, inputs={"a": "X"}))).replace(
            '"X"', '{"a":' * 600 + "1" + "}" * 600
        ),
        "(main): expected properties, got some nested too deep",
    ),
    "inputs of text": (
        export(state(VPC, inputs="x")),
        "(main): inputs: expected an object, got text",
    ),
    "a parent that is a list": (
        export(state(VPC, parent=[1])),
        "(main): parent: expected text, got a list",
    ),
    "a provider that is a number": (
        export(state(VPC, provider=1)),
        "(main): provider: expected text, got a number",
    ),
    "relations of text": (
        export(state(VPC, propertyDependencies={"a": VPC})),
        "(main): a: expected a list, got text",
    ),
    "resources that are a number": (
        {"version": 1, "stacks": [{"resources": 5}]},
        "stacks[0].resources: expected a list, got a number",
    ),
    "a preview without what stays the same": (
        preview(state(VPC), op="same", changeSummary={"same": 184}),
        "expected all resources, got 1 of 184 that stay the same: use `pulumi preview --json"
        " --show-sames`",
    ),
    "a preview that failed": (
        preview(state(VPC), diagnostics=[{"severity": "error", "message": "error: boom\n"}]),
        "expected a plan, got none: error: boom",
    ),
    "several stacks": (
        {"version": 1, "stacks": [{}, {}]},
        "expected one stack, got 2: preview one of them alone",
    ),
    "a stack that failed": (
        {"version": 1, "stacks": [{"error": "boom"}]},
        "expected a plan, got none: boom",
    ),
    "another version of ours": ({"version": 2, "stacks": []}, "version: expected 1, got 2"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_broken_or_foreign_file_is_refused_with_what_it_is(tmp_path: Path, case: str) -> None:
    content, words = REFUSED[case]
    path = written(tmp_path, content)
    with pytest.raises(GraphFileError) as refused:
        read_graph(path)
    assert words in str(refused.value)
    assert str(refused.value).startswith(str(path))


def test_a_preview_that_only_policies_refuse_is_whole(tmp_path: Path) -> None:
    reported = [
        {"severity": "warning", "message": "warning: using a plugin"},
        {"severity": "error", "message": "error: preview failed\n"},
    ]
    content = preview(
        state(VPC), state(SUBNET), op="same", diagnostics=reported, changeSummary={"same": 2}
    )
    assert set(by_name(read_graph(written(tmp_path, content)))) == {"main", "a"}


def test_all_problems_are_reported_at_once_but_no_flood_of_them(tmp_path: Path) -> None:
    with pytest.raises(GraphFileError) as refused:
        read_graph(written(tmp_path, export(*[{}] * 20)))
    lines = str(refused.value).splitlines()
    assert len(lines) == 6
    assert lines[-1] == "and 15 more"


def test_a_file_that_is_no_text_or_not_there_is_refused(tmp_path: Path) -> None:
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(GraphFileError, match="expected JSON in UTF-8"):
        read_graph(binary)
    with pytest.raises(GraphFileError, match="expected a file to read, got: No such file"):
        read_graph(tmp_path / "none")
