"""The protocol's parts by themselves: values on the wire, canned answers, URNs, computed outputs."""

import pulumi_aws
import pytest
from google.protobuf import json_format, struct_pb2
from hypothesis import given
from hypothesis import strategies as st
from pulumi.runtime.proto import resource_pb2

from buylink.graph import UNKNOWN, Asset, Secret, Value
from buylink.graph.values import ARCHIVE, ASSET, OUTPUT, SECRET, SIGNATURE_KEY, UNKNOWN_TEXT, decode
from buylink.preview import invokes
from buylink.preview.monitor import Monitor, PlanError, computed_outputs
from buylink.preview.wire import decode_struct, encode_struct, for_analyzer

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text() | st.just(UNKNOWN),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | inner.map(Secret),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), values))
def test_values_come_back_from_the_wire_as_they_went(properties: dict[str, Value]) -> None:
    assert decode_struct(encode_struct(properties)) == properties


def test_an_unknown_is_neither_none_nor_empty() -> None:
    assert decode(UNKNOWN_TEXT) is UNKNOWN
    assert decode("") == ""
    assert decode(None) is None


def test_assets_keep_where_they_come_from() -> None:
    assert decode({SIGNATURE_KEY: ASSET, "path": "a.zip"}) == Asset("asset", "a.zip")
    text = decode({SIGNATURE_KEY: ASSET, "text": "secret text"})
    assert text.source.startswith("sha256:")


def test_an_output_value_stands_for_what_it_holds() -> None:
    output = {SIGNATURE_KEY: OUTPUT, "value": "x", "dependencies": ["urn"]}
    assert decode(output) == "x"
    assert decode({**output, "secret": True}) == Secret("x")
    assert decode({SIGNATURE_KEY: OUTPUT}) is UNKNOWN


def test_a_pack_gets_plain_values_and_complete_archives() -> None:
    struct = struct_pb2.Struct()
    struct.update(
        {
            "code": {SIGNATURE_KEY: ARCHIVE, "path": "app"},
            "url": {SIGNATURE_KEY: OUTPUT, "dependencies": ["urn"]},
            "key": [{SIGNATURE_KEY: OUTPUT, "value": "k", "secret": True}],
        }
    )
    assert json_format.MessageToDict(for_analyzer(struct)) == {
        "code": {SIGNATURE_KEY: ARCHIVE, "path": "app", "assets": {}},
        "url": UNKNOWN_TEXT,
        "key": [{SIGNATURE_KEY: SECRET, "value": "k"}],
    }


@pytest.mark.parametrize(
    ("region", "prefix"),
    [
        ("us-east-1", "use1"),
        ("eu-west-1", "euw1"),
        ("ap-southeast-1", "apse1"),
        ("ap-northeast-1", "apne1"),
        ("ap-south-1", "aps1"),
        ("sa-east-1", "sae1"),
    ],
)
def test_zone_ids_begin_as_awss_do(region: str, prefix: str) -> None:
    assert invokes.zone_id_prefix(region) == prefix


def test_excluded_zones_are_not_answered() -> None:
    token = "aws:index/getAvailabilityZones:getAvailabilityZones"
    answer = invokes.answer(token, {"excludeZoneIds": ["use1-az3"]}, "us-east-1")
    assert answer is not None
    assert "use1-az3" not in answer["zoneIds"]
    assert len(answer["zoneIds"]) == len(answer["names"]) == 5


def test_a_policy_document_is_written_as_iam_writes_it() -> None:
    statement = {
        "actions": ["s3:GetObject"],
        "resources": ["arn:aws:s3:::b/*"],
        "principals": [{"type": "Service", "identifiers": ["ecs.amazonaws.com"]}],
        "conditions": [
            {"test": "StringEquals", "variable": "a", "values": ["1"]},
            {"test": "StringEquals", "variable": "b", "values": ["2"]},
        ],
    }
    token = "aws:iam/getPolicyDocument:getPolicyDocument"
    answer = invokes.answer(token, {"statements": [statement]}, "us-east-1")
    assert answer is not None
    assert '"Effect": "Allow"' in answer["json"]
    assert '"StringEquals": {' in answer["json"]
    assert '"a": [' in answer["json"]
    assert '"b": [' in answer["json"]


def test_the_sdks_own_classes_say_what_is_computed() -> None:
    assert pulumi_aws.sns.Topic.__name__ == "Topic"
    assert "arn" in computed_outputs("aws:sns/topic:Topic")
    assert "displayName" not in computed_outputs("aws:sns/topic:Topic")
    assert computed_outputs("acme:index:Unheard") == frozenset()


def register(monitor: Monitor, token: str, name: str, **fields: Value) -> str:
    request = resource_pb2.RegisterResourceRequest(type=token, name=name, custom=True, **fields)
    return monitor.RegisterResource(request).urn


def test_a_childs_urn_carries_its_parents_types_but_not_the_stacks() -> None:
    monitor = Monitor("p", "dev", {})
    stack = register(monitor, "pulumi:pulumi:Stack", "p-dev")
    outer = register(monitor, "a:b:C", "outer", parent=stack)
    inner = register(monitor, "d:e:F", "inner", parent=outer)
    assert outer == "urn:pulumi:dev::p::a:b:C::outer"
    assert inner == "urn:pulumi:dev::p::a:b:C$d:e:F::inner"


def test_a_provider_given_by_hand_is_used_and_no_default_is_made() -> None:
    monitor = Monitor("p", "dev", {"aws:region": "us-east-1"})
    provider = register(monitor, "pulumi:providers:aws", "mine")
    topic = register(
        monitor,
        "aws:sns/topic:Topic",
        "t",
        provider=f"{provider}::{UNKNOWN_TEXT}",
        version="7.51.1",
    )
    assert monitor.registrations[topic].provider == provider
    assert not [urn for urn in monitor.registrations if "default" in urn]


def test_two_versions_of_a_package_have_two_default_providers() -> None:
    monitor = Monitor("p", "dev", {})
    first = register(monitor, "aws:sns/topic:Topic", "a", version="7.51.1")
    second = register(monitor, "aws:sns/topic:Topic", "b", version="6.0.0")
    assert monitor.registrations[first].provider != monitor.registrations[second].provider


def test_reading_an_existing_resource_is_refused_with_a_way_out() -> None:
    request = resource_pb2.ReadResourceRequest(type="aws:ec2/vpc:Vpc", id="vpc-1")
    with pytest.raises(PlanError, match=r"reads the existing aws:ec2/vpc:Vpc 'vpc-1'"):
        Monitor("p", "dev", {}).ReadResource(request)
