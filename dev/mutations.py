"""How strong the tests are: small faults planted in the source, and which of them the tests find.

    python -m dev.mutations choose          writes dev/mutations.json, once
    python -m dev.mutations run REPORT      plants each, runs the tests, and writes what was found

`run` plants in this very checkout, so it wants one without changes, and puts each file back. First
each fault meets the tests that mirror its layer; those that survive meet the whole suite together,
and each test that then fails is asked of each of them alone.
"""

from __future__ import annotations

import ast
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from dev.processes import REPOSITORY

LIST = Path(__file__).with_name("mutations.json")
LIMIT_SECONDS = 1800
SEED, COUNT, LEAST = 2026, 60, 2
"""How many to choose, and how many of each layer at least; the rest go by its number of lines."""

LAYERS: dict[str, tuple[str, ...]] = {
    "app": ("tests/app", "tests/dev"),
    "buylink/aws": ("tests/aws", "tests/costs"),
    "buylink/cli": ("tests/cli", "tests/planning"),
    "buylink/costs": ("tests/costs", "tests/cli"),
    "buylink/doctor": ("tests/doctor",),
    "buylink/graph": ("tests/graph", "tests/costs", "tests/policies"),
    "buylink/models": ("tests/models", "tests/cli"),
    "buylink/planning": ("tests/planning", "tests/cli"),
    "buylink/preview": ("tests/preview",),
    "buylink/reports": ("tests/reports", "tests/cli"),
    "buylink/settings": ("tests/settings", "tests/components"),
    "components": ("tests/components", "tests/scaling"),
    "policies/engine": ("tests/policies", "tests/preview"),
    "policies/rules": ("tests/policies",),
}
"""Each layer's folder, and the tests that are likely to find a fault in it soonest."""

COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">", ast.Eq: "!=", ast.NotEq: "==",
    ast.In: "not in", ast.NotIn: "in", ast.Is: "is not", ast.IsNot: "is",
}  # fmt: skip
ARITHMETIC: dict[type[ast.operator], str] = {
    ast.Add: "-", ast.Sub: "+", ast.Mult: "/", ast.Div: "*", ast.FloorDiv: "*",
}  # fmt: skip


@dataclass(frozen=True, order=True)
class Mutation:
    """One line of one file, changed: the `occurrence`-th line that reads `before`."""

    path: str
    before: str
    occurrence: int
    after: str
    kind: str

    @property
    def layer(self) -> str:
        return next(layer for layer in LAYERS if self.path.startswith(layer + "/"))

    def applied_to(self, source: str) -> str:
        """Raises LookupError where the line is no longer there: the list must be mended by hand."""
        lines = source.split("\n")
        places = [number for number, line in enumerate(lines) if line == self.before]
        if self.occurrence >= len(places):
            raise LookupError(f"{self.path}: no line reads {self.before.strip()!r} any more")
        lines[places[self.occurrence]] = self.after
        return "\n".join(lines)


def mutations_of(path: str, source: str) -> Iterator[Mutation]:
    """Every fault that can be planted in a file."""
    lines = source.split("\n")
    tree = ast.parse(source)
    for node in list(ast.walk(tree)):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            node.decorator_list = []  # `frozen=True` is for the type checker to find
    for node in ast.walk(tree):
        for span, replacement, kind in _replacements(node, source):
            if span.lineno != span.end_lineno or span.end_col_offset is None:
                continue
            before = lines[span.lineno - 1]
            text = before.encode()
            changed = text[: span.col_offset] + replacement.encode() + text[span.end_col_offset :]
            occurrence = lines[: span.lineno - 1].count(before)
            yield Mutation(path, before, occurrence, changed.decode(), kind)


def _replacements(node: ast.AST, source: str) -> Iterator[tuple[ast.expr | ast.stmt, str, str]]:
    """What stands for which part of a node, and the kind of fault that it is."""
    match node:
        case ast.If(test=test, body=[ast.Raise() | ast.Return() | ast.Continue()], orelse=[]):
            yield test, "False", "dropped guard"
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield node, _text(operand, source), "dropped not"
        case ast.Expr(value=ast.Call()):
            yield node, "pass", "removed line"
        case ast.Constant(value=bool(value)):
            yield node, str(not value), "wrong constant"
        case ast.Constant(value=int(value)):
            yield node, str(value + 1), "wrong constant"
        case ast.Call(func=ast.Name(id="Decimal"), args=[ast.Constant(value=str(value)) as number]):
            yield number, f'"{value}1"', "wrong constant"
        case ast.expr():
            yield from _exchanged(node, source)
        case _:
            pass


def _exchanged(node: ast.expr, source: str) -> Iterator[tuple[ast.expr, str, str]]:
    match node:
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            word, kind = COMPARISONS[type(operator)], "flipped comparison"
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in ARITHMETIC:
            word, kind = ARITHMETIC[type(operator)], "wrong operator"
        case ast.BoolOp(op=operator, values=[left, right]):
            word, kind = "or" if isinstance(operator, ast.And) else "and", "wrong operator"
        case _:
            return
    yield node, f"{_text(left, source)} {word} {_text(right, source)}", kind


def _text(node: ast.expr, source: str) -> str:
    return ast.get_source_segment(source, node) or ""


def sources() -> Iterator[tuple[str, str]]:
    for layer in LAYERS:
        for path in sorted((REPOSITORY / layer).rglob("*.py")):
            yield str(path.relative_to(REPOSITORY)), path.read_text("utf-8")


def choose(seed: int = SEED, count: int = COUNT) -> list[Mutation]:
    """Some of each layer, of each kind in turn, no two on one line; the same for one source."""
    lines = dict.fromkeys(LAYERS, 0)
    candidates: dict[str, list[Mutation]] = {layer: [] for layer in LAYERS}
    for path, source in sources():
        layer = next(layer for layer in LAYERS if path.startswith(layer + "/"))
        lines[layer] += source.count("\n")
        candidates[layer] += sorted(set(mutations_of(path, source)))
    random_choice = random.Random(seed)  # noqa: S311 - chosen anew in the same way, not kept secret
    share = (count - LEAST * len(LAYERS)) / sum(lines.values())
    wanted = {layer: LEAST + round(share * number) for layer, number in lines.items()}
    largest = max(wanted, key=lambda layer: wanted[layer])
    wanted[largest] += count - sum(wanted.values())
    return [
        mutation
        for layer, number in wanted.items()
        for mutation in _chosen(candidates[layer], number, random_choice)
    ]


def _chosen(
    candidates: Sequence[Mutation], number: int, random_choice: random.Random
) -> list[Mutation]:
    shuffled = random_choice.sample(candidates, len(candidates))
    kinds = sorted({mutation.kind for mutation in shuffled})
    random_choice.shuffle(kinds)
    chosen: list[Mutation] = []
    while len(chosen) < number:
        kind = kinds[len(chosen) % len(kinds)]
        taken = {(mutation.path, mutation.before) for mutation in chosen}
        chosen.append(
            next(
                mutation
                for mutation in shuffled
                if mutation.kind == kind and (mutation.path, mutation.before) not in taken
            )
        )
    return sorted(chosen)


@contextmanager
def planted(mutations: Iterable[Mutation]) -> Generator[None]:
    """The sources with the faults in them, and as they were afterwards."""
    with ExitStack() as stack:
        for mutation in mutations:
            path = REPOSITORY / mutation.path
            source = path.read_text("utf-8")
            path.write_text(mutation.applied_to(source), "utf-8")
            stack.callback(path.write_text, source, "utf-8")
        yield


def failing(tests: Sequence[str], *options: str) -> list[str]:
    """The tests that fail, as pytest names them; where nothing could be run, that in one entry."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        command = [sys.executable, "-m", "pytest", "-q", "-n", "auto", "--dist", "loadgroup"]
        form = ["-p", "no:cacheprovider", f"--junitxml={report}", "-o", "junit_family=xunit1"]
        code = _exit_code([*command, *options, *form, *tests])
        if code == 0:
            return []
        cases = ET.parse(report).iter("testcase") if report.exists() else ()  # noqa: S314 - our own
        failed = [
            case
            for case in cases
            if case.find("failure") is not None or case.find("error") is not None
        ]
    return [_node_id(case) for case in failed] or [f"pytest ended with {code}"]


def _exit_code(command: Sequence[str]) -> int:
    """A fault may make a test wait for ever: that it does is a failure."""
    with subprocess.Popen(
        command,
        cwd=REPOSITORY,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
    ) as process:
        try:
            return process.wait(LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return process.wait()


def _node_id(case: ET.Element) -> str:
    return f"{case.get('file')}::{case.get('name')}"


def run(mutations: Sequence[Mutation], report: Path) -> None:
    """Writes what found each mutation, or null where nothing did, after each step.

    A report that is there already is gone on with.
    """
    finders = _read(report)
    for mutation in (mutation for mutation in mutations if mutation not in finders):
        with planted([mutation]):
            failed = failing(LAYERS[mutation.layer], "-x")
        finders[mutation] = failed[0] if failed else None
        print(
            f"{mutation.path}: {mutation.kind}: {finders[mutation] or 'survives its own layer'}",
            flush=True,
        )
        _write(report, finders)
    survivors = [mutation for mutation, finder in finders.items() if finder is None]
    while survivors:
        with planted(survivors):
            failed = failing(["tests"])
        caught = {
            mutation: alone[0] for mutation in survivors if (alone := _alone(mutation, failed))
        }
        if not caught:
            break
        finders |= caught
        survivors = [mutation for mutation in survivors if mutation not in caught]
        _write(report, finders)
    print(f"{len(mutations) - len(survivors)} of {len(mutations)} found")


def _alone(mutation: Mutation, tests: Sequence[str]) -> list[str]:
    """Which of the tests fail for this fault alone."""
    files = sorted({test.split("::")[0] for test in tests if "::" in test})
    if not files:
        return []
    with planted([mutation]):
        return failing(files, "-x")


def _read(report: Path) -> dict[Mutation, str | None]:
    rows = json.loads(report.read_text("utf-8")) if report.exists() else []
    finders = [row.pop("found_by") for row in rows]
    return {Mutation(**row): finder for row, finder in zip(rows, finders, strict=True)}


def _write(report: Path, finders: dict[Mutation, str | None]) -> None:
    rows = [{**asdict(mutation), "found_by": finder} for mutation, finder in finders.items()]
    report.write_text(json.dumps(rows, indent=1) + "\n", "utf-8")


def main() -> None:
    match sys.argv[1:]:
        case ["choose"]:
            chosen = [asdict(mutation) for mutation in choose()]
            LIST.write_text(json.dumps(chosen, indent=1) + "\n", "utf-8")
        case ["run", report]:
            changed = subprocess.run(
                ["git", "status", "--porcelain", "--untracked-files=no"],
                cwd=REPOSITORY, capture_output=True, text=True, check=True,
            )  # fmt: skip
            if changed.stdout:
                sys.exit("expected a checkout without changes, got:\n" + changed.stdout)
            listed = [Mutation(**row) for row in json.loads(LIST.read_text("utf-8"))]
            run(listed, Path(report).resolve())
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
