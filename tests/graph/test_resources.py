"""The one graph type."""

from buylink.graph import (
    UNKNOWN,
    Graph,
    Resource,
    Secret,
    contains_unknown,
    project_of,
    revealed,
    stack_of,
    to_json,
)
from tests.reports.previews import GRAPH, NETWORK, ROOT, VPC

SUBNETS = GRAPH.of_type("aws:ec2/subnet:Subnet")


def test_resources_are_found_by_type_urn_and_parent() -> None:
    assert [resource.name for resource in SUBNETS] == ["subnet-1", "subnet-2"]
    assert GRAPH.by_urn[VPC].name == "vpc"
    assert [child.name for child in GRAPH.children(ROOT)] == ["network", "image"]


def test_relations_are_read_from_dependencies_though_the_values_are_unknown() -> None:
    assert SUBNETS[0].inputs["vpcId"] is UNKNOWN
    assert [referenced.name for referenced in GRAPH.referenced(SUBNETS[0], "vpcId")] == ["vpc"]
    assert GRAPH.referenced(SUBNETS[0], "vpcId", "aws:ec2/subnet:Subnet") == ()
    assert GRAPH.referring(GRAPH.by_urn[VPC], "vpcId") == SUBNETS
    assert [referenced.name for referenced in GRAPH.referenced(GRAPH.by_urn[VPC], "tags")] == [
        "network"
    ]


def test_a_dependency_on_a_resource_outside_the_graph_is_left_out() -> None:
    lone = Resource(urn="u", type="t", name="n", dependencies={"a": (NETWORK,)})
    assert Graph("p", "s", (lone,)).referenced(lone, "a") == ()


def test_the_known_one_of_input_and_output_is_the_state() -> None:
    resource = Resource(
        urn="u",
        type="t",
        name="n",
        inputs={"given": 1, "changed": 1, "unknown": UNKNOWN},
        outputs={"given": UNKNOWN, "changed": 2, "made": 3, "unknown": 4},
    )
    names = ("given", "changed", "made", "unknown", "absent")
    assert [resource.get(name) for name in names] == [1, 2, 3, 4, None]


def test_a_urn_names_its_stack_and_project() -> None:
    assert (stack_of(VPC), project_of(VPC)) == ("dev", "shop")


def test_an_unknown_is_found_however_deep_it_is() -> None:
    assert contains_unknown({"a": [Secret({"b": UNKNOWN})]})
    assert not contains_unknown({"a": [Secret({"b": None}), ""]})


def test_a_secret_shows_in_neither_repr_nor_json() -> None:
    secret = Secret("hunter2")
    assert "hunter2" not in repr({"key": [secret]})
    assert to_json({"key": [secret]}) == {"key": [{"$secret": {"$unknown": True}}]}
    assert revealed({"key": [secret]}) == {"key": ["hunter2"]}


def test_whole_numbers_are_written_as_such() -> None:
    assert to_json({"a": 12.0, "b": 0.5, "c": True}) == {"a": 12, "b": 0.5, "c": True}
