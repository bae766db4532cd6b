"""S3 buckets: nobody comes in who wasn't let in, and nobody without TLS."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from buylink.graph import UNKNOWN, Graph, Resource, Value, contains_unknown
from policies.engine.caps import StackCaps
from policies.engine.relations import items, linking, nested, parsed, stated
from policies.engine.resource_types import BUCKETS
from policies.engine.rule import Rule, Violation, undecided

BUCKET_ACLS: Final = ("aws:s3/bucketAcl:BucketAcl", "aws:s3/bucketAclV2:BucketAclV2")
BUCKET_POLICY: Final = "aws:s3/bucketPolicy:BucketPolicy"
BUCKET_BLOCK: Final = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
ACCOUNT_BLOCK: Final = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"
BLOCKED: Final = (
    "blockPublicAcls",
    "blockPublicPolicy",
    "ignorePublicAcls",
    "restrictPublicBuckets",
)

_PUBLIC_ACLS: Final = ("public-read", "public-read-write", "authenticated-read")
_EVERYBODY: Final = ("/global/AllUsers", "/global/AuthenticatedUsers")

_EVERY_ACTION: Final = frozenset(("s3:*", "*"))
_BOOLEAN: Final = ("bool", "boolifexists")
_BUCKET: Final = re.compile(r"\*|arn:[^:]+:s3:::[^/]+")
_OBJECTS: Final = re.compile(r"\*|arn:[^:]+:s3:::[^/]+(/\*|\*)")


def private(resource: Resource, _: StackCaps) -> Iterator[Violation]:
    """What one resource shows: ACLs, and a policy's text once it is known."""
    if resource.type == BUCKET_POLICY:
        document = resource.get("policy")
        if not contains_unknown(document):
            yield from (Violation(resource.urn, fault) for fault in _faults(document))
        return
    acl = resource.get("acl")
    if acl is UNKNOWN:
        yield undecided(resource, "acl", "Leave it out.")
    elif acl in _PUBLIC_ACLS:
        yield Violation(resource.urn, f"acl is {acl}: everybody can read the bucket")
    inline = resource.get("grants")
    of_policy = nested(resource.get("accessControlPolicy"), "grants")
    grants = [*items(inline), *items(of_policy)]
    uris = [nested(grant, *path) for grant in grants for path in (("uri",), ("grantee", "uri"))]
    if UNKNOWN in (inline, of_policy) or contains_unknown(uris):
        yield undecided(resource, "whom its grants let in", "Write them out.")
    elif any(str(uri).endswith(_EVERYBODY) for uri in uris):
        yield Violation(resource.urn, "its grants let everybody in")


def blocked(graph: Graph, _: StackCaps) -> Iterator[Violation]:
    """Every bucket has its public access blocked, and a policy."""
    account = graph.of_type(ACCOUNT_BLOCK)
    for bucket in graph.of_type(*BUCKETS):
        yield from _block(bucket, (*linking(graph, bucket, "bucket", BUCKET_BLOCK), *account))
        yield from _policy(graph, bucket)


def _block(bucket: Resource, blocks: tuple[Resource, ...]) -> Iterator[Violation]:
    if not blocks:
        yield Violation(
            bucket.urn, f"it has no public access block. Declare an {BUCKET_BLOCK} for it"
        )
        return
    lacking = [[name for name in BLOCKED if block.get(name) is not True] for block in blocks]
    if not all(lacking):
        return
    for name in lacking[0]:
        if blocks[0].get(name) is UNKNOWN:
            yield undecided(blocks[0], name, "Set it to true.")
        else:
            yield Violation(blocks[0].urn, f"{name} is not true")


def _policy(graph: Graph, bucket: Resource) -> Iterator[Violation]:
    attached = linking(graph, bucket, "bucket", BUCKET_POLICY)
    inline = stated(bucket, "policy")
    if attached:
        for policy in attached:
            if contains_unknown(policy.get("policy")) and bucket not in graph.referenced(
                policy, "policy", bucket.type
            ):
                yield undecided(policy, "policy", "Write it out, or name this bucket's ARN in it.")
    elif inline is UNKNOWN:
        yield undecided(bucket, "policy", f"Give it as an {BUCKET_POLICY}.")
    elif inline:
        yield from (Violation(bucket.urn, fault) for fault in _faults(inline))
    else:
        yield Violation(
            bucket.urn,
            f"it has no bucket policy, so it takes requests without TLS. Declare an {BUCKET_POLICY}"
            " that denies them",
        )


def _faults(policy: Value) -> Iterator[str]:
    """What a policy gets wrong, each in a sentence. It is JSON text, or the document itself."""
    document = policy if isinstance(policy, Mapping) else parsed(policy)
    if document is None:
        yield "could not decide: the bucket policy is not JSON"
        return
    statements = _list(document.get("Statement"))
    if not _denies_plain(statements):
        yield (
            "the bucket policy lets in requests without TLS: it needs a Deny of s3:* for everybody"
            " on the bucket and its objects where aws:SecureTransport is false"
        )
    if any(map(_opens, statements)):
        yield "the bucket policy lets everybody in: an Allow for everybody needs a Condition"


def _denies_plain(statements: list[Value]) -> bool:
    covered = [
        str(resource)
        for statement in statements
        if _denies_all_plain(statement)
        for resource in _list(statement.get("Resource"))
    ]
    return any(map(_BUCKET.fullmatch, covered)) and any(map(_OBJECTS.fullmatch, covered))


def _denies_all_plain(statement: Value) -> bool:
    return (
        isinstance(statement, Mapping)
        and statement.get("Effect") == "Deny"
        and not _EVERY_ACTION.isdisjoint(_list(statement.get("Action")))
        and _is_everybody(statement.get("Principal"))
        and _is_plain(statement.get("Condition"))
    )


def _is_plain(condition: Value) -> bool:
    """Whether a condition is that a request comes without TLS, and nothing more."""
    if not isinstance(condition, Mapping) or len(condition) != 1:
        return False
    (operator, keys), *_ = condition.items()
    return (
        str(operator).lower() in _BOOLEAN
        and isinstance(keys, Mapping)
        and [str(key).lower() for key in keys] == ["aws:securetransport"]
        and [str(value).lower() for held in keys.values() for value in _list(held)] == ["false"]
    )


def _opens(statement: Value) -> bool:
    return (
        isinstance(statement, Mapping)
        and statement.get("Effect") == "Allow"
        and not statement.get("Condition")
        and ("NotPrincipal" in statement or _is_everybody(statement.get("Principal")))
    )


def _is_everybody(principal: Value) -> bool:
    named = principal.get("AWS") if isinstance(principal, Mapping) else principal
    return "*" in _list(named)


def _list(value: Value) -> list[Value]:
    return list(value) if isinstance(value, list) else [value]


RULES: Final = (
    Rule(
        id="s3-private",
        title="Buckets are private",
        description="Every S3 bucket blocks public access, has no public ACL, and a policy that"
        " denies requests without TLS.",
        details="""
            A bucket has an `aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock` with all four
            settings true, or the stack has one for the account. Neither the bucket nor an ACL of
            its own has a canned ACL that lets everybody in, nor such grants.

            Its policy, a resource of its own or inline, has a Deny for everybody (`Principal: "*"`)
            of `s3:*` on the bucket and its objects under the one condition that
            `aws:SecureTransport` is false. An Allow for everybody, or for all but some, needs a
            condition.
        """,
        unknowns="""
            A first preview knows no ARN, and so not the policy's text. Judged then is that the
            bucket has a policy, and that its text comes from this very bucket; what the text says
            is judged in the update, before the policy is created, and in every later preview. An
            unknown setting or ACL is a violation.
        """,
        severity="critical",
        pillar="Security",
        tags=("security", "s3"),
        remediation="Give the bucket an aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock with"
        " all four settings true, and an aws:s3/bucketPolicy:BucketPolicy with a Deny of s3:* for"
        " everybody where aws:SecureTransport is false. Leave acl and grants out.",
        url="https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html",
        types=(*BUCKETS, *BUCKET_ACLS, BUCKET_POLICY),
        on_resource=private,
        on_stack=blocked,
    ),
)
