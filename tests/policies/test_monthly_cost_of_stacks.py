"""The pack and the command make the same bill of our stacks, though the pack sees outputs alone."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

from tests.cli.command import buylink

BUSY = "buylink:load.users=5000000"


@pytest.mark.parametrize("stack", ["dev", "staging", "prod"])
def test_a_refusal_names_the_bill_that_the_preview_shows(stack: str, tmp_path: Path) -> None:
    shown = buylink("preview", stack, "--config", BUSY, "--format", "json", cwd=tmp_path)
    (plan,) = json.loads(shown.stdout)["stacks"]
    (refused,) = [
        violation for violation in plan["violations"] if violation["policy"] == "monthly-cost-cap"
    ]
    typical = Decimal(plan["cost"]["total"]["typical"])
    named = re.search(r"a typical month costs \$([0-9.]+),", refused["message"])
    assert named, refused
    assert Decimal(named[1]) == typical.quantize(Decimal("0.01"))
    assert shown.returncode == 3
