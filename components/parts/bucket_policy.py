"""Statements of a bucket's policy: plain data, in which ARNs may be outputs."""

from __future__ import annotations

from typing import Any

import pulumi


def tls_only(bucket_arn: pulumi.Input[str]) -> dict[str, Any]:
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


def read_by_distribution(
    bucket_arn: pulumi.Input[str], distribution_arn: pulumi.Input[str], prefix: str
) -> dict[str, Any]:
    """Lets one CloudFront distribution read the objects whose keys begin with `prefix`.

    Without the right to list, S3 answers 403 for a missing object, not 404.
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
    """
    return {
        "Sid": "ReadByDistribution",
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": pulumi.Output.concat(bucket_arn, "/", prefix, "*"),
        "Condition": {"StringEquals": {"aws:SourceArn": distribution_arn}},
    }
