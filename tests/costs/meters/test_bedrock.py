"""A model that a container names costs something that nothing here can price: that is said."""

from __future__ import annotations

import json
from typing import Any

import pytest

from buylink.costs.meters.bedrock import MODEL
from buylink.graph import UNKNOWN
from tests.costs.graphs import bill_of, resource

TASK = "aws:ecs/taskDefinition:TaskDefinition"
NAMED = [{"name": MODEL, "value": "amazon.nova-lite-v1:0"}]
PLAIN = [{"name": "TABLE_NAME", "value": "hub"}]


@pytest.mark.parametrize(
    ("containers", "stated"),
    [
        (json.dumps([{"name": "worker", "environment": NAMED}]), None),
        (UNKNOWN, NAMED),
        (UNKNOWN, [*PLAIN, {"name": MODEL, "value": UNKNOWN}]),
    ],
    ids=["in its containers", "stated by the component", "not known yet"],
)
def test_a_task_that_names_a_model_is_not_priced(containers: Any, stated: Any) -> None:
    owner = resource("buylink:worker:Worker", {"containerEnvironment": stated}, custom=False)
    task = resource(TASK, {"containerDefinitions": containers}, parent=owner.urn)
    bill = bill_of(task, owner)
    assert [uncharged.reason for uncharged in bill.unpriced] == [
        "Bedrock bills the tokens of the model that BEDROCK_MODEL_ID names"
    ]


def test_any_other_task_definition_is_free_itself() -> None:
    containers = json.dumps([{"name": "worker", "environment": PLAIN}])
    bill = bill_of(resource(TASK, {"containerDefinitions": containers}))
    assert (len(bill.free), bill.unpriced) == (1, ())
