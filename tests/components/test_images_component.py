"""Where images are kept, and which one runs."""

from __future__ import annotations

import json

from components.common.app_code import image_tag
from tests.components.recorder import REPOSITORY, plan
from tests.components.shapes import DIGEST

GIVEN = f"buylink:services.ingestion-api.digest={DIGEST}"


def test_tags_cannot_be_moved_and_images_are_scanned_and_encrypted() -> None:
    for repository in plan("dev").of_type("ecr/repository:Repository"):
        assert repository.inputs["imageTagMutability"] == "IMMUTABLE"
        assert repository.inputs["imageScanningConfiguration"] == {"scanOnPush": True}
        assert repository.inputs["encryptionConfigurations"] == [{"encryptionType": "AES256"}]


def test_old_and_untagged_images_go() -> None:
    policy = plan("dev").named("hub-ingestion-api-images-lifecycle").inputs
    assert policy["repository"] == "hub-ingestion-api-images-repository"
    untagged, others = (rule["selection"] for rule in json.loads(policy["policy"])["rules"])
    assert (untagged["tagStatus"], untagged["countUnit"], untagged["countNumber"]) == (
        "untagged",
        "days",
        1,
    )
    assert (others["tagStatus"], others["countType"], others["countNumber"]) == (
        "any",
        "imageCountMoreThan",
        10,
    )


def test_an_image_is_built_from_the_app_folder_and_tagged_by_its_content() -> None:
    planned = plan("dev")
    image = planned.named("hub-ingestion-api-images-image").inputs
    assert image == {
        "repositoryUrl": "hub-ingestion-api-images-repository:repositoryUrl",
        "context": "app",
        "dockerfile": "app/ingestion_api/Dockerfile",
        "platform": "linux/arm64",
        "imageTag": image_tag(REPOSITORY, "ingestion_api", "ARM64"),
    }
    (container,) = json.loads(
        planned.named("hub-ingestion-api-task").inputs["containerDefinitions"]
    )
    assert container["image"] == "hub-ingestion-api-images-image:imageUri"


def test_an_image_given_by_digest_is_not_built() -> None:
    planned = plan("dev", GIVEN)
    assert {it.name for it in planned.of_type("awsx:ecr:Image")} == {
        "hub-ai-worker-images-image",
        "hub-product-service-images-image",
    }
    (container,) = json.loads(
        planned.named("hub-ingestion-api-task").inputs["containerDefinitions"]
    )
    assert container["image"] == f"hub-ingestion-api-images-repository:repositoryUrl@{DIGEST}"


def test_a_stack_that_may_be_destroyed_takes_its_images_along() -> None:
    for stack, forced in (("dev", True), ("prod", False)):
        repositories = plan(stack).of_type("ecr/repository:Repository")
        assert {it.inputs["forceDelete"] for it in repositories} == {forced}
