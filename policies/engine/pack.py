"""Rules as Pulumi policies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyComplianceFramework,
    PolicyConfigSchema,
    ReportViolation,
    ResourceValidation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    Severity,
    StackValidation,
    StackValidationArgs,
    StackValidationPolicy,
)

from buylink.graph import Value, stack_of
from policies.engine import caps
from policies.engine.reading import StackReader, resource_of
from policies.engine.rule import ResourceCheck, Rule, StackCheck, Violation

FRAMEWORK: Final = "AWS Well-Architected Framework"


def policies(rules: Iterable[Rule]) -> list[Policy]:
    """Every policy of the pack, in the order of the rules."""
    reader = StackReader()
    return [policy for rule in rules for policy in _policies(rule, reader)]


def _policies(rule: Rule, reader: StackReader) -> Iterator[Policy]:
    """A rule's Pulumi policies: one, or two when it has a check of each kind."""
    if rule.on_resource:
        validate = _resource_validation(rule, rule.on_resource, reader)
        yield ResourceValidationPolicy(validate=validate, **_metadata(rule, rule.id))
    if rule.on_stack:
        name = rule.names[-1]
        validate = _stack_validation(rule, name, rule.on_stack, reader)
        yield StackValidationPolicy(validate=validate, **_metadata(rule, name))


def _metadata(rule: Rule, name: str) -> dict[str, Value]:
    return {
        "name": name,
        "display_name": rule.title,
        "description": rule.description,
        "enforcement_level": EnforcementLevel.MANDATORY,
        "config_schema": PolicyConfigSchema(caps.schema(*rule.caps, "allow")),
        "severity": Severity(rule.severity),
        "framework": PolicyComplianceFramework(name=FRAMEWORK, reference=rule.pillar),
        "tags": list(rule.tags),
        "remediation_steps": rule.remediation,
        "url": rule.url,
    }


def _resource_validation(
    rule: Rule, check: ResourceCheck, reader: StackReader
) -> ResourceValidation:
    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        reader.note(args)
        if rule.types and args.resource_type not in rule.types:
            args.not_applicable(f"{rule.id} is about {', '.join(rule.types)}")
        allowed = _caps(rule, stack_of(args.urn), args.get_config())
        _report(rule, check(resource_of(args), allowed), allowed, report)

    return validate


def _stack_validation(
    rule: Rule, name: str, check: StackCheck, reader: StackReader
) -> StackValidation:
    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        graph = reader.graph(name, args)
        allowed = _caps(rule, graph.stack, args.get_config())
        _report(rule, check(graph, allowed), allowed, report)

    return validate


def _caps(rule: Rule, stack: str, config: Mapping[str, Value]) -> caps.StackCaps:
    known = (*rule.caps, "allow")
    strange = sorted(set(config).difference(known))
    if strange:
        raise ValueError(
            f"policy configuration: {rule.id} has {', '.join(known)}, got {', '.join(strange)}"
        )
    return caps.for_stack(stack, config)


def _report(
    rule: Rule, violations: Iterable[Violation], allowed: caps.StackCaps, report: ReportViolation
) -> None:
    for violation in violations:
        if not allowed.allows(rule.id, violation.urn):
            report(f"{rule.id}: {violation.message}", violation.urn)
