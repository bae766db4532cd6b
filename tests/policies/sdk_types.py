"""The resource types of the installed pulumi-aws, read from its source.

`python tests/policies/sdk_types.py > policies/rules/taggable_types.txt` after a new version.
"""

from __future__ import annotations

import re
import sys
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

_TOKEN = re.compile(r'^@pulumi\.type_token\("(.+)"\)$', re.MULTILINE)


@cache
def _tags_by_type() -> dict[str, bool]:
    """Each type, and whether it has `tags` as an input and `tagsAll` as an output."""
    root = Path(str(distribution("pulumi-aws").locate_file("pulumi_aws")))
    tagged: dict[str, bool] = {}
    for path in root.glob("*/*.py"):
        if path.name.startswith(("_", "get_", "outputs")):
            continue
        source = path.read_text(encoding="utf-8")
        if token := _TOKEN.search(source):
            tagged[token[1]] = "    def tags(self, value" in source and "def tags_all(" in source
    return tagged


def resource_types() -> set[str]:
    return set(_tags_by_type())


def taggable_types() -> list[str]:
    """The types that take tags, sorted."""
    return sorted(kind for kind, tags in _tags_by_type().items() if tags)


def main() -> None:
    version = distribution("pulumi-aws").version
    lines = (
        f"# The resource types of pulumi-aws {version} that take tags.",
        "# Made by tests/policies/sdk_types.py.",
        *taggable_types(),
    )
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
