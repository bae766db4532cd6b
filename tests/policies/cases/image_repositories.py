"""Cases of `ecr-hygiene`."""

from __future__ import annotations

from typing import Final

from buylink.graph import Value
from tests.policies.graphs import CaseFactory, Later, Node

_CLEAN: Final = {
    "imageTagMutability": "IMMUTABLE",
    "imageScanningConfiguration": {"scanOnPush": True},
}


def _repository(**inputs: Value) -> Node:
    return Node("aws:ecr/repository:Repository", "images", _CLEAN | inputs)


def _lifecycle(repository: Value = None) -> Node:
    inputs = {"repository": repository or Later("name-of-images", ("images",)), "policy": "{}"}
    return Node("aws:ecr/lifecyclePolicy:LifecyclePolicy", "expiry", inputs)


_case: Final = CaseFactory("ecr-hygiene")

CASES: Final = (
    _case("good", "immutable, scanned and cleaned up is fine", _repository(), _lifecycle()),
    _case(
        "bad",
        "nothing set is refused",
        Node("aws:ecr/repository:Repository", "images", {}),
        says=(
            "images: imageTagMutability is not set",
            "images: imageScanningConfiguration.scanOnPush is not set",
            "images: it has no lifecycle policy",
        ),
        deployed=(
            "images: imageTagMutability is MUTABLE",
            "images: imageScanningConfiguration.scanOnPush is false",
            "images: it has no lifecycle policy",
        ),
    ),
    _case(
        "bad",
        "mutable tags are refused",
        _repository(imageTagMutability="MUTABLE"),
        _lifecycle(),
        says=("images: imageTagMutability is MUTABLE: a tag can come to mean another image",),
    ),
    _case(
        "bad",
        "another repository's lifecycle policy doesn't count",
        _repository(),
        Node("aws:ecr/repository:Repository", "other", _CLEAN),
        _lifecycle(Later("name-of-other", ("other",))),
        says=("images: it has no lifecycle policy",),
    ),
    _case(
        "unknown",
        "unknown mutability can't be decided",
        _repository(imageTagMutability=Later("MUTABLE")),
        _lifecycle(),
        says=("images: could not decide: imageTagMutability",),
        deployed=("images: imageTagMutability is MUTABLE",),
    ),
    _case(
        "unknown",
        "an unknown scan can't be decided",
        _repository(imageScanningConfiguration=Later({"scanOnPush": True})),
        _lifecycle(),
        says=("images: could not decide: imageScanningConfiguration.scanOnPush",),
        deployed=(),
    ),
    _case(
        "variant",
        "immutable with exclusions is mutable",
        _repository(imageTagMutability="IMMUTABLE_WITH_EXCLUSION"),
        _lifecycle(),
        says=("images: imageTagMutability is IMMUTABLE_WITH_EXCLUSION",),
    ),
    _case(
        "variant",
        "the repository's name may be written out",
        _repository(name="shop/images"),
        _lifecycle("shop/images"),
    ),
)
