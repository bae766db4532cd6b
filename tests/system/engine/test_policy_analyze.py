"""`pulumi policy analyze` on an exported state: no stack, no login, the stack's own caps."""

import json
from pathlib import Path

import pytest
from pulumi import automation

from tests.system.engine.driving import Deployment, deployment

MANY_TASKS = "buylink:services.ingestion-api.maxTasks=12"


def exported(stack: Deployment) -> Path:
    path = stack.folder / "state.json"
    state = stack.stack.export_stack()
    path.write_text(json.dumps({"version": state.version, "deployment": state.deployment}))
    return path


def analyze(stack: Deployment, state: Path, cwd: Path | None = None) -> str:
    """What the command prints, whether it refuses or not."""
    pack = str(stack.project / "policies")
    arguments = ("policy", "analyze", "--policy-pack", pack, "--file", str(state))
    try:
        return stack.command(*arguments, "--color", "never", cwd=cwd).stdout
    except automation.CommandError as refused:
        return f"refused\n{refused}"


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_the_state_of_a_clean_stack_passes(tmp_path: Path, name: str) -> None:
    stack = deployment(tmp_path, name)
    stack.up()
    assert "refused" not in analyze(stack, exported(stack), cwd=tmp_path)


def test_a_state_over_its_stacks_own_caps_is_refused(tmp_path: Path) -> None:
    stack = deployment(tmp_path, "dev", (MANY_TASKS, "buylink:logs.retentionDays=14"))
    stack.up()
    words = analyze(stack, exported(stack))
    assert words.startswith("refused")
    assert "ecs-max-tasks: maxCapacity is 12, at most 10 are allowed in stack dev" in words
    assert "log-retention: retentionInDays is 14, at most 7 days are allowed in stack dev" in words


def test_a_state_is_priced_by_the_load_that_it_states_as_the_preview_was(tmp_path: Path) -> None:
    stack = deployment(tmp_path, "staging", ("buylink:load.users=5000000",))
    planned = {
        violation.message
        for violation in stack.preview().violations
        if violation.policy == "monthly-cost-cap"
    }
    assert len(planned) == 1
    # The pack would refuse the deployment, so it is made without.
    stack.up(pack=False)
    (said,) = planned
    assert " ".join(said.split()) in " ".join(analyze(stack, exported(stack)).split())


@pytest.mark.parametrize(
    ("content", "words"),
    [("", "EOF"), ('{"version": 3, "deploy', "unexpected EOF")],
)
def test_a_broken_state_file_is_reported_in_pulumis_words(
    tmp_path: Path, content: str, words: str
) -> None:
    stack = deployment(tmp_path)
    broken = tmp_path / "broken.json"
    broken.write_text(content)
    output = analyze(stack, broken)
    assert output.startswith("refused")
    assert f"reading deployment from {broken}: {words}" in output
