"""S3 buckets: nobody comes in who wasn't let in, and nobody without TLS."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from buylink.graph import UNKNOWN, Graph, Resource, contains_unknown
from policies.bucket_lifecycle import BUCKETS
from policies.bucket_policies import faults
from policies.caps import StackCaps
from policies.relations import items, linking, nested, stated
from policies.rule import Finding, Rule, undecided

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


def private(resource: Resource, _: StackCaps) -> Iterator[Finding]:
    """What one resource shows: ACLs, and a policy's text once it is known."""
    if resource.type == BUCKET_POLICY:
        document = resource.get("policy")
        if not contains_unknown(document):
            yield from (Finding(resource.urn, fault) for fault in faults(document))
        return
    acl = resource.get("acl")
    if acl is UNKNOWN:
        yield undecided(resource, "acl", "Leave it out.")
    elif acl in _PUBLIC_ACLS:
        yield Finding(resource.urn, f"acl is {acl}: everybody can read the bucket")
    inline, own = resource.get("grants"), nested(resource.get("accessControlPolicy"), "grants")
    grants = [*items(inline), *items(own)]
    uris = [nested(grant, *path) for grant in grants for path in (("uri",), ("grantee", "uri"))]
    if UNKNOWN in (inline, own) or contains_unknown(uris):
        yield undecided(resource, "whom its grants let in", "Write them out.")
    elif any(str(uri).endswith(_EVERYBODY) for uri in uris):
        yield Finding(resource.urn, "its grants let everybody in")


def blocked(graph: Graph, _: StackCaps) -> Iterator[Finding]:
    """Every bucket has its public access blocked, and a policy."""
    account = graph.of_type(ACCOUNT_BLOCK)
    for bucket in graph.of_type(*BUCKETS):
        yield from _block(bucket, (*linking(graph, bucket, "bucket", BUCKET_BLOCK), *account))
        yield from _policy(graph, bucket)


def _block(bucket: Resource, blocks: tuple[Resource, ...]) -> Iterator[Finding]:
    if not blocks:
        yield Finding(
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
            yield Finding(blocks[0].urn, f"{name} is not true")


def _policy(graph: Graph, bucket: Resource) -> Iterator[Finding]:
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
        yield from (Finding(bucket.urn, fault) for fault in faults(inline))
    else:
        yield Finding(
            bucket.urn,
            f"it has no bucket policy, so it takes requests without TLS. Declare an {BUCKET_POLICY}"
            " that denies them",
        )


RULES: Final = (
    Rule(
        id="s3-private",
        title="Buckets are private",
        description="Every S3 bucket blocks public access, has no public ACL, and a policy that"
        " denies requests without TLS.",
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
