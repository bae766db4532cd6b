"""The pages and parts of pages that are generated, held to what they are generated from."""

import json
import re
from pathlib import Path

from buylink.models.audit import audit
from buylink.settings import Settings, TaskSettings
from buylink.settings.base import SettingsModel
from tests.cli.command import PROJECT, buylink
from tests.docs import explanation_pages, reference_pages
from tests.goldens import assert_generated_part, assert_golden
from tests.models.declared import model_of, problems_of

REFERENCE = PROJECT / "docs" / "reference"
EXPLANATION = PROJECT / "docs" / "explanation"


def documents(command: str, folder: Path) -> dict[str, explanation_pages.Document]:
    """What a command says of each stack."""
    return {
        stack: json.loads(buylink(command, stack, "--format", "json", cwd=folder).stdout)
        for stack in explanation_pages.STACKS
    }


def test_the_commands_page_has_every_option() -> None:
    page = REFERENCE / "commands.md"
    assert_generated_part(page, "the command line", reference_pages.commands())


def test_the_configuration_page_is_what_the_models_say() -> None:
    assert_golden(REFERENCE / "configuration.md", reference_pages.configuration())


def test_the_configuration_page_has_every_model() -> None:
    page = reference_pages.configuration()
    described = set(SettingsModel.__subclasses__()) - {Settings, TaskSettings}
    assert [model for model in described if str(model.__doc__) not in page] == []


def test_the_usage_page_has_every_coefficient() -> None:
    page = REFERENCE / "usage.md"
    assert_generated_part(page, "coefficients.yaml", reference_pages.coefficients())
    assert_generated_part(page, "usage keys", reference_pages.usage_keys())
    assert_generated_part(page, "areas", reference_pages.areas())


def test_the_models_page_has_every_rule() -> None:
    assert_generated_part(REFERENCE / "models.md", "rules", reference_pages.rules())


def test_the_costs_page_says_what_each_stack_costs(tmp_path: Path) -> None:
    bills = documents("costs", tmp_path)
    page = EXPLANATION / "costs.md"
    assert_generated_part(page, "the stacks' bills", explanation_pages.totals(bills))
    assert_generated_part(page, "the owner's table", explanation_pages.comparison(bills))


def test_the_economics_page_says_what_the_command_finds(tmp_path: Path) -> None:
    economics = documents("economics", tmp_path)
    page, prod = EXPLANATION / "economics.md", economics["prod"]
    assert_generated_part(page, "definitions", explanation_pages.definitions(prod))
    assert_generated_part(page, "assumptions", explanation_pages.assumptions(prod))
    assert_generated_part(page, "the stacks' economics", explanation_pages.stacks(economics))
    projection = explanation_pages.owners_projection(prod)
    assert_generated_part(page, "the owner's projection", projection)


def test_the_cost_flow_page_draws_prod(tmp_path: Path) -> None:
    drawn = buylink("graph", "prod", cwd=tmp_path).stdout
    page = EXPLANATION / "cost-flow.md"
    assert_generated_part(page, "buylink graph prod", f"```mermaid\n{drawn}```\n")


def test_the_example_of_the_models_page_is_a_model(tmp_path: Path) -> None:
    page = (REFERENCE / "models.md").read_text("utf-8")
    example, wrong = (
        re.findall(r"```yaml\n(model: .*?)```", page, re.DOTALL)[0],
        re.findall(r"```\n(model\.yaml:.*?)\n```", page, re.DOTALL)[0],
    )
    document = {3: "72 72", 4: "1,000 0.07", 7: "2 36 72", 12: "72"}
    lines = (document.get(number, "") for number in range(1, 13))
    (tmp_path / "shop.md").write_text("\n".join(lines), "utf-8")
    assert audit(model_of(tmp_path, example)).wrong == ()
    text = example.replace("2 task\n", "2 user\n")
    assert wrong.partition(": ")[2] in "\n".join(problems_of(tmp_path, text))
