"""A service's images, and the tag that follows their content and nothing else."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.common.app_code import (
    SHARED_FILES,
    TAG_LENGTH,
    dockerfile_of,
    image_tag,
    platform_of,
)
from tests.components.plans import DIGEST
from tests.components.recorder import REPOSITORY, plan

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
    assert {image.name for image in planned.of_type("awsx:ecr:Image")} == {
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
        assert {repository.inputs["forceDelete"] for repository in repositories} == {forced}


FOLDER = "ingestion_api"

names = st.from_regex(r"[a-z]{1,8}\.py", fullmatch=True)
contents = st.dictionaries(
    st.tuples(st.sampled_from(["hub", "ingestion_api", "ingestion_api/deep"]), names),
    st.binary(max_size=20),
    max_size=6,
)
Contents = dict[tuple[str, str], bytes]


def write(project: Path, files: Contents) -> Path:
    app = project / "app"
    shutil.rmtree(project, ignore_errors=True)
    for folder in ("hub", "ingestion_api", "product_service"):
        (app / folder).mkdir(parents=True)
    for name in (".dockerignore", "constraints.txt"):
        (app / name).write_text("")
    (app / "__init__.py").write_text("")
    for (folder, name), content in files.items():
        (app / folder).mkdir(parents=True, exist_ok=True)
        (app / folder / name).write_bytes(content)
    return project


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write(tmp_path / "project", {("hub", "a.py"): b"1", ("ingestion_api", "b.py"): b"2"})


@settings(max_examples=40, deadline=None)
@given(first=contents, second=contents)
def test_equal_content_and_only_equal_content_has_an_equal_tag(
    tmp_path_factory: pytest.TempPathFactory, first: Contents, second: Contents
) -> None:
    base = tmp_path_factory.getbasetemp()
    tags = [
        image_tag(write(base / f"checkout-{place}", files), FOLDER, "ARM64")
        for place, files in (("one", first), ("two", second))
    ]
    assert (tags[0] == tags[1]) == (first == second)


def test_a_tag_is_short_hex_and_valid_for_docker(project: Path) -> None:
    tag = image_tag(project, FOLDER, "ARM64")
    assert len(tag) == TAG_LENGTH
    assert set(tag) <= set("0123456789abcdef")


def test_times_do_not_count(project: Path) -> None:
    before = image_tag(project, FOLDER, "ARM64")
    for path in project.rglob("*"):
        os.utime(path, (1, 1))
    assert image_tag(project, FOLDER, "ARM64") == before


def test_the_order_in_which_a_disk_lists_files_does_not_count(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "app/hub/z.py").write_text("3")
    before = image_tag(project, FOLDER, "ARM64")
    listed = Path.rglob
    monkeypatch.setattr(
        Path, "rglob", lambda path, pattern: sorted(listed(path, pattern), reverse=True)
    )
    backwards = image_tag(project, FOLDER, "ARM64")
    monkeypatch.setattr(Path, "rglob", lambda path, pattern: sorted(listed(path, pattern)))
    assert image_tag(project, FOLDER, "ARM64") == backwards == before


@pytest.mark.parametrize(
    "path",
    [
        "app/hub/__pycache__/a.cpython-313.pyc",
        "app/ingestion_api/b.pyc",
        "app/ingestion_api/.cache",
        "app/product_service/other.py",
        "README.md",
    ],
)
def test_what_is_not_in_the_image_does_not_count(project: Path, path: str) -> None:
    before = image_tag(project, FOLDER, "ARM64")
    (project / path).parent.mkdir(parents=True, exist_ok=True)
    (project / path).write_text("anything")
    assert image_tag(project, FOLDER, "ARM64") == before


@pytest.mark.parametrize(
    "path",
    [
        "app/.dockerignore",
        "app/__init__.py",
        "app/constraints.txt",
        "app/hub/new.py",
        "app/ingestion_api/Dockerfile",
        "app/ingestion_api/requirements.txt",
    ],
)
def test_what_makes_the_image_counts(project: Path, path: str) -> None:
    before = image_tag(project, FOLDER, "ARM64")
    (project / path).write_text("something else")
    assert image_tag(project, FOLDER, "ARM64") != before


def test_a_moved_file_counts(project: Path) -> None:
    before = image_tag(project, FOLDER, "ARM64")
    (project / "app/hub/a.py").rename(project / "app/hub/renamed.py")
    assert image_tag(project, FOLDER, "ARM64") != before


def test_the_architecture_counts(project: Path) -> None:
    assert image_tag(project, FOLDER, "ARM64") != image_tag(project, FOLDER, "X86_64")
    assert (platform_of("ARM64"), platform_of("X86_64")) == ("linux/arm64", "linux/amd64")


def test_a_missing_file_is_an_error_and_not_another_tag(project: Path) -> None:
    (project / "app/__init__.py").unlink()
    with pytest.raises(OSError, match=r"__init__\.py"):
        image_tag(project, FOLDER, "ARM64")


def test_the_tag_leaves_out_what_dockerignore_leaves_out() -> None:
    ignored = (REPOSITORY / "app/.dockerignore").read_text("utf-8").split()
    # Dockerfiles stay out of the image, but make it.
    assert set(ignored) - {"**/Dockerfile"} == {"**/__pycache__", "**/*.pyc", "**/.*"}


@pytest.mark.parametrize("folder", ["ingestion_api", "product_service"])
def test_the_tag_covers_all_that_the_dockerfile_copies(folder: str) -> None:
    lines = (REPOSITORY / dockerfile_of(folder)).read_text("utf-8").splitlines()
    copied = {
        word.split("/")[0]
        for line in lines
        if line.startswith("COPY ") and "--from=" not in line
        for word in line.split()[1:-1]
    }
    assert copied <= {*SHARED_FILES, "hub", folder}
