"""What a declared cost model holds, as it was read from its file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from buylink.costs.prices.book import Meter
from buylink.errors import InputError
from buylink.models.figures import Figure

COSTS: Final = "costs"
"""The section that is the cost tree; the others are tables and statements about it."""
AMOUNT: Final = "amount"
QUANTITY: Final = "quantity"
UNIT_PRICE: Final = "unitPrice"
SHARE: Final = "share"
OWN_FIGURES: Final = (AMOUNT, QUANTITY, UNIT_PRICE, SHARE)


@dataclass(frozen=True, slots=True)
class ModelProblem:
    """One thing that is wrong with a model: where it stands, what was expected, what it got."""

    file: str
    line: int
    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.path + ': ' if self.path else ''}{self.message}"


class ModelError(InputError[str]):
    """A model that can't be used. One line for each problem: file, line, path, what to do."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A figure by its path: `costs.compute` is that node's amount, `costs.compute.*` are those of
    its parts, `costs.compute.*.quantity` their quantities.
    """

    path: str


@dataclass(frozen=True, slots=True)
class ListPrice:
    """What the price book says a meter's unit costs; `per` names the thing that has one, where
    the meter's own unit is a time alone.
    """

    meter: Meter
    per: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A rule, and what it is applied to."""

    rule: str
    operands: tuple[Expression, ...]


Expression = Reference | ListPrice | Figure | Call


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """How a figure follows from others, and what reading of the document that takes.

    `besides` is what it is also of, without a quantity: then all that is known is the least.
    """

    call: Call
    reading: str = ""
    besides: str = ""


@dataclass(frozen=True, kw_only=True)
class Stated:
    """A figure at its place. `figure` is None where the model leaves it to its relation.

    `at` is its line in the document, `mark` that in the model's file; `again` holds what other
    lines of the document say it is, and `why` says why nothing here can check it. `source` is where
    it is from when it isn't the document.
    """

    path: str
    figure: Figure | None
    at: int | None
    mark: int
    again: Mapping[int, Figure] = field(default_factory=dict[int, Figure])
    follows: tuple[Relation, ...] = ()
    why: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """What one unit of an item is made of, meter by meter, at list prices.

    `besides` is what its price pays for too, of which the document states no quantity.
    """

    parts: tuple[tuple[Figure | None, Meter], ...]
    besides: str
    mark: int


@dataclass(frozen=True, kw_only=True)
class Node:
    """An item, a category, or a row of a table."""

    path: str
    name: str
    at: int | None
    mark: int
    note: str = ""
    driver: str = ""
    figures: Mapping[str, Stated] = field(default_factory=dict[str, Stated])
    readings: Mapping[str, str] = field(default_factory=dict[str, str])
    priced: Priced | None = None
    parts: tuple[Node, ...] = ()

    def label(self, figure: str) -> str:
        """`NAT Gateways` of its amount, else `NAT Gateways: unit price`."""
        spaced = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in figure)
        return self.name if figure == AMOUNT else f"{self.name}: {spaced}"

    def walk(self) -> Iterator[Node]:
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True, kw_only=True)
class Document:
    """What a model was read off: the lines of a file beside it."""

    name: str
    lines: tuple[str, ...] = field(repr=False)

    def line(self, number: int | None) -> str:
        """Empty where there is none."""
        known = number is not None and 1 <= number <= len(self.lines)
        return self.lines[number - 1].strip() if known and number is not None else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Optimization:
    """What costs something once, and what it saves over time."""

    name: str
    cost: Expression
    saving: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Business:
    """Which of a model's figures make its economics.

    `loads` is the node whose rows say what it costs at other numbers of users; `periods` are rows
    of users, costs and perhaps revenue; `states` are nodes whose figures are shown as they stand.
    """

    mark: int
    bill: Expression
    users: Expression
    arpu: Expression | None = None
    conversion: Expression | None = None
    loads: str = ""
    periods: tuple[str, ...] = ()
    paybacks: tuple[Optimization, ...] = ()
    states: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Model:
    """A business's costs and what is claimed of them."""

    name: str
    title: str
    file: str
    region: str
    counts: tuple[str, ...]
    document: Document | None
    sections: tuple[Node, ...]
    business: Business | None = None

    @cached_property
    def nodes(self) -> Mapping[str, Node]:
        return {node.path: node for section in self.sections for node in section.walk()}

    @cached_property
    def figures(self) -> Mapping[str, Stated]:
        return {
            figure.path: figure for node in self.nodes.values() for figure in node.figures.values()
        }
