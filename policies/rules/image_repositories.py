"""ECR repositories: tags that stay, images that are scanned, and old ones that go."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from buylink.graph import UNKNOWN, Graph, Resource
from policies.engine.caps import StackCaps
from policies.engine.relations import linking, nested
from policies.engine.rule import Rule, Violation, undecided

REPOSITORY: Final = "aws:ecr/repository:Repository"
LIFECYCLE_POLICY: Final = "aws:ecr/lifecyclePolicy:LifecyclePolicy"


def repository(resource: Resource, _: StackCaps) -> Iterator[Violation]:
    """What a repository itself shows."""
    mutability = resource.get("imageTagMutability")
    if mutability is UNKNOWN:
        yield undecided(resource, "imageTagMutability", "Set it to IMMUTABLE.")
    elif mutability != "IMMUTABLE":
        yield Violation(
            resource.urn,
            f"imageTagMutability is {mutability or 'not set'}: a tag can come to mean another"
            " image",
        )
    scan = nested(resource.get("imageScanningConfiguration"), "scanOnPush")
    if scan is UNKNOWN:
        yield undecided(resource, "imageScanningConfiguration.scanOnPush", "Set it to true.")
    elif scan is not True:
        shown = "not set" if scan is None else "false"
        yield Violation(resource.urn, f"imageScanningConfiguration.scanOnPush is {shown}")


def expiry(graph: Graph, _: StackCaps) -> Iterator[Violation]:
    """Every repository has a lifecycle policy."""
    for resource in graph.of_type(REPOSITORY):
        if not linking(graph, resource, "repository", LIFECYCLE_POLICY):
            yield Violation(
                resource.urn,
                "it has no lifecycle policy: every image ever pushed is stored, and paid for",
            )


RULES: Final = (
    Rule(
        id="ecr-hygiene",
        title="Image repositories are kept clean",
        description="Every ECR repository has immutable tags, scan on push and a lifecycle policy.",
        details="""
            An ECR repository has `imageTagMutability: IMMUTABLE`, without exclusions, scan on push,
            and a lifecycle policy that belongs to it.
        """,
        unknowns="""
            An unknown setting is a violation.
        """,
        severity="medium",
        pillar="Security",
        tags=("security", "cost", "ecr"),
        remediation="Set imageTagMutability to IMMUTABLE and imageScanningConfiguration.scanOnPush"
        " to true, and add an aws:ecr/lifecyclePolicy:LifecyclePolicy for the repository.",
        url="https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html",
        types=(REPOSITORY,),
        on_resource=repository,
        on_stack=expiry,
    ),
)
