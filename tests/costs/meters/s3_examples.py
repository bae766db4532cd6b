"""Buckets, and what S3 bills for them: by hand, from AWS's pricing pages, in us-east-1."""

from __future__ import annotations

from buylink.graph import Resource, Value
from tests.costs.graphs import Example, resource, urn

BUCKET = "aws:s3/bucket:Bucket"
LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"


def moving(
    storage_class: str, expires: int | None = None, smallest: str | None = None
) -> tuple[Resource, ...]:
    """A bucket whose objects are moved after 30 days."""
    move = {"days": 30, "storageClass": storage_class}
    rule: dict[str, Value] = {"status": "Enabled", "filter": {}, "transitions": [move]}
    if expires is not None:
        rule["expiration"] = {"days": expires}
    inputs = {"rules": [rule], "transitionDefaultMinimumObjectSize": smallest}
    return (resource(BUCKET), resource(LIFECYCLE, inputs, refers={"bucket": urn(BUCKET)}))


OTHER_CLASSES: dict[str, tuple[int, str, str]] = {
    # GB at 0.0125, 0.01, 0.004, 0.0036 and 0.00099; what was deleted early at the same price
    "standard_infrequent_access.storage_gb": (100, "S3 Standard-IA storage", "1.25"),
    "one_zone_infrequent_access.storage_gb": (100, "S3 One Zone-IA storage", "1"),
    "glacier_instant_retrieval.storage_gb": (100, "S3 Glacier Instant Retrieval storage", "0.4"),
    "glacier_flexible_retrieval.storage_gb": (100, "S3 Glacier Flexible Retrieval storage", "0.36"),
    "glacier_deep_archive.storage_gb": (100, "S3 Glacier Deep Archive storage", "0.099"),
    # 0.023, 0.0125, 0.004, 0.0036, 0.00099; a million objects watched at 0.0000025
    "intelligent_tiering.frequent_access_storage_gb": (
        100, "S3 Intelligent-Tiering Frequent Access storage", "2.3",
    ),
    "intelligent_tiering.infrequent_access_storage_gb": (
        100, "S3 Intelligent-Tiering Infrequent Access storage", "1.25",
    ),
    "intelligent_tiering.archive_instant_access_storage_gb": (
        100, "S3 Intelligent-Tiering Archive Instant Access storage", "0.4",
    ),
    "intelligent_tiering.archive_access_storage_gb": (
        100, "S3 Intelligent-Tiering Archive Access storage (opt-in)", "0.36",
    ),
    "intelligent_tiering.deep_archive_access_storage_gb": (
        100, "S3 Intelligent-Tiering Deep Archive Access storage (opt-in)", "0.099",
    ),
    "intelligent_tiering.monitored_objects": (
        10**6, "S3 Intelligent-Tiering monitoring fee", "2.5",
    ),
    # Writes at 0.00001, 0.00001, 0.000005, 0.00002, 0.00003, 0.00005 each
    "standard_infrequent_access.monthly_tier_1_requests": (
        10**6, "S3 Standard-IA PUT/COPY/POST/LIST request", "10",
    ),
    "one_zone_infrequent_access.monthly_tier_1_requests": (
        10**6, "S3 One Zone-IA PUT/COPY/POST/LIST request", "10",
    ),
    "intelligent_tiering.monthly_tier_1_requests": (
        10**6, "S3 Intelligent-Tiering PUT/COPY/POST/LIST request", "5",
    ),
    "glacier_instant_retrieval.monthly_tier_1_requests": (
        10**6, "S3 Glacier Instant Retrieval PUT/COPY/POST/LIST request", "20",
    ),
    "glacier_flexible_retrieval.monthly_tier_1_requests": (
        10**6, "S3 Glacier Flexible Retrieval PUT request", "30",
    ),
    "glacier_deep_archive.monthly_tier_1_requests": (
        10**6, "S3 Glacier Deep Archive PUT request", "50",
    ),
    # Reads at 0.000001, 0.000001, 0.0000004, 0.00001, 0.0000004, 0.0000004
    "standard_infrequent_access.monthly_tier_2_requests": (
        10**6, "S3 Standard-IA GET request", "1",
    ),
    "one_zone_infrequent_access.monthly_tier_2_requests": (
        10**6, "S3 One Zone-IA GET request", "1",
    ),
    "intelligent_tiering.monthly_tier_2_requests": (
        10**6, "S3 Intelligent-Tiering GET request", "0.4",
    ),
    "glacier_instant_retrieval.monthly_tier_2_requests": (
        10**6, "S3 Glacier Instant Retrieval GET request", "10",
    ),
    "glacier_flexible_retrieval.monthly_tier_2_requests": (
        10**6, "S3 Glacier Flexible Retrieval GET request", "0.4",
    ),
    "glacier_deep_archive.monthly_tier_2_requests": (
        10**6, "S3 Glacier Deep Archive GET request", "0.4",
    ),
    # Moves at 0.00001, 0.00001, 0.00001, 0.00002, 0.00003, 0.00005
    "standard_infrequent_access.monthly_lifecycle_transition_requests": (
        10**6, "S3 lifecycle transition into Standard-IA", "10",
    ),
    "one_zone_infrequent_access.monthly_lifecycle_transition_requests": (
        10**6, "S3 lifecycle transition into One Zone-IA", "10",
    ),
    "intelligent_tiering.monthly_lifecycle_transition_requests": (
        10**6, "S3 lifecycle transition into Intelligent-Tiering", "10",
    ),
    "glacier_instant_retrieval.monthly_lifecycle_transition_requests": (
        10**6, "S3 lifecycle transition into Glacier Instant Retrieval", "20",
    ),
    "glacier_flexible_retrieval.monthly_lifecycle_transition_requests": (
        10**6, "S3 lifecycle transition into Glacier Flexible Retrieval", "30",
    ),
    "glacier_deep_archive.monthly_lifecycle_transition_requests": (
        10**6, "S3 lifecycle transition into Glacier Deep Archive", "50",
    ),
    # Retrieval of a GB at 0.01, 0.01, 0.03; of archives 0.01, expedited 0.03, and 0.02, bulk 0.0025
    "standard_infrequent_access.monthly_data_retrieval_gb": (
        100, "S3 Standard-IA retrieval", "1",
    ),
    "one_zone_infrequent_access.monthly_data_retrieval_gb": (
        100, "S3 One Zone-IA retrieval", "1",
    ),
    "glacier_instant_retrieval.monthly_data_retrieval_gb": (
        100, "S3 Glacier Instant Retrieval retrieval", "3",
    ),
    "glacier_flexible_retrieval.monthly_standard_data_retrieval_gb": (
        100, "S3 Glacier Flexible Retrieval standard retrieval", "1",
    ),
    "glacier_flexible_retrieval.monthly_expedited_data_retrieval_gb": (
        100, "S3 Glacier Flexible Retrieval expedited retrieval", "3",
    ),
    "glacier_deep_archive.monthly_standard_data_retrieval_gb": (
        100, "S3 Glacier Deep Archive standard retrieval", "2",
    ),
    "glacier_deep_archive.monthly_bulk_data_retrieval_gb": (
        100, "S3 Glacier Deep Archive bulk retrieval", "0.25",
    ),
    # and for each object 0.00005, 0.01, 0.0001, 0.000025
    "glacier_flexible_retrieval.monthly_standard_data_retrieval_requests": (
        10**6, "S3 Glacier Flexible Retrieval standard restore request", "50",
    ),
    "glacier_flexible_retrieval.monthly_expedited_data_retrieval_requests": (
        1000, "S3 Glacier Flexible Retrieval expedited restore request", "10",
    ),
    "glacier_deep_archive.monthly_standard_data_retrieval_requests": (
        10**6, "S3 Glacier Deep Archive standard restore request", "100",
    ),
    "glacier_deep_archive.monthly_bulk_data_retrieval_requests": (
        10**6, "S3 Glacier Deep Archive bulk restore request", "25",
    ),
    # 0.0065 for 10,000 tags; 0.09 a GB
    "object_tags": (10**6, "S3 object tag", "0.65"),
    "monthly_outbound_internet_gb": (10, "Data transfer out to internet", "0.9"),
}  # fmt: skip

S3_EXAMPLES: dict[str, Example] = {
    # 100 GB x 0.023 = 2.3; 1,000 PUT x 0.000005 = 0.005; 10,000 GET x 0.0000004 = 0.004
    "a bucket whose classes are stated": (
        (resource(BUCKET),),
        {
            "standard.storage_gb": 100,
            "standard.monthly_tier_1_requests": 1000,
            "standard.monthly_tier_2_requests": 10_000,
        },
        {
            "S3 Standard storage": "2.3",
            "S3 Standard PUT/COPY/POST/LIST request": "0.005",
            "S3 Standard GET and other request": "0.004",
        },
    ),
    # 1,024 objects of 1 MB = 1 GB a month. After a year: 30 days of it in Standard
    # (30 / 30.41667 x 0.023 = 0.022685), the other 335 days' in Standard-IA
    # (335 / 30.41667 x 0.0125 = 0.137671), and each month 1,024 move: 0.01024
    "a bucket whose lifecycle moves what is written": (
        moving("STANDARD_IA"),
        {"monthly_objects": 1024, "object_kb": 1024},
        {
            "S3 Standard PUT/COPY/POST/LIST request": "0.00512",
            "S3 Standard GET and other request": None,
            "S3 Standard storage": "0.022685",
            "S3 Standard-IA storage": "0.137671",
            "S3 lifecycle transition into Standard-IA": "0.01024",
        },
    ),
    # As above, but 32 KB more for each object in the archive: 335 / 30.41667 x 1.03125 x 0.0036
    # = 0.040888, and 8 KB in Standard: 335 / 30.41667 x 8 / 1,024 x 0.023 = 0.001979 more
    "a bucket that archives": (
        moving("GLACIER"),
        {"monthly_objects": 1024, "object_kb": 1024},
        {
            "S3 Standard PUT/COPY/POST/LIST request": "0.00512",
            "S3 Standard GET and other request": None,
            "S3 Standard storage": "0.024664",
            "S3 Glacier Flexible Retrieval storage": "0.040888",
            "S3 lifecycle transition into Glacier Flexible Retrieval": "0.03072",
        },
    ),
    # Typically unread: 335 / 30.41667 x 0.0125 = 0.137671;
    # 335 / 30.41667 x 1,024 objects x 0.0000025 = 0.028195 to watch them
    "a bucket that leaves it to Intelligent-Tiering": (
        moving("INTELLIGENT_TIERING"),
        {"monthly_objects": 1024, "object_kb": 1024},
        {
            "S3 Standard PUT/COPY/POST/LIST request": "0.00512",
            "S3 Standard GET and other request": None,
            "S3 Standard storage": "0.022685",
            "S3 Intelligent-Tiering Frequent Access storage": "0.137671",
            "S3 Intelligent-Tiering monitoring fee": "0.028195",
            "S3 lifecycle transition into Intelligent-Tiering": "0.01024",
        },
    ),
    "a bucket with something of each class": (
        (resource(BUCKET),),
        {key: amount for key, (amount, _, _) in OTHER_CLASSES.items()},
        {
            "S3 Standard PUT/COPY/POST/LIST request": None,
            "S3 Standard GET and other request": None,
            **{meter: cost for _, meter, cost in OTHER_CLASSES.values()},
        },
    ),
    # 100 GB x 0.0036, and 50 GB-months of it that were paid for what was deleted before 90 days
    "an archive from which is deleted too early": (
        (resource(BUCKET),),
        {
            "glacier_flexible_retrieval.storage_gb": 100,
            "glacier_flexible_retrieval.early_delete_gb": 50,
        },
        {
            "S3 Standard PUT/COPY/POST/LIST request": None,
            "S3 Standard GET and other request": None,
            "S3 Glacier Flexible Retrieval storage": "0.54",
        },
    ),
    # 1 GB a month: 30 days in Standard, 30 / 30.41667 x 0.023 = 0.022685; gone after 15 more, it
    # is paid for 30 in Standard-IA: 30 / 30.41667 x 0.0125 = 0.012329
    "a bucket whose objects expire before their least time": (
        moving("STANDARD_IA", expires=45),
        {"monthly_objects": 1024, "object_kb": 1024},
        {
            "S3 Standard PUT/COPY/POST/LIST request": "0.00512",
            "S3 Standard GET and other request": None,
            "S3 Standard storage": "0.022685",
            "S3 Standard-IA storage": "0.012329",
            "S3 lifecycle transition into Standard-IA": "0.01024",
        },
    ),
    # 16,384 objects of 64 KB. In the archive each has 32 KB more: 335 / 30.41667 x 1.5 x 0.0036
    # = 0.059474, and 8 KB in Standard: 335 / 30.41667 x 0.125 x 0.023 = 0.031664 on 0.022685.
    # 16,384 x 0.00003 = 0.49152; 16,384 x 0.000005 = 0.08192
    "a bucket that archives small objects": (
        moving("GLACIER", smallest="varies_by_storage_class"),
        {"monthly_objects": 16_384, "object_kb": 64},
        {
            "S3 Standard PUT/COPY/POST/LIST request": "0.08192",
            "S3 Standard GET and other request": None,
            "S3 Standard storage": "0.054349",
            "S3 Glacier Flexible Retrieval storage": "0.059474",
            "S3 lifecycle transition into Glacier Flexible Retrieval": "0.49152",
        },
    ),
    # As where a configuration says it: a year of 1 GB a month, of which 30 days are kept
    "a bucket that has its rules in itself": (
        (
            resource(
                "aws:s3/bucketV2:BucketV2",
                {"lifecycleRules": [{"enabled": True, "expirations": [{"days": 30}]}]},
            ),
        ),
        {"monthly_objects": 1024, "object_kb": 1024},
        {
            "S3 Standard PUT/COPY/POST/LIST request": "0.00512",
            "S3 Standard GET and other request": None,
            "S3 Standard storage": "0.022685",
        },
    ),
}
