"""S3 buckets: who gets in, what moves where, what goes, what stays."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pulumi
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from buylink.graph import Value
from components.common.child_factory import tags
from components.storage.tiered_bucket import (
    DistributionReader,
    ObjectLifecycle,
    TieredBucket,
    TieredBucketArgs,
    Transition,
    lifecycle_rules,
)
from tests.components.recorder import Plan, record_kept

BUCKET = "s3/bucket:Bucket"
LIFECYCLE = "s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
POLICY = "s3/bucketPolicy:BucketPolicy"
DISTRIBUTION = "arn:aws:cloudfront::123456789012:distribution/EXAMPLE"
READER = DistributionReader(arn=DISTRIBUTION, prefix="thumbnails/")
ORIGINALS = ObjectLifecycle(
    typical_kb=5000,
    transitions=(
        Transition(after_days=30, storage_class="STANDARD_IA"),
        Transition(after_days=90, storage_class="GLACIER_IR"),
    ),
    expire_days=730,
)
THUMBNAILS = ObjectLifecycle(typical_kb=20, expire_days=365)
KB_128 = 131072

TLS_ONLY = {
    "Sid": "TlsOnly",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": ["hub-originals-bucket:arn", "hub-originals-bucket:arn/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}

transitions = st.lists(st.integers(30, 300), unique=True, max_size=3).map(
    lambda days: [
        Transition(after_days=day, storage_class=storage_class)
        for day, storage_class in zip(
            sorted(days), ["STANDARD_IA", "GLACIER_IR", "DEEP_ARCHIVE"], strict=False
        )
    ]
)
tiers = st.builds(
    ObjectLifecycle,
    typical_kb=st.just(5000),
    transitions=transitions,
    expire_days=st.none() | st.integers(400, 800),
)
tiers_by_prefix = st.one_of(
    tiers.map(lambda tier: {"": tier}),
    st.dictionaries(st.sampled_from(["videos/", "pictures/", "logs/"]), tiers, max_size=3),
)


def planned(
    tiers: Mapping[str, ObjectLifecycle] | None = None,
    *,
    label: str = "originals",
    protect: bool = False,
    reader: DistributionReader | None = None,
) -> tuple[Plan, set[str]]:
    """What a bucket makes, and what of it is protected."""

    def program() -> None:
        args = TieredBucketArgs(
            stack="dev",
            label=label,
            tiers={"": ORIGINALS} if tiers is None else tiers,
            protect=protect,
            reader=reader,
        )
        bucket = TieredBucket(f"hub-{label}", args)
        pulumi.export("bucket", [bucket.name, bucket.arn, bucket.regional_domain_name])

    return record_kept(program)


def rules(tiers: Mapping[str, ObjectLifecycle]) -> dict[str, dict[str, Value]]:
    """A bucket's lifecycle rules by their ID."""
    inputs = planned(tiers)[0].one(LIFECYCLE).inputs
    return {rule["id"]: rule for rule in inputs["rules"]}


def statements(plan: Plan) -> list[dict[str, Value]]:
    return json.loads(plan.one(POLICY).inputs["policy"])["Statement"]


def test_nothing_makes_it_public() -> None:
    plan, _ = planned()
    block = plan.one("s3/bucketPublicAccessBlock:BucketPublicAccessBlock").inputs
    assert block == {
        "bucket": "hub-originals-bucket:bucket",
        "blockPublicAcls": True,
        "blockPublicPolicy": True,
        "ignorePublicAcls": True,
        "restrictPublicBuckets": True,
    }
    ownership = plan.one("s3/bucketOwnershipControls:BucketOwnershipControls").inputs
    assert ownership["rule"] == {"objectOwnership": "BucketOwnerEnforced"}


def test_it_is_encrypted_by_s3_and_by_no_key_of_a_clients_own() -> None:
    encryption = planned()[0].one(
        "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    )
    assert encryption.inputs["rules"] == [
        {
            "applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"},
            "blockedEncryptionTypes": ["SSE-C"],
        }
    ]


def test_it_refuses_whoever_comes_without_tls() -> None:
    assert statements(planned()[0]) == [TLS_ONLY]


def test_its_policy_waits_for_what_keeps_it_private() -> None:
    plan, _ = planned()
    assert plan.names(plan.one(POLICY).dependencies) >= {
        "hub-originals-public-access-block",
        "hub-originals-ownership",
    }


def test_one_distribution_reads_one_prefix_and_tls_stays_a_must() -> None:
    plan, _ = planned(reader=READER)
    assert statements(plan) == [
        TLS_ONLY,
        {
            "Sid": "ReadByDistribution",
            "Effect": "Allow",
            "Principal": {"Service": "cloudfront.amazonaws.com"},
            "Action": "s3:GetObject",
            "Resource": "hub-originals-bucket:arn/thumbnails/*",
            "Condition": {"StringEquals": {"aws:SourceArn": DISTRIBUTION}},
        },
    ]


def test_a_reader_that_is_known_later_is_in_the_one_policy() -> None:
    """A distribution needs the bucket's address, and so comes after it."""

    def program() -> None:
        arn, resolve = pulumi.deferred_output()
        args = TieredBucketArgs(
            stack="dev",
            label="originals",
            tiers={"": ORIGINALS},
            protect=False,
            reader=DistributionReader(arn=arn, prefix="thumbnails/"),
        )
        TieredBucket("hub-originals", args)
        resolve(pulumi.Output.from_input(DISTRIBUTION))

    assert statements(record_kept(program)[0]) == statements(planned(reader=READER)[0])


@pytest.mark.parametrize("reader", [None, READER])
def test_a_bucket_is_complete_once_it_is_constructed(reader: DistributionReader | None) -> None:
    plan, _ = planned(reader=reader)
    component = plan.one("buylink:tiered_bucket:TieredBucket")
    assert plan.one(POLICY).parent == component.urn
    assert plan.outputs[component.urn] == {
        "name": "hub-originals-bucket:bucket",
        "arn": "hub-originals-bucket:arn",
        "label": "originals",
        "objects": [{"prefix": "", "typicalKb": 5000}],
    }


def test_small_pictures_stay_in_standard_and_expire() -> None:
    assert rules({"thumbnails/": THUMBNAILS}) == {
        "abort-uploads": {
            "id": "abort-uploads",
            "status": "Enabled",
            "filter": {},
            "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7},
        },
        "expire-thumbnails": {
            "id": "expire-thumbnails",
            "status": "Enabled",
            "filter": {"prefix": "thumbnails/"},
            "expiration": {"days": 365},
        },
    }


def test_originals_move_on_and_expire_whatever_their_size() -> None:
    lifecycle = rules({"": ORIGINALS})
    assert list(lifecycle) == ["abort-uploads", "move-all", "expire-all"]
    assert lifecycle["move-all"]["filter"] == {"objectSizeGreaterThan": KB_128}
    assert lifecycle["move-all"]["transitions"] == [
        {"days": 30, "storageClass": "STANDARD_IA"},
        {"days": 90, "storageClass": "GLACIER_IR"},
    ]
    assert (lifecycle["expire-all"]["filter"], lifecycle["expire-all"]["expiration"]) == (
        {},
        {"days": 730},
    )


def test_a_prefix_and_a_size_are_joined() -> None:
    moved = rules({"videos/": ORIGINALS})["move-videos"]
    assert moved["filter"] == {"and": {"prefix": "videos/", "objectSizeGreaterThan": KB_128}}


def test_what_expires_never_has_no_such_rule() -> None:
    forever = ObjectLifecycle(typical_kb=20, expire_days=None)
    assert list(rules({"": forever})) == ["abort-uploads"]


def test_s3s_own_default_leaves_small_objects_too() -> None:
    inputs = planned()[0].one(LIFECYCLE).inputs
    assert inputs["transitionDefaultMinimumObjectSize"] == "all_storage_classes_128K"


@given(tiers_by_prefix)
@settings(max_examples=15, deadline=None)
def test_no_rule_moves_small_objects_or_spares_them_from_expiry(
    tiers: dict[str, ObjectLifecycle],
) -> None:
    lifecycle = list(rules(tiers).values())
    assert sum("transitions" in rule for rule in lifecycle) == sum(
        bool(tier.transitions) for tier in tiers.values()
    )
    for rule in lifecycle:
        condition = json.dumps(rule["filter"])
        assert ("transitions" in rule) == (f'"objectSizeGreaterThan": {KB_128}' in condition)
        assert "expiration" not in rule or "objectSize" not in condition
    assert [rule["filter"] for rule in lifecycle if "abortIncompleteMultipartUpload" in rule] == [
        {}
    ]


@pytest.mark.parametrize("prefixes", [("", "videos/"), ("videos/old/", "videos/", "a/")])
def test_a_prefix_inside_another_is_refused(prefixes: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="expected prefixes apart from each other"):
        lifecycle_rules(dict.fromkeys(prefixes, THUMBNAILS))


def test_a_protected_bucket_keeps_its_objects_and_another_takes_them_along() -> None:
    for protect, protected in ((True, {"hub-originals-bucket"}), (False, set[str]())):
        plan, kept = planned(protect=protect)
        assert kept == protected
        assert plan.one(BUCKET).inputs["forceDestroy"] is not protect


def test_pulumi_names_it_within_s3s_bounds() -> None:
    bucket = planned(label=f"pictures-of-{'many-' * 12}kinds")[0].one(BUCKET)
    assert not {"bucket", "bucketPrefix"} & set(bucket.inputs)
    assert len(bucket.name) <= 63 - 8
    assert planned()[0].one(BUCKET).name == "hub-originals-bucket"


def test_it_has_nothing_else_to_pay_for() -> None:
    """No versions, access logs, replication or events: docs/explanation/security.md says why."""
    plan, _ = planned()
    component = plan.one("buylink:tiered_bucket:TieredBucket")
    children = {child.name for child in plan.resources if child.parent == component.urn}
    parts = ("bucket", "encryption", "lifecycle", "ownership", "policy", "public-access-block")
    assert children == {f"hub-originals-{part}" for part in parts}
    bucket = plan.one(BUCKET).inputs
    assert bucket == {"forceDestroy": True, "tags": tags("dev", "originals", "bucket")}


def test_it_tells_where_it_is_and_what_its_objects_are_like() -> None:
    plan, _ = planned({"videos/": ORIGINALS, "pictures/": THUMBNAILS})
    assert plan.exports["bucket"] == [
        "hub-originals-bucket:bucket",
        "hub-originals-bucket:arn",
        "hub-originals-bucket:bucketRegionalDomainName",
    ]
    assert plan.one("buylink:tiered_bucket:TieredBucket").inputs["objects"] == [
        {"prefix": "videos/", "typicalKb": 5000},
        {"prefix": "pictures/", "typicalKb": 20},
    ]
