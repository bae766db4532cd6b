"""S3 buckets whose objects move to colder storage, and go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pulumi
from pulumi_aws import s3

from components.common.child_factory import ChildFactory, auto_nameable

BUCKET_NAME = 63  # characters
"""Longest name of a bucket.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"""


@dataclass(frozen=True, kw_only=True)
class Transition:
    """A move of objects to a colder storage class, `after_days` since they were written."""

    after_days: int
    storage_class: str


@dataclass(frozen=True, kw_only=True)
class ObjectLifecycle:
    """How long objects stay, and where: `transitions` in the order of their days, then the end.

    `typical_kb` is the size of a typical object. Without `expire_days` they stay for good.
    """

    typical_kb: int
    transitions: Sequence[Transition] = ()
    expire_days: int | None = None


@dataclass(frozen=True, kw_only=True)
class DistributionReader:
    """A CloudFront distribution that may read the objects whose keys begin with `prefix`."""

    arn: pulumi.Input[str]
    prefix: str


@dataclass(frozen=True, kw_only=True)
class TieredBucketArgs:
    """What a TieredBucket is made from.

    `tiers` says by key prefix ("" is every key) how long objects stay, and where. `protect` refuses
    to delete the bucket. Without a `reader` nobody reads it but by a role's own permissions.

    A reader needs the bucket's address first: give an ARN that is known later
    (`pulumi.deferred_output`).
    """

    stack: str
    label: str
    tiers: Mapping[str, ObjectLifecycle]
    protect: bool
    reader: DistributionReader | None = None


class TieredBucket(pulumi.ComponentResource):
    """A private S3 bucket whose objects move to colder classes and expire.

    - no public access, no ACLs, TLS alone; encrypted by S3 for nothing
    - objects under 128 KB stay in Standard: colder classes bill them as 128 KB
    - unfinished uploads go after a week
    - no versions: keys are written once, so a version would only be a second copy to pay for, and
      what was deleted on request has to be gone. `protect` keeps the bucket itself
    - without `protect` the bucket takes its objects along when the stack is destroyed
    """

    name: pulumi.Output[str]
    arn: pulumi.Output[str]
    regional_domain_name: pulumi.Output[str]
    """Where CloudFront finds it: `<bucket>.s3.<region>.amazonaws.com`."""

    def __init__(
        self, name: str, args: TieredBucketArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        objects = [
            {"prefix": prefix, "typicalKb": tier.typical_kb} for prefix, tier in args.tiers.items()
        ]
        # What the objects are like travels along: no resource says it, and prices depend on it.
        about: pulumi.Inputs = {"label": args.label, "objects": objects}
        super().__init__("buylink:tiered_bucket:TieredBucket", name, about, opts)
        child = ChildFactory(self, args.stack, args.label)
        bucket = s3.Bucket(
            auto_nameable(child.name("bucket"), BUCKET_NAME),
            force_destroy=not args.protect,
            tags=child.tags("bucket"),
            opts=child.opts(protect=args.protect),
        )
        self.name = bucket.bucket
        self.arn = bucket.arn
        self.regional_domain_name = bucket.bucket_regional_domain_name
        s3.BucketLifecycleConfiguration(
            child.name("lifecycle"),
            bucket=bucket.bucket,
            transition_default_minimum_object_size="all_storage_classes_128K",
            rules=lifecycle_rules(args.tiers),
            opts=child.opts(),
        )
        _add_encryption(child, bucket)
        s3.BucketPolicy(
            child.name("policy"),
            bucket=self.name,
            policy=pulumi.Output.json_dumps(
                {"Version": "2012-10-17", "Statement": _statements(bucket.arn, args.reader)}
            ),
            opts=child.opts(*_add_privacy(child, bucket)),
        )
        # Stack policies and state files show outputs alone.
        self.register_outputs({"name": self.name, "arn": self.arn, **about})


def _add_encryption(child: ChildFactory, bucket: s3.Bucket) -> None:
    """By keys S3 owns. Keys of a client's own (SSE-C) are refused: nobody else could read then."""
    s3.BucketServerSideEncryptionConfiguration(
        child.name("encryption"),
        bucket=bucket.bucket,
        rules=[
            s3.BucketServerSideEncryptionConfigurationRuleArgs(
                apply_server_side_encryption_by_default=(
                    s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
                        sse_algorithm="AES256"
                    )
                ),
                blocked_encryption_types=["SSE-C"],
            )
        ],
        opts=child.opts(),
    )


def _add_privacy(child: ChildFactory, bucket: s3.Bucket) -> tuple[pulumi.Resource, ...]:
    """What keeps a bucket private; its policy waits, as S3 refuses two such changes at a time."""
    block = s3.BucketPublicAccessBlock(
        child.name("public-access-block"),
        bucket=bucket.bucket,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        opts=child.opts(),
    )
    ownership = s3.BucketOwnershipControls(
        child.name("ownership"),
        bucket=bucket.bucket,
        rule=s3.BucketOwnershipControlsRuleArgs(object_ownership="BucketOwnerEnforced"),
        opts=child.opts(block),
    )
    return (block, ownership)


def _statements(
    bucket_arn: pulumi.Input[str], reader: DistributionReader | None
) -> list[dict[str, object]]:
    granted = [] if reader is None else [_read_by_distribution(bucket_arn, reader)]
    return [_tls_only(bucket_arn), *granted]


def _tls_only(bucket_arn: pulumi.Input[str]) -> dict[str, object]:
    """Refuses everybody who comes without TLS.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
    """
    return {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [bucket_arn, pulumi.Output.concat(bucket_arn, "/*")],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def _read_by_distribution(
    bucket_arn: pulumi.Input[str], reader: DistributionReader
) -> dict[str, object]:
    """Without the permission to list, S3 answers 403 for a missing object, not 404.
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
    """
    return {
        "Sid": "ReadByDistribution",
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": pulumi.Output.concat(bucket_arn, "/", reader.prefix, "*"),
        "Condition": {"StringEquals": {"aws:SourceArn": reader.arn}},
    }


SMALLEST_MOVED_BYTES = 128 * 1024
"""Smaller objects are billed as 128 KB in the infrequent-access classes.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html"""

ABORT_DAYS = 7
"""Days until the parts of an unfinished upload go: nobody sees them, and they are billed.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpu-abort-incomplete-mpu-lifecycle-config.html"""

ENABLED = "Enabled"


def lifecycle_rules(
    tiers: Mapping[str, ObjectLifecycle],
) -> list[s3.BucketLifecycleConfigurationRuleArgs]:
    """The rules for the settings by key prefix ("" is every key).

    Moves and expiry are rules of their own: moves leave small objects out, expiry takes all.
    Raises ValueError when one prefix holds another, as S3 would apply the rules of both.
    """
    _check_apart(tiers)
    rules = [_abort_uploads()]
    for prefix, settings in tiers.items():
        rules.extend(_rules_of(prefix, settings))
    return rules


def _check_apart(prefixes: Iterable[str]) -> None:
    for wide, narrow in pairwise(sorted(prefixes)):
        if narrow.startswith(wide):
            raise ValueError(
                f"expected prefixes apart from each other, got {wide!r} and {narrow!r}: what "
                "begins with the second would follow the rules of both; use another prefix"
            )


def _abort_uploads() -> s3.BucketLifecycleConfigurationRuleArgs:
    return s3.BucketLifecycleConfigurationRuleArgs(
        id="abort-uploads",
        status=ENABLED,
        filter=s3.BucketLifecycleConfigurationRuleFilterArgs(),
        abort_incomplete_multipart_upload=(
            s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(
                days_after_initiation=ABORT_DAYS
            )
        ),
    )


def _rules_of(
    prefix: str, settings: ObjectLifecycle
) -> Iterator[s3.BucketLifecycleConfigurationRuleArgs]:
    label = prefix.strip("/") or "all"
    if settings.transitions:
        yield s3.BucketLifecycleConfigurationRuleArgs(
            id=f"move-{label}",
            status=ENABLED,
            filter=_larger_objects(prefix),
            transitions=[
                s3.BucketLifecycleConfigurationRuleTransitionArgs(
                    days=move.after_days, storage_class=move.storage_class
                )
                for move in settings.transitions
            ],
        )
    if settings.expire_days is not None:
        yield s3.BucketLifecycleConfigurationRuleArgs(
            id=f"expire-{label}",
            status=ENABLED,
            filter=s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=prefix or None),
            expiration=s3.BucketLifecycleConfigurationRuleExpirationArgs(days=settings.expire_days),
        )


def _larger_objects(prefix: str) -> s3.BucketLifecycleConfigurationRuleFilterArgs:
    """Objects worth moving. Two conditions go into an `and`, which takes no single one."""
    if not prefix:
        return s3.BucketLifecycleConfigurationRuleFilterArgs(
            object_size_greater_than=SMALLEST_MOVED_BYTES
        )
    return s3.BucketLifecycleConfigurationRuleFilterArgs(
        and_=s3.BucketLifecycleConfigurationRuleFilterAndArgs(
            prefix=prefix, object_size_greater_than=SMALLEST_MOVED_BYTES
        )
    )
