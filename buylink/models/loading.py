"""Reads a declared cost model, with all that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Final

import yaml

from buylink.costs.prices.book import EDGES, Meter, PriceError, packaged
from buylink.extras import require
from buylink.models.evaluation import Evaluation, PathError, UnreadError
from buylink.models.figures import Figure
from buylink.models.model import (
    AMOUNT,
    COSTS,
    QUANTITY,
    SHARE,
    UNIT_PRICE,
    Call,
    Document,
    Expression,
    ListPrice,
    Model,
    ModelError,
    ModelProblem,
    Node,
    Reference,
    Relation,
    Stated,
)
from buylink.models.parsing import Reading, Shapes, business, joined, line_of, root_of, shown
from buylink.models.rules import completed, relations
from buylink.models.units import MONEY_PER_TIME, UnitError, of_kind, words

_OWN_KEYS: Final = ("model", "title", "document", "region", "counts", "economics")
_WORD: Final = re.compile(r"[^\W\d]\w*")


def load(path: Path) -> Model:
    """Raises ModelError with every problem: file, line, path, what was expected, what it got.

    MissingExtraError without the packages that this takes.
    """
    require("models")
    reading = Reading(path)
    try:
        model = _read(path, reading)
        problems = [*reading.problems, *problems_of(model)]
    except RecursionError:
        raise ModelError(f"{path.name}: expected a model, got an alias of itself") from None
    if problems:
        by_line = sorted(dict.fromkeys(problems), key=lambda problem: problem.line)
        raise ModelError(*map(str, by_line))
    return model


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
    names: list[str] = []
    for item in reading.items(node) if node is not None else []:
        name = reading.text(item, "counts")
        if not _WORD.fullmatch(name):
            text = f"expected a thing that is counted, such as user, got {shown(item)}"
            reading.problem(line_of(item), "counts", text)
        names.append(name)
    return tuple(names)


def _document(node: yaml.Node | None, path: Path, reading: Reading) -> Document | None:
    name = reading.text(node, "document")
    if node is None or not name:
        return None
    try:
        text = (path.parent / Path(name).name).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        text = f"expected a text beside the model, got {name!r}: {error}"
        reading.problem(line_of(node), joined("", "document"), text)
        return None
    return Document(name=name, lines=tuple(text.splitlines()))


_WHOLE = Decimal(100)


def problems_of(model: Model) -> Iterator[ModelProblem]:
    """What its parts alone don't show: figures that don't fit each other, or the document."""
    evaluation = Evaluation(model)
    for node in model.nodes.values():
        yield from _of_node(node, model)
        for stated in node.figures.values():
            yield from _of_place(stated, model)
            yield from _of_repetitions(stated, model)
            if stated.figure is None:
                yield from _of_computed(stated, evaluation, costs=_is_cost(node))
    for stated, relation in relations(model):
        yield from _of_relation(stated, relation, evaluation)


def _problem(model: Model, mark: int, path: str, text: str) -> ModelProblem:
    return ModelProblem(model.file, mark, path, text)


def _is_cost(node: Node) -> bool:
    return node.path == COSTS or node.path.startswith(f"{COSTS}.")


def _of_node(node: Node, model: Model) -> Iterator[ModelProblem]:
    figures = {
        name: stated.figure for name, stated in node.figures.items() if stated.figure is not None
    }
    in_tree = _is_cost(node)
    if in_tree and AMOUNT not in node.figures:
        text = "expected an amount, or parts, or quantity and unit price, or a list price"
        yield _problem(model, node.mark, node.path, text)
    amount = figures.get(AMOUNT)
    if in_tree and amount and not of_kind(amount.unit, MONEY_PER_TIME):
        text = f"expected USD/month or the like, got {amount.text!r}"
        yield _problem(model, node.figures[AMOUNT].mark, f"{node.path}.{AMOUNT}", text)
    price = figures.get(UNIT_PRICE)
    if price and "USD" not in words(price.unit):
        text = f"expected USD for each unit, got {price.text!r}"
        yield _problem(model, node.figures[UNIT_PRICE].mark, f"{node.path}.{UNIT_PRICE}", text)
    if node.priced and QUANTITY not in node.figures and AMOUNT not in node.figures:
        text = "expected a quantity, or an amount, that the list prices are of"
        yield _problem(model, node.priced.mark, f"{node.path}.list", text)
    if node.priced:
        for _, meter in node.priced.parts:
            if text := _unknown(meter, model.region):
                yield _problem(model, node.priced.mark, f"{node.path}.list", text)
    yield from _of_shares(node, model)


def _of_shares(node: Node, model: Model) -> Iterator[ModelProblem]:
    """Shares of one whole make 100 %, but for half a digit of each."""
    shares = [part.figures[SHARE].figure for part in node.parts if SHARE in part.figures]
    figures = [share for share in shares if share is not None and of_kind(share.unit, "%")]
    if not figures or len(figures) < len(node.parts):
        return
    total = sum((figure.amount.to("%").number for figure in figures), Decimal(0))
    slack = sum((figure.step / 2 for figure in figures), Decimal(0))
    if abs(total - _WHOLE) > slack:
        text = f"expected shares of the parts that make 100 %, got {total.normalize():f} %"
        yield _problem(model, node.mark, node.path, text)


def _of_place(stated: Stated, model: Model) -> Iterator[ModelProblem]:
    """The document says each figure in the line that the model names."""
    if model.document is None or stated.figure is None or stated.source:
        return
    if stated.at is None:
        text = f"expected `at: ` with its line in {model.document.name}"
        yield _problem(model, stated.mark, stated.path, text)
        return
    for line, figure in ((stated.at, stated.figure), *stated.again.items()):
        quote = model.document.line(line)
        for missing in (token for token in figure.tokens if not _says(quote, token)):
            text = f"expected {missing!r} in line {line} of {model.document.name}, got {quote!r}"
            yield _problem(model, stated.mark, stated.path, text)


def _says(line: str, token: str) -> bool:
    place = line.find(token)
    while place >= 0:
        before = line[:place][-1:]
        after = line[place + len(token) :][:2]
        inside = after[:1].isdigit() or (after[:1] in ".," and after[1:].isdigit())
        if not inside and not (before.isdigit() or before in {".", ","}):
            return True
        place = line.find(token, place + 1)
    return False


def _of_repetitions(stated: Stated, model: Model) -> Iterator[ModelProblem]:
    for line, again in stated.again.items():
        if stated.figure and not of_kind(stated.figure.unit, again.unit):
            text = f"expected {stated.figure.unit} in line {line} too, got {again.text!r}"
            yield _problem(model, stated.mark, stated.path, text)


def _of_computed(stated: Stated, evaluation: Evaluation, *, costs: bool) -> Iterator[ModelProblem]:
    try:
        value = evaluation.of(stated)
        if costs and stated.path.endswith(f".{AMOUNT}"):
            value.typical.to(MONEY_PER_TIME)
    except (PriceError, UnreadError):  # reported where they stand
        return
    except (PathError, UnitError) as error:
        yield _problem(evaluation.model, stated.mark, stated.path, str(error))
    except ArithmeticError:
        text = "expected no division by nothing, and figures with bounds"
        yield _problem(evaluation.model, stated.mark, stated.path, text)


def _of_relation(
    stated: Stated, relation: Relation, evaluation: Evaluation
) -> Iterator[ModelProblem]:
    model = evaluation.model
    for meter in _meters(relation.call):
        if text := _unknown(meter, model.region):
            yield _problem(model, stated.mark, stated.path, text)
            return
    if stated.figure is None:
        return
    try:
        value = evaluation.value(relation.call)
        value.typical.to(stated.figure.unit)
    except (PriceError, UnreadError, ArithmeticError):
        return  # the first two are reported where they stand, the last is the audit's to say
    except UnitError as error:
        text = f"{relation.call.rule}: {error}, as {stated.figure.text!r} would need"
        yield _problem(model, stated.mark, stated.path, text)
    except PathError as error:
        yield _problem(model, stated.mark, stated.path, f"{relation.call.rule}: {error}")
    else:
        if stated.path in value.uses:
            text = f"{relation.call.rule}: expected other figures, got itself"
            yield _problem(model, stated.mark, stated.path, text)


def _meters(expression: Expression) -> Iterator[Meter]:
    match expression:
        case ListPrice():
            yield expression.meter
        case Call():
            for operand in expression.operands:
                yield from _meters(operand)
        case Reference() | Figure():
            return


def _unknown(meter: Meter, region: str) -> str:
    prices = packaged().in_region(region)
    try:
        prices.price(meter)
    except PriceError as error:
        known = [
            str(price.meter) for name in prices.services() for price in prices.of_service(name)
        ]
        close = get_close_matches(str(meter), known, n=1, cutoff=0.6)
        return f"{error}{f'; did you mean {close[0]!r}?' if close else ''}"
    return ""
