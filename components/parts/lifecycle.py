"""A bucket's lifecycle rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from pulumi_aws import s3

from buylink.settings.storage import SMALLEST_TIERED_KB, BucketSettings

SMALLEST_MOVED_BYTES = SMALLEST_TIERED_KB * 1024

ABORT_DAYS = 7
"""Days until the parts of an unfinished upload go: nobody sees them, and they are billed.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpu-abort-incomplete-mpu-lifecycle-config.html"""

ENABLED = "Enabled"


def lifecycle_rules(
    tiers: Mapping[str, BucketSettings],
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
    prefix: str, settings: BucketSettings
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
