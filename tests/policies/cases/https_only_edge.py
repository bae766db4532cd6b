"""Cases of `https-only`: CloudFront."""

from __future__ import annotations

from typing import Any, Final

from tests.policies.graphs import Case, Later, Node


def _distribution(viewer: Any, certificate: Any = None, **inputs: Any) -> Node:
    given = {
        "defaultCacheBehavior": {"viewerProtocolPolicy": viewer},
        "viewerCertificate": certificate or {"cloudfrontDefaultCertificate": True},
    }
    return Node("aws:cloudfront/distribution:Distribution", "edge", given | inputs)


def _own(version: Any) -> dict[str, Any]:
    return {"acmCertificateArn": Later("arn:cert"), "minimumProtocolVersion": version}


def _case(kind: Any, name: str, *nodes: Node, says: tuple[str, ...] = (), **more: Any) -> Case:
    return Case("https-only", kind, name, nodes, says, **more)


CASES: Final = (
    _case(
        "good",
        "a distribution that redirects is fine",
        _distribution("redirect-to-https", _own("TLSv1.2_2021")),
    ),
    _case(
        "bad",
        "a distribution that allows HTTP is refused, behavior by behavior",
        _distribution("allow-all", orderedCacheBehaviors=[{"viewerProtocolPolicy": "allow-all"}]),
        says=(
            "edge: defaultCacheBehavior.viewerProtocolPolicy is allow-all",
            "edge: orderedCacheBehaviors[0].viewerProtocolPolicy is allow-all",
        ),
    ),
    _case(
        "bad",
        "a certificate with old TLS is refused",
        _distribution("https-only", _own("TLSv1.1_2016")),
        says=("edge: viewerCertificate.minimumProtocolVersion is TLSv1.1_2016",),
    ),
    _case(
        "unknown",
        "an unknown viewer policy can't be decided",
        _distribution(Later("allow-all")),
        says=("edge: could not decide: defaultCacheBehavior.viewerProtocolPolicy",),
        deployed=("edge: defaultCacheBehavior.viewerProtocolPolicy is allow-all",),
    ),
    _case(
        "unknown",
        "unknown behaviors can't be decided",
        _distribution("https-only", orderedCacheBehaviors=Later([])),
        says=("edge: could not decide: orderedCacheBehaviors",),
        deployed=(),
    ),
    _case(
        "unknown",
        "an unknown TLS version can't be decided",
        _distribution("https-only", _own(Later("TLSv1.2_2021"))),
        says=("edge: could not decide: viewerCertificate.minimumProtocolVersion",),
        deployed=(),
    ),
    _case(
        "unknown",
        "an unknown certificate can't be decided",
        _distribution("https-only", Later(_own("TLSv1"))),
        says=("edge: could not decide: viewerCertificate.minimumProtocolVersion",),
        deployed=("edge: viewerCertificate.minimumProtocolVersion is TLSv1:",),
    ),
    _case(
        "variant",
        "CloudFront's own certificate has no choice of version",
        _distribution(
            "https-only", {"cloudfrontDefaultCertificate": True, "minimumProtocolVersion": "TLSv1"}
        ),
    ),
    _case(
        "variant",
        "a certificate of IAM is one's own",
        _distribution(
            "https-only", {"iamCertificateId": "ASCA1", "minimumProtocolVersion": "TLSv1"}
        ),
        says=("edge: viewerCertificate.minimumProtocolVersion is TLSv1",),
    ),
)
