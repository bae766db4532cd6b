"""CloudFront's managed policies that the edge uses, by the IDs AWS gives them everywhere."""

from __future__ import annotations

CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
ORIGIN_CACHE_CONTROL = "4cc15a8a-d715-48a4-82b8-cc0b614638fe"
"""Cache policies. The second is `UseOriginCacheControlHeaders-QueryStrings`: its least and default
times are 0, so what the origin marks `no-store`, or not at all, is not cached. It goes by the query
string, the cookies, Host and Origin.
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html"""

ALL_VIEWER = "216adef6-5c7f-47e4-b989-5492eafa07d3"
"""Origin request policy that passes on all that the viewer sent, the Host header too.
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html"""

SECURITY_HEADERS = "67f7725c-6f97-4210-82d7-5512b31e9d03"
"""Response headers policy with HSTS, nosniff, frame and referrer headers.
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html"""

ALL_METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
CACHED_METHODS = ("GET", "HEAD")
