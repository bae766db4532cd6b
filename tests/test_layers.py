"""Who may import whom, and how long a file may be."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.goldens import assert_generated_part, table

PROJECT = Path(__file__).resolve().parent.parent
OURS = ("buylink", "components", "policies", "app", "dev", "tests")

MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "buylink.aws": (),
    "buylink.errors": (),
    "buylink.graph": ("buylink.errors",),
    "buylink.settings": ("buylink.aws", "buylink.errors"),
    "buylink.exit_codes": (),
    "buylink.extras": (),
    "buylink.projects": ("buylink.errors", "buylink.graph", "buylink.settings"),
    "buylink.costs": ("buylink.aws", "buylink.errors", "buylink.graph"),
    "buylink.preview": ("buylink.errors", "buylink.graph"),
    "buylink.planning": (
        "buylink.aws",
        "buylink.costs",
        "buylink.errors",
        "buylink.graph",
        "buylink.preview",
        "buylink.projects",
        "buylink.settings",
    ),
    "buylink.models": ("buylink.costs", "buylink.errors", "buylink.extras", "buylink.planning"),
    "buylink.doctor": ("buylink.projects", "buylink.settings", "buylink.exit_codes"),
    "buylink.reports": (
        "buylink.graph",
        "buylink.preview",
        "buylink.doctor",
        "buylink.costs",
        "buylink.models",
        "buylink.planning",
    ),
    "buylink.cli": ("buylink", "app.budget_guard"),
    "components": (),
    "components.hub": ("buylink.settings", "components"),
    "policies": ("buylink.aws", "buylink.graph", "buylink.costs"),
    "app": (),
    "dev": ("app", "buylink"),
    "__main__": ("components", "buylink.settings"),
}


def layer_of(module: str) -> str:
    parts = module.split(".")
    pair = ".".join(parts[:2])
    return pair if pair in MAY_IMPORT or (parts[0] == "buylink" and pair != "buylink") else parts[0]


def modules() -> Iterator[tuple[str, Path]]:
    yield "__main__", PROJECT / "__main__.py"
    for package in OURS[:-1]:
        for path in sorted((PROJECT / package).rglob("*.py")):
            names = path.relative_to(PROJECT).with_suffix("").parts
            yield ".".join(names).removesuffix(".__init__"), path


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{name.name}" for name in node.names} | {node.module}
        elif isinstance(node, ast.Import):
            names |= {name.name for name in node.names}
    return {module for module in names if module.split(".")[0] in OURS}


@pytest.mark.parametrize(("module", "path"), list(modules()), ids=str)
def test_a_module_imports_only_what_its_layer_may(module: str, path: Path) -> None:
    layer = layer_of(module)
    if layer == "buylink":
        assert imported(path) == set()
        return
    allowed = (layer, *MAY_IMPORT[layer])
    wrong = [
        name
        for name in imported(path)
        if name != "buylink"
        and not any(name == part or name.startswith(f"{part}.") for part in allowed)
    ]
    assert wrong == [], f"{module} may import {allowed}"


def test_the_architecture_page_says_who_may_import_whom() -> None:
    rows = [
        (f"`{layer}`", ", ".join(f"`{module}`" for module in may_import) or "nothing of ours")
        for layer, may_import in MAY_IMPORT.items()
    ]
    page = PROJECT / "docs/explanation/architecture.md"
    assert_generated_part(
        page, "tests/test_layers.py", table(("module", "may import"), *rows, figures=())
    )


def test_no_layer_may_import_what_it_does_not() -> None:
    unused = {
        (layer, permitted)
        for layer, may_import in MAY_IMPORT.items()
        for permitted in may_import
        if not any(
            f"{name}.".startswith(f"{permitted}.")
            for module, path in modules()
            if layer_of(module) == layer
            for name in imported(path)
        )
    }
    assert unused == set()


def test_no_component_knows_the_hub() -> None:
    knowing = {
        module
        for module, path in modules()
        if layer_of(module) == "components"
        and any(name.startswith("components.hub") for name in imported(path))
    }
    assert knowing == set()


def test_no_layer_is_listed_that_does_not_exist() -> None:
    assert set(MAY_IMPORT) == {layer_of(module) for module, _ in modules()} - {"buylink"}


def test_no_test_patches_our_own_code() -> None:
    ours = re.compile(r"(setattr|patch)\(\s*[\"']?(buylink|components|policies|app|dev)\b")
    patched = [
        str(path.relative_to(PROJECT))
        for path in (PROJECT / "tests").rglob("*.py")
        if ours.search(path.read_text("utf-8"))
    ]
    assert patched == []


def test_files_stay_short_enough_to_read() -> None:
    long_ones = {
        str(path.relative_to(PROJECT)): lines
        for _, path in modules()
        if (lines := len(path.read_text("utf-8").splitlines())) > 400
    }
    assert long_ones == {}
