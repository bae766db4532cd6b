"""The bill of what the real Pulumi writes: its previews and its states, in files."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from tests.cli.command import buylink
from tests.system.engine.driving import deployment
from tests.system.engine.test_policy_analyze import exported


def typical(source: str, cwd: Path) -> Decimal:
    run = buylink("costs", source, "--format", "json", "--fail-unpriced", cwd=cwd)
    assert run.returncode == 0, run.stderr
    return Decimal(json.loads(run.stdout)["total"]["typical"])


@pytest.mark.parametrize("name", ["dev", "staging"])
def test_a_preview_and_a_state_cost_what_our_own_preview_says(tmp_path: Path, name: str) -> None:
    stack = deployment(tmp_path, name)
    plan = stack.command("preview", "--json", "--stack", name).stdout
    (tmp_path / "plan.json").write_text(plan)
    stack.up()
    state = exported(stack)
    ours = typical(name, tmp_path)
    assert typical("plan.json", tmp_path) == ours
    assert typical(str(state), tmp_path) == ours
    same = buylink("diff", name, str(state), "--format", "json", cwd=tmp_path)
    assert json.loads(same.stdout)["changes"] == []
