"""Cases of `s3-lifecycle`."""

from __future__ import annotations

from typing import Final

from buylink.graph import Value
from tests.policies.graphs import Case, Kind, Later, Node, ref

_NONE: Final = "media: it has no lifecycle"
_NO_ABORT: Final = "media: no enabled rule for the whole bucket ends unfinished uploads within 7"
_SMALL: Final = "objects under 128 KB to"
_IA: Final = [{"days": 30, "storageClass": "STANDARD_IA"}]
_GLACIER: Final = [{"days": 90, "storageClass": "GLACIER"}]


def _bucket(kind: str = "aws:s3/bucket:Bucket", **inputs: Value) -> Node:
    return Node(kind, "media", inputs)


def _abort(days: Value = 7, **more: Value) -> dict[str, Value]:
    rule = {"abortIncompleteMultipartUpload": {"daysAfterInitiation": days}}
    return {"id": "uploads", "status": "Enabled", "filter": {}, **rule, **more}


def _move(**more: Value) -> dict[str, Value]:
    return {"id": "tiers", "status": "Enabled", "transitions": _IA, **more}


_CONFIGURATION: Final = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"


def _lifecycle(*rules: Value, kind: str = _CONFIGURATION, **more: Value) -> Node:
    return Node(kind, "tiers", {"bucket": ref("media"), "rules": list(rules), **more})


def _case(
    kind: Kind,
    name: str,
    *nodes: Node,
    says: tuple[str, ...] = (),
    bucket: Node | None = None,
    deployed: tuple[str, ...] | None = None,
) -> Case:
    return Case("s3-lifecycle", kind, name, (bucket or _bucket(), *nodes), says, deployed)


def _inline(**rule: Value) -> Node:
    defaults = {"enabled": True, "abortIncompleteMultipartUploadDays": 7}
    return _bucket(lifecycleRules=[defaults | rule])


def _filtered(**sizes: Value) -> Node:
    return _lifecycle(_abort(), _move(filter={"prefix": "originals/", **sizes}))


def _varies(*rules: Value, default: Value = "varies_by_storage_class") -> Node:
    return _lifecycle(_abort(), *rules, transitionDefaultMinimumObjectSize=default)


CASES: Final = (
    _case(
        "good",
        "uploads end in a week, and large objects move",
        _lifecycle(
            _abort(), _move(filter={"and": {"prefix": "o/", "objectSizeGreaterThan": 131072}})
        ),
    ),
    _case("good", "uploads may end the next day", _lifecycle(_abort(1))),
    _case("bad", "a bucket without a lifecycle is refused", says=(_NONE,)),
    _case("bad", "an empty lifecycle is none", _lifecycle(), says=(_NONE,)),
    _case("bad", "eight days are too long", _lifecycle(_abort(8)), says=(_NO_ABORT,)),
    _case("bad", "zero days are none", _lifecycle(_abort(0)), says=(_NO_ABORT,)),
    _case(
        "bad",
        "a rule that is off does nothing",
        _lifecycle(_abort(status="Disabled")),
        says=(_NO_ABORT,),
    ),
    _case(
        "bad",
        "expiry alone leaves unfinished uploads",
        _lifecycle({"status": "Enabled", "expiration": {"days": 30}}),
        says=(_NO_ABORT,),
    ),
    *(
        _case(
            "bad",
            f"uploads of only some objects: {name}",
            _lifecycle(_abort(**part)),
            says=(_NO_ABORT,),
        )
        for name, part in (
            ("a prefix in the filter", {"filter": {"prefix": "o/"}}),
            ("a prefix beside it", {"prefix": "o/"}),
            ("a tag", {"filter": {"tag": {"key": "k", "value": "v"}}}),
            ("several", {"filter": {"and": {"prefix": "o/"}}}),
        )
    ),
    _case(
        "bad",
        "another bucket's lifecycle is not its own",
        Node("aws:s3/bucket:Bucket", "other"),
        Node(_CONFIGURATION, "tiers", {"bucket": ref("other"), "rules": [_abort()]}),
        says=(_NONE,),
    ),
    *(
        _case(
            "bad",
            f"small objects are moved by {name}",
            _filtered(**sizes),
            says=(f"tiers: rules[1] moves {_SMALL} STANDARD_IA",),
        )
        for name, sizes in (
            ("a size of one byte", {"objectSizeGreaterThan": 1}),
            ("a size just under", {"objectSizeGreaterThan": 131070}),
            ("no size at all", {"objectSizeGreaterThan": 0}),
            ("an upper size", {"objectSizeLessThan": 500000}),
            ("sizes in and", {"and": {"objectSizeGreaterThan": 1000}}),
        )
    ),
    _case(
        "bad",
        "small objects of old versions are moved",
        _lifecycle(
            _abort(),
            {
                "status": "Enabled",
                "filter": {"objectSizeGreaterThan": 1},
                "noncurrentVersionTransitions": [
                    {"noncurrentDays": 1, "storageClass": "GLACIER_IR"}
                ],
            },
        ),
        says=(f"tiers: rules[1] moves {_SMALL} GLACIER_IR",),
    ),
    *(
        _case(
            "bad",
            f"the least size may not vary for {name}",
            _varies(_move(transitions=[{"days": 1, "storageClass": name}])),
            says=(f"tiers: rules[1] moves {_SMALL} {name}: transitionDefaultMinimumObjectSize",),
        )
        for name in ("GLACIER", "DEEP_ARCHIVE")
    ),
    _case(
        "unknown",
        "unknown days can't be decided",
        _lifecycle(_abort(Later(7))),
        says=("media: could not decide: when its unfinished uploads end",),
        deployed=(),
    ),
    _case(
        "unknown",
        "unknown rules can't be decided",
        Node(
            _CONFIGURATION,
            "tiers",
            {"bucket": ref("media"), "rules": Later([_abort()], ("media",))},
        ),
        says=("media: could not decide: when", "tiers: could not decide: rules"),
        deployed=(),
    ),
    _case(
        "unknown",
        "an unknown rule can't be decided",
        _lifecycle(Later(_abort())),
        says=("media: could not decide: when its", "tiers: could not decide: the size filter"),
        deployed=(),
    ),
    *(
        _case(
            "unknown",
            f"an unknown {name} can't be decided",
            _lifecycle(_abort(**part)),
            says=("media: could not decide: when its unfinished uploads end",),
            deployed=deployed,
        )
        for name, part, deployed in (
            ("prefix", {"filter": {"prefix": Later("o/")}}, (_NO_ABORT,)),
            ("filter", {"filter": Later({})}, ()),
            ("status", {"status": Later("Enabled")}, ()),
        )
    ),
    _case(
        "unknown",
        "an unknown size can't be decided",
        _filtered(objectSizeGreaterThan=Later(1)),
        says=("tiers: could not decide: the size filter of rules[1]",),
        deployed=("tiers: rules[1] moves",),
    ),
    _case(
        "unknown",
        "an unknown upper size can't be decided",
        _filtered(objectSizeLessThan=Later(1)),
        says=("tiers: could not decide: the size filter of rules[1]",),
        deployed=("tiers: rules[1] moves",),
    ),
    _case(
        "unknown",
        "unknown transitions count as some",
        _lifecycle(_abort(), _move(filter={"objectSizeGreaterThan": 1}, transitions=Later(_IA))),
        says=("tiers: rules[1] moves",),
    ),
    _case(
        "unknown",
        "an unknown default can't be decided",
        _varies(_move(), default=Later("all_storage_classes_128K")),
        says=("tiers: could not decide: transitionDefaultMinimumObjectSize",),
        deployed=(),
    ),
    _case(
        "unknown",
        "an unknown storage class can't be decided",
        _varies(_move(transitions=[{"days": 1, "storageClass": Later("GLACIER")}])),
        says=("tiers: could not decide: the storage class of rules[1]",),
        deployed=("tiers: rules[1] moves",),
    ),
    _case(
        "variant", "without a size filter S3 leaves small objects", _lifecycle(_abort(), _move())
    ),
    _case(
        "variant",
        "the default may be written out",
        _varies(_move(transitions=_GLACIER), default="all_storage_classes_128K"),
    ),
    _case(
        "variant",
        "a filter left empty says nothing",
        _lifecycle(_abort(), _move(filter={"prefix": "", "objectSizeGreaterThan": ""})),
    ),
    _case("variant", "a size is as good as text", _filtered(objectSizeGreaterThan="131072")),
    _case("variant", "128 KB themselves may move", _filtered(objectSizeGreaterThan=131071)),
    _case(
        "variant",
        "a range that begins high enough is fine",
        _filtered(objectSizeGreaterThan=131072, objectSizeLessThan=9000000),
    ),
    _case("variant", "where the least size varies STANDARD_IA still has one", _varies(_move())),
    _case(
        "variant",
        "where it varies a rule may say its own",
        _varies(_move(transitions=_GLACIER, filter={"objectSizeGreaterThan": 131072})),
    ),
    _case(
        "variant",
        "a rule that is off moves nothing",
        _lifecycle(_abort(), _move(status="Disabled", filter={"objectSizeGreaterThan": 1})),
    ),
    _case(
        "variant",
        "expiry by size is no transition",
        _lifecycle(
            _abort(),
            {
                "status": "Enabled",
                "filter": {"objectSizeGreaterThan": 1},
                "expiration": {"days": 1},
            },
        ),
    ),
    _case("variant", "the lifecycle may be inline", bucket=_inline()),
    _case(
        "variant",
        "an inline prefix covers only a part",
        bucket=_inline(prefix="o/"),
        says=(_NO_ABORT,),
    ),
    _case(
        "variant",
        "inline tags cover only a part",
        bucket=_inline(tags={"a": "b"}),
        says=(_NO_ABORT,),
    ),
    _case("variant", "an inline rule may be off", bucket=_inline(enabled=False), says=(_NO_ABORT,)),
    _case(
        "variant",
        "inline rules that aren't known can't be decided",
        Node("aws:ssm/parameter:Parameter", "days"),
        bucket=_bucket(
            lifecycleRules=Later(
                [{"enabled": True, "abortIncompleteMultipartUploadDays": 1}], ("days",)
            )
        ),
        says=("media: could not decide: when its unfinished uploads end",),
        deployed=(),
    ),
    _case(
        "variant",
        "whether an inline rule is on may not be known",
        bucket=_inline(enabled=Later(value=True)),
        says=("media: could not decide: when its unfinished uploads end",),
        deployed=(),
    ),
    _case(
        "variant",
        "the old bucket is a bucket",
        bucket=_bucket("aws:s3/bucketV2:BucketV2"),
        says=(_NONE,),
    ),
    _case(
        "variant",
        "the old lifecycle is one",
        _lifecycle(
            _abort(),
            _move(filter={"objectSizeGreaterThan": 1}),
            kind="aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
        ),
        says=("tiers: rules[1] moves",),
    ),
    _case(
        "variant",
        "a bucket may be named by its name",
        Node(_CONFIGURATION, "tiers", {"bucket": "media-files", "rules": [_abort()]}),
        bucket=_bucket(bucket="media-files"),
    ),
    _case(
        "variant",
        "a lifecycle of its own hides the inline one",
        _lifecycle(_abort(30)),
        bucket=_inline(),
        says=(_NO_ABORT,),
    ),
    _case(
        "variant",
        "an empty prefix covers the whole bucket",
        _lifecycle(_abort(filter={"prefix": "", "and": {"tags": {}}})),
    ),
    _case(
        "variant",
        "a size left empty in and says nothing",
        _filtered(**{"and": {"objectSizeGreaterThan": ""}}),
    ),
    _case(
        "variant",
        "a class that isn't known decides nothing where S3 leaves small objects",
        _lifecycle(_abort(), _move(transitions=[{"days": 1, "storageClass": Later("GLACIER")}])),
    ),
    _case(
        "variant",
        "a rule that ends no uploads may have any prefix",
        _lifecycle({"status": "Enabled", "filter": {"prefix": Later("o/")}}),
        says=(_NO_ABORT,),
    ),
)
