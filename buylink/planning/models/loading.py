"""Reads a declared cost model, with all that is wrong with it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import yaml

from buylink.costs.prices.book import EDGES
from buylink.planning.models.business import business
from buylink.planning.models.checks import problems_of
from buylink.planning.models.implied import completed
from buylink.planning.models.model import COSTS, Document, Model, ModelError, Node
from buylink.planning.models.reading import Reading, joined, line_of, root_of, shown
from buylink.planning.models.shapes import Shapes

SUFFIXES: Final = (".yaml", ".yml")

_OWN_KEYS: Final = ("model", "title", "document", "region", "counts", "economics")
_WORD: Final = re.compile(r"[^\W\d]\w*")


def load(path: Path) -> Model:
    """Raises ModelError with every problem: file, line, path, what was expected, what it got."""
    reading = Reading(path)
    try:
        model = _read(path, reading)
        problems = [*reading.problems, *problems_of(model)]
    except RecursionError:
        raise ModelError(f"{path.name}: expected a model, got an alias of itself") from None
    if problems:
        raise ModelError(*sorted(dict.fromkeys(problems), key=_line))
    return model


def _line(problem: str) -> int:
    found = re.match(r"[^:]*:(\d+):", problem)
    return int(found[1]) if found else 0


def _read(path: Path, reading: Reading) -> Model:
    keys = dict(reading.entries(root_of(path), ""))
    own = {name: keys.pop(name) for name in _OWN_KEYS if name in keys}
    counts = _counts(own.get("counts"), reading)
    region = reading.text(own.get("region"), "region") or "us-east-1"
    if region not in EDGES:
        known = ", ".join(sorted(EDGES))
        text = f"expected one of {known}, got {region!r}"
        reading.problem(line_of(own["region"]), "region", text)
        region = "us-east-1"
    shapes = Shapes(reading, counts)
    sections: list[Node] = []
    for name, value in keys.items():
        if isinstance(value, yaml.MappingNode):
            sections.append(completed(shapes.node(value, name), region))
        else:
            text = f"expected a section, or {', '.join(_OWN_KEYS)}, got {shown(value)}"
            reading.problem(line_of(value), name, text)
    if COSTS not in keys:
        reading.problem(1, COSTS, "missing: expected the section with the cost tree")
    name = reading.text(own.get("model"), "model")
    if not name:
        reading.problem(1, "model", "missing: expected the model's name")
    return Model(
        name=name,
        title=reading.text(own.get("title"), "title") or name,
        file=path.name,
        region=region,
        counts=counts,
        document=_document(own.get("document"), path, reading),
        sections=tuple(sections),
        business=business(own.get("economics"), shapes),
    )


def _counts(node: yaml.Node | None, reading: Reading) -> tuple[str, ...]:
    found: list[str] = []
    for it in reading.items(node) if node is not None else []:
        name = reading.text(it, "counts")
        if not _WORD.fullmatch(name):
            text = f"expected a thing that is counted, such as user, got {shown(it)}"
            reading.problem(line_of(it), "counts", text)
        found.append(name)
    return tuple(found)


def _document(node: yaml.Node | None, path: Path, reading: Reading) -> Document | None:
    name = reading.text(node, "document")
    if node is None or not name:
        return None
    try:
        text = (path.parent / Path(name).name).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        told = f"expected a text beside the model, got {name!r}: {error}"
        reading.problem(line_of(node), joined("", "document"), told)
        return None
    return Document(name=name, lines=tuple(text.splitlines()))
