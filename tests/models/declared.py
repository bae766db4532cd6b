"""Declared models of tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from buylink.models.loading import load
from buylink.models.model import Model, ModelError

PROJECT = Path(__file__).resolve().parents[2]
OWN = {name: PROJECT / "docs" / "models" / f"{name}.yaml" for name in ("linkhub", "tiktok")}


def model_of(folder: Path, text: str) -> Model:
    return load(written(folder, text))


def written(folder: Path, text: str) -> Path:
    path = folder / "model.yaml"
    path.write_text(text, "utf-8")
    return path


def problems_of(folder: Path, text: str) -> list[str]:
    with pytest.raises(ModelError) as caught:
        model_of(folder, text)
    return list(caught.value.problems)
