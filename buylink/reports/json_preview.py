"""A preview as JSON: an interface with stable keys, described in docs/reference/json.md."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from buylink.costs.estimate import Estimate
from buylink.graph import Resource, to_json
from buylink.preview.result import StackPreview, Violation
from buylink.reports import json_costs

VERSION = 1


def render(previews: Sequence[StackPreview], bills: Mapping[str, Estimate]) -> str:
    """The document `{version, stacks: [...]}`. No secret's value is in it."""
    stacks = [_stack(preview, bills.get(preview.stack)) for preview in previews]
    document = {"version": VERSION, "stacks": stacks}
    return json.dumps(document, indent=2)


def _stack(preview: StackPreview, bill: Estimate | None) -> dict[str, Any]:
    return {
        "stack": preview.stack,
        "verdict": preview.verdict,
        "error": preview.error,
        "warnings": list(preview.warnings),
        "resources": [_resource(resource) for resource in preview.graph],
        "policies": [
            {
                "policy": policy.name,
                "level": policy.level,
                "evaluated": preview.evaluated(policy.name),
            }
            for policy in preview.policies
        ],
        "violations": [_violation(violation) for violation in preview.violations],
        "undecided": [_violation(violation) for violation in preview.undecided],
        "invokes": [
            {"token": token, "answered": answered} for token, answered in preview.invokes.items()
        ],
        "cost": bill and json_costs.document(bill),
    }


def _resource(resource: Resource) -> dict[str, Any]:
    return {
        "urn": resource.urn,
        "type": resource.type,
        "name": resource.name,
        "parent": resource.parent,
        "inputs": to_json(resource.inputs),
        "dependencies": to_json(resource.dependencies),
        "provider": resource.provider,
        "options": to_json(resource.options),
    }


def _violation(violation: Violation) -> dict[str, Any]:
    return {
        "policy": violation.policy,
        "level": violation.level,
        "urn": violation.urn,
        "message": violation.message,
        "remediation": violation.remediation,
        "url": violation.url,
    }
