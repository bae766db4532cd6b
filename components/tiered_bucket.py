"""S3 buckets whose objects move to colder storage, and go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import s3

from buylink.settings.storage import BucketSettings
from components.parts.bucket_policy import read_by_distribution, tls_only
from components.parts.lifecycle import lifecycle_rules
from components.parts.names import auto_nameable
from components.parts.owner import Owner
from components.parts.protection import keeping

BUCKET_NAME = 63
"""Longest name of a bucket.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"""


@dataclass(frozen=True, kw_only=True)
class TieredBucketArgs:
    """What a TieredBucket is made from.

    `tiers` says by key prefix ("" is every key) how long objects stay, and where. `protect` refuses
    to delete the bucket. A bucket `behind_edge` gets its policy once the distribution is known,
    from `allow_reading_by`.
    """

    stack: str
    label: str
    tiers: Mapping[str, BucketSettings]
    protect: bool
    behind_edge: bool


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
        self._about: pulumi.Inputs = {"label": args.label, "objects": objects}
        super().__init__("buylink:tiered_bucket:TieredBucket", name, self._about, opts)
        self._own = own = Owner(self, args.stack, args.label)
        bucket = s3.Bucket(
            auto_nameable(own.name("bucket"), BUCKET_NAME),
            force_destroy=not args.protect,
            tags=own.tags("bucket"),
            opts=keeping(own, protect=args.protect),
        )
        self.name = bucket.bucket
        self.arn = bucket.arn
        self.regional_domain_name = bucket.bucket_regional_domain_name
        s3.BucketLifecycleConfiguration(
            own.name("lifecycle"),
            bucket=bucket.bucket,
            transition_default_minimum_object_size="all_storage_classes_128K",
            rules=lifecycle_rules(args.tiers),
            opts=own.opts(),
        )
        _add_encryption(own, bucket)
        self._privacy = _add_privacy(own, bucket)
        self._has_policy = False
        if not args.behind_edge:
            self._complete()

    def allow_reading_by(self, distribution_arn: pulumi.Input[str], prefix: str) -> None:
        """Lets one CloudFront distribution read what begins with `prefix`, and nobody else.

        Raises RuntimeError when the bucket has its policy already: it can have only one.
        """
        self._complete(read_by_distribution(self.arn, distribution_arn, prefix))

    def _complete(self, *grants: Mapping[str, Any]) -> None:
        """Writes the bucket's one policy; a bucket is whole, and has outputs, only with it."""
        if self._has_policy:
            raise RuntimeError(
                f"expected {self.pulumi_resource_name} to have no policy yet, got a second one: "
                "S3 keeps one for a bucket; set behind_edge, and give it one reader"
            )
        self._has_policy = True
        s3.BucketPolicy(
            self._own.name("policy"),
            bucket=self.name,
            policy=pulumi.Output.json_dumps(
                {"Version": "2012-10-17", "Statement": [tls_only(self.arn), *grants]}
            ),
            opts=self._own.opts(*self._privacy),
        )
        # Stack policies and state files show outputs alone.
        self.register_outputs({"name": self.name, "arn": self.arn, **self._about})


def _add_encryption(own: Owner, bucket: s3.Bucket) -> None:
    """By keys S3 owns. Keys of a client's own (SSE-C) are refused: nobody else could read then."""
    s3.BucketServerSideEncryptionConfiguration(
        own.name("encryption"),
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
        opts=own.opts(),
    )


def _add_privacy(own: Owner, bucket: s3.Bucket) -> tuple[pulumi.Resource, ...]:
    """What keeps a bucket private; its policy waits, as S3 refuses two such changes at a time."""
    block = s3.BucketPublicAccessBlock(
        own.name("public-access-block"),
        bucket=bucket.bucket,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        opts=own.opts(),
    )
    ownership = s3.BucketOwnershipControls(
        own.name("ownership"),
        bucket=bucket.bucket,
        rule=s3.BucketOwnershipControlsRuleArgs(object_ownership="BucketOwnerEnforced"),
        opts=own.opts(block),
    )
    return (block, ownership)
