"""Amazon Bedrock, where the containers of a task definition name a model.

It bills tokens, by the model. https://aws.amazon.com/bedrock/pricing/
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from buylink.costs.meters.charge import Free, MeterContext, MeterSpec, Unpriced, get_stated
from buylink.costs.meters.fargate import TASK_DEFINITION
from buylink.graph import Resource

MODEL: Final = "BEDROCK_MODEL_ID"
"""The variable that names the model."""


def _task_definition(task: Resource, context: MeterContext) -> Iterator[Free | Unpriced]:
    if MODEL in _environments(task, context):
        yield Unpriced(reason=f"Bedrock bills the tokens of the model that {MODEL} names")
    else:
        yield Free(reason="charged as tasks of the services that run it")


def _environments(task: Resource, context: MeterContext) -> str:
    """As text: its containers', and what the component above states while they aren't known."""
    owner = context.graph.by_urn.get(task.parent or "")
    stated = owner.get("containerEnvironment") if owner else None
    return json.dumps([get_stated(task, "containerDefinitions"), stated], default=str)


METERS: Final = (
    MeterSpec(type=TASK_DEFINITION, terraform="aws_ecs_task_definition", measure=_task_definition),
)
