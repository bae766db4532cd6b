"""Property values as they travel in Pulumi's protocol."""

from __future__ import annotations

from collections.abc import Mapping

from google.protobuf import json_format, struct_pb2

from buylink.graph import UNKNOWN, Secret, Value
from buylink.graph.values import ARCHIVE, OUTPUT, SECRET, SIGNATURE_KEY, UNKNOWN_TEXT, decode


def decode_struct(struct: struct_pb2.Struct) -> dict[str, Value]:
    """A protocol structure as plain Python values, in key order."""
    return {key: decode(value) for key, value in sorted(json_format.MessageToDict(struct).items())}


def encode_struct(values: Mapping[str, Value]) -> struct_pb2.Struct:
    """Plain values, the unknown marker and secrets among them, as a protocol structure."""
    struct = struct_pb2.Struct()
    struct.update({key: encode(value) for key, value in values.items()})
    return struct


def encode(value: Value) -> Value:
    """The inverse of `decode` for what the engine itself answers: no assets, no references."""
    match value:
        case _ if value is UNKNOWN:
            return UNKNOWN_TEXT
        case Secret():
            return {SIGNATURE_KEY: SECRET, "value": encode(value.value)}
        case Mapping():
            return {key: encode(item) for key, item in value.items()}
        case list() | tuple():
            return [encode(item) for item in value]
        case _:
            return value


def for_analyzer(struct: struct_pb2.Struct) -> struct_pb2.Struct:
    """The structure as a policy pack receives it.

    Archives carry an `assets` key, and output values (which only remote components are given) are
    plain again: the value, the unknown, or the secret that they stand for.
    """
    copy = struct_pb2.Struct()
    for key, value in struct.fields.items():
        copy.fields[key].CopyFrom(_for_analyzer(value))
    if copy.fields.get(SIGNATURE_KEY, struct_pb2.Value()).string_value == ARCHIVE:
        copy.fields["assets"].struct_value.SetInParent()
    return copy


def _for_analyzer(value: struct_pb2.Value) -> struct_pb2.Value:
    if value.HasField("list_value"):
        items = struct_pb2.ListValue(
            values=[_for_analyzer(item) for item in value.list_value.values]
        )
        return struct_pb2.Value(list_value=items)
    if not value.HasField("struct_value"):
        return value
    fields = value.struct_value.fields
    if SIGNATURE_KEY not in fields or fields[SIGNATURE_KEY].string_value != OUTPUT:
        return struct_pb2.Value(struct_value=for_analyzer(value.struct_value))
    inner = struct_pb2.Value(string_value=UNKNOWN_TEXT)
    if "value" in fields:
        inner = _for_analyzer(fields["value"])
    if "secret" in fields and fields["secret"].bool_value:
        secret = struct_pb2.Struct(
            fields={SIGNATURE_KEY: struct_pb2.Value(string_value=SECRET), "value": inner}
        )
        return struct_pb2.Value(struct_value=secret)
    return inner
