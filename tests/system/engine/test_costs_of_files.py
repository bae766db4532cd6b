"""The bill of what the real Pulumi writes: its previews and its states, in files."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from pulumi import automation

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
    again = stack.command("preview", "--json", "--show-sames", "--stack", name).stdout
    (tmp_path / "again.json").write_text(again)
    assert typical("again.json", tmp_path) == ours
    (tmp_path / "partial.json").write_text(
        stack.command("preview", "--json", "--stack", name).stdout
    )
    partial = buylink("costs", "partial.json", cwd=tmp_path)
    assert partial.returncode == 2
    assert "that stay the same: use `pulumi preview --json --show-sames`" in partial.stderr
    same = buylink("diff", name, str(state), "--format", "json", cwd=tmp_path)
    assert json.loads(same.stdout)["changes"] == []


def test_a_preview_that_the_pack_refuses_has_a_bill_and_one_that_fails_has_none(
    tmp_path: Path,
) -> None:
    busy = "buylink:load.users=5000000"
    stack = deployment(tmp_path / "busy", "dev", [busy])
    with pytest.raises(automation.CommandError) as refused:
        stack.command("preview", "--json", "--stack", "dev", "--policy-pack", "policies")
    (tmp_path / "refused.json").write_text(printed(refused.value))
    ours = json.loads(
        buylink("costs", "dev", "--config", busy, "--format", "json", cwd=tmp_path).stdout
    )
    assert typical("refused.json", tmp_path) == Decimal(ours["total"]["typical"])
    broken = deployment(tmp_path / "broken", "dev", program="\nraise RuntimeError('boom')\n")
    with pytest.raises(automation.CommandError) as failed:
        broken.command("preview", "--json", "--stack", "dev")
    (tmp_path / "failed.json").write_text(printed(failed.value))
    run = buylink("costs", "failed.json", cwd=tmp_path)
    assert (run.returncode, run.stdout) == (2, "")
    assert "RuntimeError: boom" in run.stderr


def printed(error: automation.CommandError) -> str:
    """What the command wrote to its output."""
    return str(error).split("\n stdout: ", 1)[1].split("\n stderr: ", 1)[0]
