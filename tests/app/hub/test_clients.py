"""boto3 clients as the hub makes them."""

import pytest

from app.hub.clients import client


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("us-east-1", "uploads.s3.amazonaws.com"),
        ("eu-central-1", "uploads.s3.eu-central-1.amazonaws.com"),
    ],
)
def test_a_presigned_address_is_the_regions_own(
    monkeypatch: pytest.MonkeyPatch, region: str, host: str
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    s3 = client("s3", region)
    assert s3.generate_presigned_post("uploads", "originals/1")["url"] == f"https://{host}/"
    url = s3.generate_presigned_url("get_object", Params={"Bucket": "uploads", "Key": "k"})
    assert url.startswith(f"https://{host}/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&")
