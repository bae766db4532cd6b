"""A service's images: where they are kept, and the one that runs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pulumi
from pulumi_aws import ecr
from pulumi_awsx import ecr as awsx_ecr

from components.common.app_code import APP, Architecture, dockerfile_of, image_tag, platform_of
from components.common.child_factory import ChildFactory

KEPT_IMAGES = 10
"""Enough to roll back to; each costs storage by the GB and month."""

UNTAGGED_DAYS = 1


@dataclass(frozen=True, kw_only=True)
class ImagesArgs:
    """What Images are made from.

    `project` is the folder of Pulumi.yaml, `folder` the service's own in `app/`. Without a `digest`
    the image is built. `keep_on_destroy` refuses to delete a repository that
    still holds images.
    """

    stack: str
    service: str
    project: Path
    keep_on_destroy: bool
    folder: str
    architecture: Architecture
    digest: str | None


class Images(pulumi.ComponentResource):
    """An ECR repository, and the image in it that a service runs.

    - tags can't be moved, and pushed images are scanned
    - the last ten images are kept, untagged ones for a day
    - the image is built from `app/` and pushed, or was pushed by CI and is given by its digest
    """

    reference: pulumi.Output[str]
    """The image as a task definition names it."""
    repository_arn: pulumi.Output[str]
    repository_url: pulumi.Output[str]

    def __init__(
        self, name: str, args: ImagesArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        props: pulumi.Inputs = {"architecture": args.architecture, "digest": args.digest}
        super().__init__("buylink:images:Images", name, props, opts)
        child = ChildFactory(self, args.stack, args.service)
        repository = ecr.Repository(
            child.name("repository"),
            image_tag_mutability="IMMUTABLE",
            image_scanning_configuration=ecr.RepositoryImageScanningConfigurationArgs(
                scan_on_push=True
            ),
            encryption_configurations=[
                ecr.RepositoryEncryptionConfigurationArgs(encryption_type="AES256")
            ],
            force_delete=not args.keep_on_destroy,
            tags=child.tags("repository"),
            opts=child.opts(),
        )
        ecr.LifecyclePolicy(
            child.name("lifecycle"),
            repository=repository.name,
            policy=json.dumps(_lifecycle()),
            opts=child.opts(),
        )
        self.repository_arn = repository.arn
        self.repository_url = repository.repository_url
        if args.digest is None:
            # The tag is ours: the plugin's own hashes paths as well, and a second push from another
            # checkout would then collide with a tag that can't be moved.
            self.reference = awsx_ecr.Image(
                child.name("image"),
                repository_url=repository.repository_url,
                context=APP,
                dockerfile=dockerfile_of(args.folder),
                platform=platform_of(args.architecture),
                image_tag=image_tag(args.project, args.folder, args.architecture),
                opts=child.opts(),
            ).image_uri
        else:
            self.reference = pulumi.Output.concat(repository.repository_url, "@", args.digest)
        self.register_outputs({"repositoryUrl": self.repository_url, "reference": self.reference})


def _lifecycle() -> dict[str, object]:
    """https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html"""
    return {
        "rules": [
            {
                "rulePriority": 1,
                "description": "Untagged images go after a day",
                "selection": {
                    "tagStatus": "untagged",
                    "countType": "sinceImagePushed",
                    "countUnit": "days",
                    "countNumber": UNTAGGED_DAYS,
                },
                "action": {"type": "expire"},
            },
            {
                "rulePriority": 2,
                "description": f"The last {KEPT_IMAGES} images stay",
                "selection": {
                    "tagStatus": "any",
                    "countType": "imageCountMoreThan",
                    "countNumber": KEPT_IMAGES,
                },
                "action": {"type": "expire"},
            },
        ]
    }
