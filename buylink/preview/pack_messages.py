"""The messages to and from a policy pack, made of registrations and into plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.json_format import MessageToDict
from pulumi.runtime.proto import analyzer_pb2

from buylink.preview.monitor import Registration
from buylink.preview.wire import for_analyzer

STACK_VALUES = "x-stack-values"
"""The keyword of a configuration key's schema under which a pack may state it for each stack."""
OTHER_STACKS = "*"

LEVELS = {
    analyzer_pb2.ADVISORY: "advisory",
    analyzer_pb2.MANDATORY: "mandatory",
    analyzer_pb2.REMEDIATE: "remediate",
    analyzer_pb2.DISABLED: "disabled",
}


class PackError(Exception):
    """The pack crashed, hung or could not be asked. Never a pass."""


@dataclass(frozen=True, slots=True)
class PolicyInfo:
    """One policy as the pack describes it, at the level that is in force."""

    name: str
    level: str
    description: str
    remediation: str
    url: str
    caps: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What it allows in this stack, by the keys of its configuration, as far as it says so."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """What a policy said of a resource (or of the stack, when `urn` is empty)."""

    policy: str
    level: str
    urn: str
    message: str


def configuration(
    info: analyzer_pb2.AnalyzerInfo, given: Mapping[str, Any]
) -> dict[str, analyzer_pb2.PolicyConfig]:
    """Each policy's level and properties: its own, then the pack's, then what the user gave."""
    names = {policy.name for policy in info.policies}
    if unknown := sorted(set(given) - names - {"all"}):
        raise PackError(
            f"the policy configuration names {', '.join(unknown)}; the pack has: "
            f"{', '.join(sorted(names))}"
        )
    numbers = {level: number for number, level in LEVELS.items()}
    configured: dict[str, analyzer_pb2.PolicyConfig] = {}
    for policy in info.policies:
        config = analyzer_pb2.PolicyConfig(enforcementLevel=policy.enforcementLevel)
        if policy.name in info.initialConfig:
            config.MergeFrom(info.initialConfig[policy.name])
        for value in (given.get("all"), given.get(policy.name)):
            entries = {"enforcementLevel": value} if isinstance(value, str) else dict(value or {})
            if level := entries.pop("enforcementLevel", None):
                if level not in numbers:
                    raise PackError(
                        f"the policy configuration: {policy.name}: expected a level of "
                        f"{', '.join(numbers)}, got {level!r}"
                    )
                config.enforcementLevel = numbers[level]
            config.properties.update(entries)
        configured[policy.name] = config
    return configured


def caps_in_force(
    policy: analyzer_pb2.PolicyInfo, config: analyzer_pb2.PolicyConfig, stack: str
) -> dict[str, Any]:
    """What a policy's own schema states for a stack, and what the user gave instead."""
    schemas: Mapping[str, Any] = MessageToDict(policy.configSchema.properties)
    stated = {
        key: values[name]
        for key, schema in schemas.items()
        if (values := schema.get(STACK_VALUES))
        and (name := stack if stack in values else OTHER_STACKS) in values
    }
    return stated | MessageToDict(config.properties)


def analyze_request(
    registration: Registration, known: Mapping[str, Registration]
) -> analyzer_pb2.AnalyzeRequest:
    request = registration.request
    return analyzer_pb2.AnalyzeRequest(
        type=request.type,
        name=request.name,
        urn=registration.urn,
        properties=for_analyzer(request.object),
        options=_options(registration),
        provider=_provider(registration, known),
    )


def stack_resource(
    registration: Registration, known: Mapping[str, Registration]
) -> analyzer_pb2.AnalyzerResource:
    request = registration.request
    return analyzer_pb2.AnalyzerResource(
        type=request.type,
        name=request.name,
        urn=registration.urn,
        properties=for_analyzer(registration.outputs),
        options=_options(registration),
        provider=_provider(registration, known),
        parent=request.parent,
        dependencies=request.dependencies,
        propertyDependencies={
            name: analyzer_pb2.AnalyzerPropertyDependencies(urns=dependencies.urns)
            for name, dependencies in request.propertyDependencies.items()
        },
    )


def _options(registration: Registration) -> analyzer_pb2.AnalyzerResourceOptions:
    request = registration.request
    return analyzer_pb2.AnalyzerResourceOptions(
        protect=request.protect,
        ignoreChanges=request.ignoreChanges,
        deleteBeforeReplace=request.deleteBeforeReplace,
        deleteBeforeReplaceDefined=request.deleteBeforeReplaceDefined,
        additionalSecretOutputs=request.additionalSecretOutputs,
        aliases=request.aliasURNs,
        customTimeouts=analyzer_pb2.AnalyzerResourceOptions.CustomTimeouts(),
        parent=request.parent,
    )


def _provider(
    registration: Registration, known: Mapping[str, Registration]
) -> analyzer_pb2.AnalyzerProviderResource | None:
    provider = known.get(registration.provider or "")
    if provider is None:
        return None
    return analyzer_pb2.AnalyzerProviderResource(
        type=provider.request.type,
        name=provider.request.name,
        urn=provider.urn,
        properties=for_analyzer(provider.request.object),
    )


def diagnostics(response: analyzer_pb2.AnalyzeResponse, urn: str) -> list[Diagnostic]:
    return [
        Diagnostic(
            policy=diagnostic.policyName,
            level=LEVELS[diagnostic.enforcementLevel],
            urn=diagnostic.urn or urn,
            message=diagnostic.message.removeprefix(diagnostic.description).strip()
            or diagnostic.description,
        )
        for diagnostic in response.diagnostics
    ]
