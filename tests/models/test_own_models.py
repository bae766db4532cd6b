"""The two models hold every figure of the owner's documents."""

import re
from collections import Counter

import pytest

from buylink.models.loading import load
from tests.models.declared import OWN

NUMBER = re.compile(r"(?<![\w#.])\d[\d,]*(?:\.\d+)?(?:[KMB](?![A-Za-z])|B\+|B )?(?![\w.]*xlarge)")
NO_FIGURES = (
    r"^#+ .*?\d\. ",  # a heading's number
    r"^\d+\. ",  # a list's
    r"^### Priority \d",
    r"^classDef .*",
    r"^\*\*(Last Updated|Next Review)\*\*.*",  # dates
    r"\(2024\)",
    r"^### 2025",
)


def numbers_in(line: str) -> Counter[str]:
    for pattern in NO_FIGURES:
        line = re.sub(pattern, "", line.strip())
    return Counter(it.strip(" +") for it in NUMBER.findall(line))


@pytest.mark.parametrize("name", OWN)
def test_a_model_holds_every_figure_of_its_document(name: str) -> None:
    model = load(OWN[name])
    assert model.document
    held: dict[int, Counter[str]] = {}
    for stated in model.figures.values():
        if stated.figure and stated.at and not stated.source:
            for line, figure in ((stated.at, stated.figure), *stated.again.items()):
                held.setdefault(line, Counter()).update(figure.tokens)
    missing = {
        number: left
        for number, line in enumerate(model.document.lines, 1)
        if (left := numbers_in(line) - held.get(number, Counter()))
    }
    assert missing == {}


@pytest.mark.parametrize(("name", "figures"), [("linkhub", 130), ("tiktok", 200)])
def test_the_models_are_not_small(name: str, figures: int) -> None:
    assert len(load(OWN[name]).figures) > figures
