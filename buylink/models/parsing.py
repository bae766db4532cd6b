"""From YAML to the parts of a model. Every problem has its line, and all are reported at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import yaml

from buylink.costs.prices.book import Meter
from buylink.errors import nearest
from buylink.models import figures as stated
from buylink.models.model import (
    OWN_FIGURES,
    Business,
    Call,
    Expression,
    ListPrice,
    ModelError,
    ModelProblem,
    Node,
    Optimization,
    Priced,
    Reference,
    Relation,
    Stated,
)
from buylink.models.rules import RULES

MOST_NODES: Final = 20_000
"""More than any model has: an alias may stand for an alias, and so on."""


class Reading:
    """A file being read."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.problems: list[ModelProblem] = []
        self._left = MOST_NODES

    def problem(self, mark: int, path: str, text: str) -> None:
        self.problems.append(ModelProblem(self.name, mark, path, text))

    def entries(self, node: yaml.Node, path: str) -> Iterator[tuple[str, yaml.Node]]:
        """Of a mapping; a key that comes twice is a problem."""
        if not isinstance(node, yaml.MappingNode):
            self.problem(line_of(node), path, f"expected keys with values, got {shown(node)}")
            return
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            if name in seen:
                self.problem(line_of(key), joined(path, name), "expected once, got it twice")
                continue
            seen.add(name)
            self._left -= 1
            if self._left < 0:
                raise ModelError(f"{self.name}: expected a model, got aliases without end")
            yield name, value

    def known(self, node: yaml.Node, path: str, keys: Sequence[str]) -> dict[str, yaml.Node]:
        """The entries of a mapping that may only have these keys."""
        entries: dict[str, yaml.Node] = {}
        for name, value in self.entries(node, path):
            if name in keys:
                entries[name] = value
            else:
                text = f"expected one of the keys here{nearest(name, keys)}"
                self.problem(line_of(value), joined(path, name), text)
        return entries

    def items(self, node: yaml.Node) -> list[yaml.Node]:
        """Of a list; anything else is a list of itself."""
        return list(node.value) if isinstance(node, yaml.SequenceNode) else [node]

    def text(self, node: yaml.Node | None, path: str) -> str:
        """Empty for none."""
        if node is None:
            return ""
        if not isinstance(node, yaml.ScalarNode):
            self.problem(line_of(node), path, f"expected text, got {shown(node)}")
            return ""
        return str(node.value).strip()

    def number(self, node: yaml.Node | None, path: str) -> int | None:
        """A line's number."""
        if node is None:
            return None
        text = str(node.value) if isinstance(node, yaml.ScalarNode) else ""
        if not text.isdecimal() or int(text) < 1:
            self.problem(line_of(node), path, f"expected the number of a line, got {shown(node)}")
            return None
        return int(text)


def root_of(path: Path) -> yaml.MappingNode:
    """Raises ModelError when the file can't be read or holds no mapping."""
    try:
        root = yaml.compose(path.read_text("utf-8-sig"), Loader=yaml.SafeLoader)
    except OSError as error:
        text = f"expected a model to read, got: {error.strerror}"
    except UnicodeDecodeError:
        text = "expected YAML in UTF-8, got other bytes"
    except yaml.MarkedYAMLError as error:
        line = f"{error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise ModelError(f"{path.name}:{line} expected YAML: {error.problem}") from None
    except (yaml.YAMLError, RecursionError) as error:
        text = f"expected YAML, got: {str(error).splitlines()[0]}"
    else:
        if isinstance(root, yaml.MappingNode):
            return root
        text = "expected the keys of a model, got none"
    raise ModelError(f"{path.name}: {text}")


def line_of(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def shown(node: yaml.Node) -> str:
    """What stands there, for a message."""
    if isinstance(node, yaml.ScalarNode):
        return repr(str(node.value)) if str(node.value) else "nothing"
    return "a list" if isinstance(node, yaml.SequenceNode) else "keys"


NODE_KEYS = (
    *("name", "at", "note", "driver"),
    *OWN_FIGURES,
    *("figures", "list", "besides", "readings", "parts"),
)
FIGURE_KEYS = ("is", "at", "again", "follows", "why", "source")


class Shapes:
    """Reads the parts of one file."""

    def __init__(self, reading: Reading, counts: tuple[str, ...]) -> None:
        self.reading = reading
        self.counts = counts

    def node(self, yaml_node: yaml.Node, path: str) -> Node:
        keys = self.reading.known(yaml_node, path, NODE_KEYS)
        at = self.reading.number(keys.get("at"), joined(path, "at"))
        own = {name: keys[name] for name in OWN_FIGURES if name in keys}
        free = dict(self._entries(keys.get("figures"), joined(path, "figures")))
        for name in sorted(set(own) & set(free)):
            self.reading.problem(line_of(free[name]), joined(path, name), "expected it once")
        return Node(
            path=path,
            name=self.reading.text(keys.get("name"), joined(path, "name"))
            or path.rsplit(".", 1)[-1].replace("-", " ").capitalize(),
            at=at,
            mark=line_of(yaml_node),
            note=self.reading.text(keys.get("note"), joined(path, "note")),
            driver=self.reading.text(keys.get("driver"), joined(path, "driver")),
            figures={
                name: self.stated(value, joined(path, name), at)
                for name, value in {**free, **own}.items()
            },
            readings=self._readings(keys.get("readings"), joined(path, "readings")),
            priced=self._priced(keys, path),
            parts=tuple(
                self.node(value, joined(path, name))
                for name, value in self._entries(keys.get("parts"), joined(path, "parts"))
            ),
        )

    def _entries(self, node: yaml.Node | None, path: str) -> list[tuple[str, yaml.Node]]:
        if node is None:
            return []
        entries = list(self.reading.entries(node, path))
        for name, value in entries:
            if not name or any(letter in name for letter in ".* "):
                text = f"expected a name without dots, stars and spaces, got {name!r}"
                self.reading.problem(line_of(value), path, text)
        return entries

    def _readings(self, node: yaml.Node | None, path: str) -> dict[str, str]:
        if node is None:
            return {}
        known = ("sum", "product", "share", "list")
        nodes = self.reading.known(node, path, known)
        return {rule: self.reading.text(value, joined(path, rule)) for rule, value in nodes.items()}

    def stated(self, node: yaml.Node, path: str, at: int | None) -> Stated:
        """A figure: as text, or with its line, its other lines, and what it follows from."""
        if isinstance(node, yaml.ScalarNode):
            return Stated(path=path, figure=self.figure(node, path), at=at, mark=line_of(node))
        keys = self.reading.known(node, path, FIGURE_KEYS)
        follows = self._relations(keys.get("follows"), joined(path, "follows"))
        if "is" not in keys and len(follows) != 1:
            text = "expected `is: ` with the figure, or one relation that it follows from"
            self.reading.problem(line_of(node), path, text)
        return Stated(
            path=path,
            figure=self.figure(keys["is"], path) if "is" in keys else None,
            at=self.reading.number(keys.get("at"), joined(path, "at")) or at,
            mark=line_of(node),
            again=self._again(keys.get("again"), joined(path, "again")),
            follows=follows,
            why=self.reading.text(keys.get("why"), joined(path, "why")),
            source=self.reading.text(keys.get("source"), joined(path, "source")),
        )

    def _again(self, node: yaml.Node | None, path: str) -> dict[int, stated.Figure]:
        by_line: dict[int, stated.Figure] = {}
        for name, value in self._entries(node, path):
            figure = self.figure(value, joined(path, name))
            if not name.isdecimal():
                text = f"expected the number of a line, got {name!r}"
                self.reading.problem(line_of(value), path, text)
            elif figure:
                by_line[int(name)] = figure
        return by_line

    def figure(self, node: yaml.Node, path: str) -> stated.Figure | None:
        text = self.reading.text(node, path)
        try:
            return stated.read(text, self.counts)
        except stated.FigureError as error:
            if isinstance(node, yaml.ScalarNode):
                self.reading.problem(line_of(node), path, str(error))
            return None

    def _relations(self, node: yaml.Node | None, path: str) -> tuple[Relation, ...]:
        if node is None:
            return ()
        relations: list[Relation] = []
        for item in self.reading.items(node):
            keys = dict(self.reading.entries(item, path))
            reading = self.reading.text(keys.pop("reading", None), joined(path, "reading"))
            if call := self._call(keys, line_of(item), path):
                relations.append(Relation(call=call, reading=reading))
        return tuple(relations)

    def _call(self, keys: dict[str, yaml.Node], mark: int, path: str) -> Call | None:
        if len(keys) != 1 or (name := next(iter(keys))) not in RULES:
            unknown = next((key for key in keys if key not in RULES), "")
            text = f"expected one rule{nearest(unknown, tuple(RULES))}"
            self.reading.problem(mark, path, text)
            return None
        where = joined(path, name)
        expressions = [self.expression(item, where) for item in self.reading.items(keys[name])]
        operands = tuple(operand for operand in expressions if operand is not None)
        wanted = RULES[name].operands
        if wanted and len(expressions) != wanted:
            text = f"expected {wanted} of them, got {len(expressions)}"
            self.reading.problem(mark, where, text)
            return None
        return Call(name, operands) if operands and len(operands) == len(expressions) else None

    def expression(self, node: yaml.Node, path: str) -> Expression | None:
        """A path, `{price: METER}`, `{figure: FIGURE}` or a rule with its operands."""
        if isinstance(node, yaml.ScalarNode):
            return Reference(str(node.value).strip())
        keys = dict(self.reading.entries(node, path))
        if set(keys) == {"price"}:
            meter = self.meter(keys["price"], joined(path, "price"))
            return ListPrice(meter) if meter else None
        if set(keys) == {"figure"}:
            return self.figure(keys["figure"], joined(path, "figure"))
        return self._call(keys, line_of(node), path)

    def meter(self, node: yaml.Node, path: str) -> Meter | None:
        """`Service: meter`, as `buylink prices show` lists them."""
        service, colon, name = self.reading.text(node, path).partition(": ")
        if not colon or not name:
            text = f"expected a meter such as 'EKS: EKS control plane', got {shown(node)}"
            self.reading.problem(line_of(node), path, text)
            return None
        return Meter(service, name.strip())

    def _priced(self, keys: dict[str, yaml.Node], path: str) -> Priced | None:
        if (node := keys.get("list")) is None:
            return None
        where = joined(path, "list")
        parts: list[tuple[stated.Figure | None, Meter]] = []
        for item in self.reading.items(node):
            of = None
            price = item
            if isinstance(item, yaml.MappingNode):
                part = self.reading.known(item, where, ("price", "of"))
                price = part.get("price", item)
                if "of" in part:
                    of = self.figure(part["of"], joined(where, "of"))
            if meter := self.meter(price, where):
                parts.append((of, meter))
        if not parts:
            return None
        return Priced(
            parts=tuple(parts),
            besides=self.reading.text(keys.get("besides"), joined(path, "besides")),
            mark=line_of(node),
        )


_HERE = "economics"
_NEEDED = ("bill", "users")
_KEYS = (*_NEEDED, "arpu", "conversion", "loads", "periods", "paybacks", "states")


def business(node: yaml.Node | None, shapes: Shapes) -> Business | None:
    """None where there is none, or what it must have is missing."""
    if node is None:
        return None
    reading = shapes.reading
    keys = reading.known(node, _HERE, _KEYS)
    expressions: dict[str, Expression | None] = {
        name: shapes.expression(keys[name], f"{_HERE}.{name}")
        for name in ("bill", "users", "arpu", "conversion")
        if name in keys
    }
    for name in _NEEDED:
        if name not in keys:
            text = "missing: expected the path of a figure"
            reading.problem(line_of(node), f"{_HERE}.{name}", text)
    if ("arpu" in keys) != ("conversion" in keys):
        reading.problem(line_of(node), _HERE, "expected arpu and conversion together, got one")
    bill, users = expressions.get("bill"), expressions.get("users")
    if bill is None or users is None:
        return None
    return Business(
        mark=line_of(node),
        bill=bill,
        users=users,
        arpu=expressions.get("arpu"),
        conversion=expressions.get("conversion"),
        loads=reading.text(keys.get("loads"), f"{_HERE}.loads"),
        periods=_texts(keys.get("periods"), "periods", shapes),
        paybacks=_paybacks(keys.get("paybacks"), shapes),
        states=_texts(keys.get("states"), "states", shapes),
    )


def _texts(node: yaml.Node | None, key: str, shapes: Shapes) -> tuple[str, ...]:
    if node is None:
        return ()
    return tuple(shapes.reading.text(item, f"{_HERE}.{key}") for item in shapes.reading.items(node))


def _paybacks(node: yaml.Node | None, shapes: Shapes) -> tuple[Optimization, ...]:
    paybacks: list[Optimization] = []
    where = f"{_HERE}.paybacks"
    for item in shapes.reading.items(node) if node is not None else []:
        keys = shapes.reading.known(item, where, ("name", "cost", "saving"))
        if set(keys) != {"name", "cost", "saving"}:
            shapes.reading.problem(line_of(item), where, "expected name, cost and saving")
            continue
        cost = shapes.expression(keys["cost"], f"{where}.cost")
        saving = shapes.expression(keys["saving"], f"{where}.saving")
        name = shapes.reading.text(keys["name"], f"{where}.name")
        if cost is not None and saving is not None:
            paybacks.append(Optimization(name=name, cost=cost, saving=saving))
    return tuple(paybacks)
