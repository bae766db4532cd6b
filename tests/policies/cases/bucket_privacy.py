"""Cases of `s3-private`."""

from __future__ import annotations

import json
from typing import Final

from buylink.graph import Value
from tests.policies.graphs import Case, Kind, Later, Node, ref

_ARN: Final = "arn:aws:s3:::media"
_PLAIN: Final = {"Bool": {"aws:SecureTransport": "false"}}
_ALL: Final = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
_NO_TLS: Final = "the bucket policy lets in requests without TLS"
_OPEN: Final = "the bucket policy lets everybody in"


def _deny(**more: Value) -> dict[str, Value]:
    whom = {"Effect": "Deny", "Principal": "*", "Action": "s3:*"}
    return {**whom, "Resource": [_ARN, f"{_ARN}/*"], "Condition": _PLAIN, **more}


def _allow(**more: Value) -> dict[str, Value]:
    return {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"{_ARN}/*", **more}


def _text(*statements: Value) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def _policy(document: Value, bucket: str = "media") -> Node:
    return Node(
        "aws:s3/bucketPolicy:BucketPolicy", "policy", {"bucket": ref(bucket), "policy": document}
    )


def _of_bucket(*statements: Value) -> Node:
    return _policy(Later(_text(*statements), ("media",)))


_BLOCK: Final = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
_ACCOUNT: Final = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"


def _block(bucket: str = "media", **settings: Value) -> Node:
    return Node(_BLOCK, "block", {"bucket": ref(bucket), **dict.fromkeys(_ALL, True), **settings})


def _bucket(kind: str = "aws:s3/bucket:Bucket", **inputs: Value) -> Node:
    return Node(kind, "media", inputs)


def _case(
    kind: Kind,
    name: str,
    *nodes: Node,
    says: tuple[str, ...] = (),
    bucket: Node | None = None,
    deployed: tuple[str, ...] | None = None,
) -> Case:
    return Case("s3-private", kind, name, (bucket or _bucket(), *nodes), says, deployed)


_GOOD: Final = (_block(), _of_bucket(_deny()))
_KNOWN: Final = _policy(_text(_deny()))


def _grant(uri: Value) -> dict[str, Value]:
    return {"permissions": ["READ"], "type": "Group", "uri": uri}


def _acl(kind: str = "aws:s3/bucketAcl:BucketAcl", **inputs: Value) -> Node:
    return Node(kind, "acl", {"bucket": ref("media"), **inputs})


_USERS: Final = "http://acs.amazonaws.com/groups/global/"
_OWN_GRANTS: Final = [
    {"permission": "READ", "grantee": {"type": "Group", "uri": f"{_USERS}AllUsers"}}
]

CASES: Final = (
    _case("good", "blocked, and TLS alone", *_GOOD),
    _case(
        "good",
        "CloudFront may read under a condition",
        _block(),
        _of_bucket(
            _deny(),
            _allow(
                Principal={"Service": "cloudfront.amazonaws.com"},
                Condition={
                    "StringEquals": {"AWS:SourceArn": "arn:aws:cloudfront::1:distribution/E"}
                },
            ),
        ),
    ),
    _case(
        "bad",
        "a bucket with nothing is refused",
        says=("media: it has no bucket policy", "media: it has no public access block"),
    ),
    _case(
        "bad",
        "a block that blocks only a part is refused",
        _block(blockPublicPolicy=False, ignorePublicAcls=False),
        _of_bucket(_deny()),
        says=("block: blockPublicPolicy is not true", "block: ignorePublicAcls is not true"),
    ),
    _case(
        "bad",
        "a block that leaves settings out is refused",
        Node(_BLOCK, "block", {"bucket": ref("media"), "blockPublicAcls": True}),
        _of_bucket(_deny()),
        says=(
            "block: blockPublicPolicy is not true",
            "block: ignorePublicAcls is not true",
            "block: restrictPublicBuckets is not true",
        ),
    ),
    _case(
        "bad",
        "another bucket's block and policy are not its own",
        Node("aws:s3/bucket:Bucket", "other"),
        _block("other"),
        _policy(Later(_text(_deny()), ("other",)), "other"),
        says=("media: it has no bucket policy", "media: it has no public access block"),
    ),
    _case(
        "bad",
        "a policy without the Deny is refused",
        _block(),
        _policy(_text(_allow(Principal={"AWS": "arn:aws:iam::123456789012:root"}))),
        says=(f"policy: {_NO_TLS}",),
    ),
    _case(
        "bad",
        "a policy that lets everybody in is refused",
        _block(),
        _policy(_text(_deny(), _allow(Principal="*"))),
        says=(f"policy: {_OPEN}",),
    ),
    *(
        _case(
            "bad",
            f"the ACL {acl} is refused",
            *_GOOD,
            bucket=_bucket(acl=acl),
            says=(f"media: acl is {acl}",),
        )
        for acl in ("public-read", "public-read-write", "authenticated-read")
    ),
    *(
        _case(
            "bad",
            f"a grant to {group} is refused",
            *_GOOD,
            bucket=_bucket(grants=[_grant(f"{_USERS}{group}")]),
            says=("media: its grants let everybody in",),
        )
        for group in ("AllUsers", "AuthenticatedUsers")
    ),
    _case(
        "unknown",
        "an unknown setting can't be decided",
        _block(restrictPublicBuckets=Later(value=True)),
        _of_bucket(_deny()),
        says=("block: could not decide: restrictPublicBuckets",),
        deployed=(),
    ),
    _case(
        "unknown",
        "an unknown policy that doesn't come from the bucket can't be decided",
        _block(),
        Node("aws:s3/bucket:Bucket", "other", {"lifecycleRules": []}),
        Node(_ACCOUNT, "account", dict.fromkeys(_ALL, True)),
        _policy(Later(_text(_deny()), ("other",))),
        says=("other: it has no bucket policy", "policy: could not decide: policy is only known"),
        deployed=("other: it has no bucket policy",),
    ),
    _case(
        "unknown",
        "an unknown inline policy can't be decided",
        _block(),
        Node("aws:ssm/parameter:Parameter", "text"),
        bucket=_bucket(policy=Later(_text(), ("text",))),
        says=("media: could not decide: policy",),
        deployed=(f"media: {_NO_TLS}",),
    ),
    _case(
        "unknown",
        "an unknown ACL can't be decided",
        *_GOOD,
        bucket=_bucket(acl=Later("public-read")),
        says=("media: could not decide: acl",),
        deployed=("media: acl is public-read",),
    ),
    _case(
        "unknown",
        "unknown grants can't be decided",
        *_GOOD,
        bucket=_bucket(grants=Later([])),
        says=("media: could not decide: whom its grants let in",),
        deployed=(),
    ),
    _case(
        "unknown",
        "an unknown grantee can't be decided",
        *_GOOD,
        bucket=_bucket(grants=[_grant(Later(f"{_USERS}AllUsers"))]),
        says=("media: could not decide: whom its grants let in",),
        deployed=("media: its grants let everybody in",),
    ),
    _case(
        "unknown",
        "unknown grants of an ACL of its own can't be decided",
        *_GOOD,
        _acl(accessControlPolicy={"grants": Later(_OWN_GRANTS)}),
        says=("acl: could not decide: whom its grants let in",),
        deployed=("acl: its grants let everybody in",),
    ),
    _case(
        "variant",
        "a policy's text is judged once it is known",
        _block(),
        _of_bucket(_allow(Principal="*")),
        deployed=(f"policy: {_NO_TLS}", f"policy: {_OPEN}"),
    ),
    _case(
        "variant",
        "a document is judged like its text",
        _block(),
        _policy({"Statement": [_allow(Principal="*")]}),
        says=(f"policy: {_NO_TLS}", f"policy: {_OPEN}"),
    ),
    _case(
        "variant",
        "a document may hold the bucket's ARN",
        _block(),
        _policy(
            {
                "Statement": [
                    _deny(Resource=[Later(_ARN, ("media",)), Later(f"{_ARN}/*", ("media",))])
                ]
            }
        ),
    ),
    *(
        _case(
            "variant", f"a Deny may be written with {name}", _block(), _policy(_text(*statements))
        )
        for name, statements in (
            ("an AWS principal", [_deny(Principal={"AWS": "*"})]),
            ("a list of principals", [_deny(Principal={"AWS": ["*"]})]),
            ("any action", [_deny(Action="*")]),
            ("a list of actions", [_deny(Action=["s3:*"])]),
            ("any resource", [_deny(Resource="*")]),
            ("a pattern", [_deny(Resource=f"{_ARN}*")]),
            ("a Boolean", [_deny(Condition={"Bool": {"aws:SecureTransport": False}})]),
            ("a list", [_deny(Condition={"Bool": {"aws:SecureTransport": ["false"]}})]),
            ("other letters", [_deny(Condition={"bool": {"AWS:securetransport": "False"}})]),
            ("IfExists", [_deny(Condition={"BoolIfExists": {"aws:SecureTransport": "false"}})]),
            ("two statements", [_deny(Resource=_ARN), _deny(Resource=f"{_ARN}/*")]),
        )
    ),
    _case(
        "variant",
        "a policy may have one statement without a list",
        _block(),
        _policy(json.dumps({"Statement": _deny()})),
    ),
    *(
        _case(
            "variant",
            f"a Deny doesn't hold with {name}",
            _block(),
            _policy(_text(statement)),
            says=(f"policy: {_NO_TLS}",),
        )
        for name, statement in (
            ("Allow", _deny(Effect="Allow")),
            ("some principals", _deny(Principal={"AWS": "arn:aws:iam::1:root"})),
            ("some actions", _deny(Action="s3:GetObject")),
            ("the objects alone", _deny(Resource=f"{_ARN}/*")),
            ("the bucket alone", _deny(Resource=_ARN)),
            ("some objects", _deny(Resource=[_ARN, f"{_ARN}/private/*"])),
            ("no condition", {key: value for key, value in _deny().items() if key != "Condition"}),
            ("TLS", _deny(Condition={"Bool": {"aws:SecureTransport": "true"}})),
            ("another key", _deny(Condition={"Bool": {"aws:MultiFactorAuthPresent": "false"}})),
            ("another operator", _deny(Condition={"Null": {"aws:SecureTransport": "false"}})),
            (
                "more conditions",
                _deny(Condition={**_PLAIN, "StringEquals": {"aws:PrincipalTag/a": "b"}}),
            ),
            (
                "more keys",
                _deny(
                    Condition={
                        "Bool": {"aws:SecureTransport": "false", "aws:ViaAWSService": "false"}
                    }
                ),
            ),
            ("no keys", _deny(Condition={"Bool": "false"})),
            ("a list of keys", _deny(Condition={"Bool": ["aws:SecureTransport"]})),
            ("nothing in it", "Deny"),
        )
    ),
    *(
        _case(
            "variant",
            f"everybody is let in by {name}",
            _block(),
            _policy(_text(_deny(), statement)),
            says=(f"policy: {_OPEN}",),
        )
        for name, statement in (
            ("a map", _allow(Principal={"AWS": "*"})),
            ("a list", _allow(Principal={"AWS": ["arn:aws:iam::1:root", "*"]})),
            ("all but one", _allow(NotPrincipal={"AWS": "arn:aws:iam::1:root"})),
        )
    ),
    *(
        _case(
            "variant",
            f"{text!r} can't be decided",
            _block(),
            _policy(text),
            says=("policy: could not decide: the bucket policy is not JSON",),
        )
        for text in ("Deny", "[]")
    ),
    _case(
        "variant",
        "a block of the account covers its buckets",
        Node(_ACCOUNT, "account", dict.fromkeys(_ALL, True)),
        _of_bucket(_deny()),
    ),
    _case(
        "variant",
        "a block of the account may block only a part",
        Node(_ACCOUNT, "account", dict.fromkeys(_ALL[1:], True)),
        _of_bucket(_deny()),
        says=("account: blockPublicAcls is not true",),
    ),
    _case("variant", "the policy may be inline", _block(), bucket=_bucket(policy=_text(_deny()))),
    _case(
        "variant",
        "an inline policy is judged too",
        _block(),
        bucket=_bucket(policy=_text()),
        says=(f"media: {_NO_TLS}",),
    ),
    _case(
        "variant",
        "a policy of its own is the one that counts",
        _block(),
        _KNOWN,
        bucket=_bucket(policy=_text()),
    ),
    _case(
        "variant",
        "a private ACL is fine",
        *_GOOD,
        bucket=_bucket(
            acl="private",
            grants=[{"type": "CanonicalUser", "id": "me", "permissions": ["FULL_CONTROL"]}],
        ),
    ),
    _case(
        "variant",
        "an ACL of its own is judged too",
        *_GOOD,
        _acl(acl="public-read"),
        says=("acl: acl is public-read",),
    ),
    _case(
        "variant",
        "so are its grants",
        *_GOOD,
        _acl(accessControlPolicy={"grants": _OWN_GRANTS}),
        says=("acl: its grants let everybody in",),
    ),
    _case(
        "variant",
        "the old ACL is one",
        *_GOOD,
        _acl("aws:s3/bucketAclV2:BucketAclV2", acl="public-read"),
        says=("acl: acl is public-read",),
    ),
    _case(
        "variant",
        "the old bucket is a bucket",
        *_GOOD,
        bucket=_bucket("aws:s3/bucketV2:BucketV2", acl="public-read"),
        says=("media: acl is public-read",),
    ),
    _case(
        "variant",
        "the old bucket needs a block and a policy too",
        bucket=_bucket("aws:s3/bucketV2:BucketV2"),
        says=("media: it has no bucket policy", "media: it has no public access block"),
    ),
    _case(
        "variant",
        "everybody may be let in under a condition",
        _block(),
        _policy(
            _text(
                _deny(),
                _allow(Principal="*", Condition={"StringEquals": {"aws:SourceVpce": "vpce-1"}}),
            )
        ),
    ),
    _case(
        "variant",
        "a block of the account makes up for the bucket's own",
        _block(blockPublicAcls=False),
        Node(_ACCOUNT, "account", dict.fromkeys(_ALL, True)),
        _of_bucket(_deny()),
    ),
)
