"""Usage files in infracost's format."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from buylink.costs.prices.quantity import Range
from buylink.costs.usage.files import UsageFile, read_usage_file
from buylink.costs.usage.load import UsageError
from buylink.graph import Graph
from tests.costs.graphs import resource, urn

NAT = "aws:ec2/natGateway:NatGateway"
PROCESSED = "monthly_data_processed_gb"
GRAPH = Graph("shop", "test", (resource(NAT, name="nat-0"), resource(NAT, name="nat-1")))


def read(folder: Path, text: str) -> UsageFile:
    path = folder / "usage.yml"
    path.write_text(text)
    return read_usage_file(path)


def amounts(file: UsageFile) -> dict[str, Decimal]:
    usages, _ = file.usages(GRAPH)
    return {
        resource.name: stated.amount.typical
        for resource in GRAPH
        if resource.urn in usages and (stated := usages[resource.urn].get(PROCESSED))
    }


@pytest.mark.parametrize("kind", ["aws_nat_gateway", NAT])
def test_a_type_goes_by_its_terraform_name_or_its_pulumi_token(tmp_path: Path, kind: str) -> None:
    text = f"version: 0.1\nresource_type_default_usage:\n  {kind}:\n    {PROCESSED}: 1_000.5\n"
    assert amounts(read(tmp_path, text)) == {"nat-0": Decimal("1000.5"), "nat-1": Decimal("1000.5")}


@pytest.mark.parametrize(
    "name", ["nat-0", urn(NAT, "nat-0"), "aws_nat_gateway.nat-0", f"{NAT}.nat-0", "*-0"]
)
def test_a_resource_goes_by_name_urn_or_type_and_name_before_its_type(
    tmp_path: Path, name: str
) -> None:
    text = (
        f"version: 0.1\nresource_type_default_usage:\n  {NAT}: {{{PROCESSED}: 1}}\n"
        f"resource_usage:\n  '{name}':\n    {PROCESSED}: 7\n"
    )
    assert amounts(read(tmp_path, text)) == {"nat-0": Decimal(7), "nat-1": Decimal(1)}


def test_nested_keys_and_ranges_are_read(tmp_path: Path) -> None:
    text = (
        "version: 0.1\nresource_type_default_usage:\n  aws_s3_bucket:\n"
        "    standard:\n      storage_gb: {low: 1, typical: 2, high: 3}\n"
    )
    file = read(tmp_path, text)
    assert file.by_type["aws:s3/bucket:Bucket"] == {"standard.storage_gb": Range.between(1, 2, 3)}


def test_what_no_resource_takes_is_reported_and_foreign_types_are_left(tmp_path: Path) -> None:
    text = (
        "version: 0.1\nresource_type_default_usage:\n  aws_instance:\n    operating_system: linux\n"
        f"resource_usage:\n  aws_nat_gateway.old:\n    {PROCESSED}: 7\n"
        "  aws_route53_health_check.one:\n    endpoint_type: aws\n"
    )
    usages, unused = read(tmp_path, text).usages(GRAPH)
    assert usages == {}
    assert unused == [
        "usage.yml: resource_usage.aws_nat_gateway.old: no resource here takes it",
        "usage.yml: resource_usage.aws_route53_health_check.one: no resource here takes it",
    ]


AREAS = "us europe south_africa south_america japan australia asia_pacific india"
INFRACOST = {
    "aws_alb": "new_connections active_connections processed_bytes_gb rule_evaluations",
    "aws_lb": "new_connections active_connections processed_bytes_gb rule_evaluations",
    "aws_cloudfront_distribution": " ".join(
        (
            *(
                f"{key}.{area}"
                for key in (
                    "monthly_data_transfer_to_internet_gb",
                    "monthly_data_transfer_to_origin_gb",
                    "monthly_http_requests",
                    "monthly_https_requests",
                )
                for area in AREAS.split()
            ),
            "monthly_shield_requests.us monthly_shield_requests.singapore",
            "monthly_shield_requests.south_korea monthly_invalidation_requests",
            "monthly_encryption_requests monthly_log_lines custom_ssl_certificates",
        )
    ),
    "aws_cloudwatch_event_bus": (
        "monthly_custom_events monthly_third_party_events monthly_archive_processing_gb"
        " archive_storage_gb monthly_schema_discovery_events"
    ),
    "aws_cloudwatch_log_group": "storage_gb monthly_data_ingested_gb monthly_data_scanned_gb",
    "aws_dynamodb_table": (
        "monthly_write_request_units monthly_read_request_units storage_gb pitr_backup_storage_gb"
        " on_demand_backup_storage_gb monthly_data_restored_gb monthly_streams_read_request_units"
    ),
    "aws_ecr_repository": "storage_gb",
    "aws_lambda_function": "monthly_requests request_duration_ms",
    "aws_nat_gateway": PROCESSED,
    "aws_route53_record": (
        "monthly_standard_queries monthly_latency_based_queries monthly_geo_queries"
    ),
    "aws_s3_bucket": (
        "object_tags standard.storage_gb standard.monthly_tier_1_requests"
        " standard.monthly_tier_2_requests standard.monthly_select_data_scanned_gb"
        " intelligent_tiering.frequent_access_storage_gb"
        " intelligent_tiering.infrequent_access_storage_gb intelligent_tiering.monitored_objects"
        " intelligent_tiering.monthly_lifecycle_transition_requests"
        " intelligent_tiering.early_delete_gb"
        " standard_infrequent_access.monthly_lifecycle_transition_requests"
        " standard_infrequent_access.monthly_data_retrieval_gb"
        " one_zone_infrequent_access.storage_gb glacier_flexible_retrieval.storage_gb"
        " glacier_flexible_retrieval.monthly_bulk_select_data_returned_gb"
        " glacier_flexible_retrieval.monthly_standard_data_retrieval_requests"
        " glacier_flexible_retrieval.monthly_expedited_data_retrieval_gb"
        " glacier_flexible_retrieval.early_delete_gb"
        " glacier_deep_archive.monthly_bulk_data_retrieval_requests"
        " glacier_deep_archive.monthly_standard_data_retrieval_gb"
        " glacier_deep_archive.early_delete_gb"
    ),
    "aws_secretsmanager_secret": "monthly_requests",
    "aws_sns_topic": (
        "monthly_requests request_size_kb http_subscriptions email_subscriptions"
        " kinesis_subscriptions mobile_push_subscriptions macos_subscriptions sms_subscriptions"
        " sms_notification_price"
    ),
    "aws_sns_topic_subscription": "monthly_requests request_size_kb",
    "aws_sqs_queue": "monthly_requests request_size_kb",
    "aws_vpc_endpoint": PROCESSED,
    "aws_wafv2_web_acl": "rule_group_rules managed_rule_group_rules monthly_requests",
}
"""What infracost's own example of a usage file sets for the types that have a meter here.
https://github.com/infracost/config/blob/master/infracost-usage-example.yml"""


@pytest.mark.parametrize("kind", INFRACOST)
def test_the_keys_of_infracosts_own_example_are_taken(tmp_path: Path, kind: str) -> None:
    keys = "".join(f"    {key}: 1\n" for key in INFRACOST[kind].split())
    file = read(tmp_path, f"version: 0.1\nresource_type_default_usage:\n  {kind}:\n{keys}")
    assert next(sorted(usage) for usage in file.by_type.values()) == sorted(INFRACOST[kind].split())


def test_both_of_a_buckets_pulumi_types_go_by_its_terraform_name(tmp_path: Path) -> None:
    text = "version: 0.1\nresource_type_default_usage:\n  aws_s3_bucket:\n    object_kb: 1\n"
    assert sorted(read(tmp_path, text).by_type) == [
        "aws:s3/bucket:Bucket",
        "aws:s3/bucketV2:BucketV2",
    ]


REFUSED = {
    "version: 0.2": "usage.yml: version: expected 0.1, got '0.2'",
    "": "usage.yml: version: expected 0.1, got none",
    "version: 0.1\nresource_usages: {}": (
        "usage.yml:2: resource_usages: expected one of the file's keys; did you mean"
        " 'resource_usage'?"
    ),
    "version: 0.1\nresource_type_default_usage:\n  aws_nat_gateway:\n    monthly_data_procesed_gb: 1": (
        "usage.yml:4: resource_type_default_usage.aws_nat_gateway.monthly_data_procesed_gb: expected"
        f" a usage key of {NAT}; did you mean 'monthly_data_processed_gb'?"
    ),
    f"version: 0.1\nresource_usage:\n  nat-0:\n    {PROCESSED}: -1": (
        f"usage.yml:4: resource_usage.nat-0.{PROCESSED}: expected 0 to 1,000,000,000,000,000 a"
        " month, got -1"
    ),
    f"version: 0.1\nresource_usage:\n  nat-0:\n    {PROCESSED}: 1e99": "a month, got 1e99",
    f"version: 0.1\nresource_usage:\n  nat-0:\n    {PROCESSED}: .nan": "expected a number, got '.nan'",
    f"version: 0.1\nresource_usage:\n  nat-0:\n    {PROCESSED}: much": "expected a number, got 'much'",
    f"version: 0.1\nresource_usage:\n  nat-0:\n    {PROCESSED}: [1]": "expected keys with values",
    "version: 0.1\nresource_usage: 3": "usage.yml:2: resource_usage: expected keys with values, got none",
    "version: 0.1\nversion: 0.1": "usage.yml:2: version: expected once, got it twice",
    f"version: 0.1\nresource_usage:\n  a:\n    {PROCESSED}: {{low: 3, typical: 2, high: 1}}": (
        "expected low <= typical <= high, got another order"
    ),
    "- a": "usage.yml:1: the file: expected keys with values, got none",
    "version: 0.1\nresource_usage: &a\n  x: *a": "usage.yml: expected amounts, got an alias of itself",
    "a: [": "usage.yml: expected YAML, got: while parsing a flow",
}


@pytest.mark.parametrize("text", REFUSED, ids=str)
def test_what_is_wrong_with_a_file_is_reported_with_its_line(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError) as refused:
        read(tmp_path, text)
    assert REFUSED[text] in str(refused.value)


def test_a_key_that_a_named_resource_does_not_have_is_refused(tmp_path: Path) -> None:
    file = read(tmp_path, "version: 0.1\nresource_usage:\n  nat-0:\n    storage_gb: 1\n")
    with pytest.raises(UsageError) as refused:
        file.usages(GRAPH)
    assert f"resource_usage.nat-0.storage_gb: expected a usage key of {NAT}; there is" in str(
        refused.value
    )


def test_all_problems_come_at_once(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        read(tmp_path, f"resource_usage:\n  a: {{{PROCESSED}: x}}\n  b: {{{PROCESSED}: -1}}\n")
    assert len(refused.value.problems) == 3


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="expected a file to read, got: No such file"):
        read_usage_file(tmp_path / "none.yml")
