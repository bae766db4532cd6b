"""What a policy is: a check and everything a person needs when it fires."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from buylink.graph import Graph, Resource, stack_of
from policies.engine.caps import StackCaps


@dataclass(frozen=True, slots=True)
class Violation:
    """One violation: what, got, why, in a sentence or two, and the resource it is about."""

    urn: str
    message: str


ResourceCheck = Callable[[Resource, StackCaps], Iterable[Violation]]
StackCheck = Callable[[Graph, StackCaps], Iterable[Violation]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One policy. What one resource shows is checked by `on_resource`, the rest by `on_stack`.

    A resource check runs before the resource is created, a stack check after every step was
    registered, so whatever one resource shows belongs in `on_resource`.
    """

    id: str
    title: str
    description: str
    """What it asks for, in a sentence."""
    details: str
    """What it reads and how it judges that, in Markdown."""
    unknowns: str
    """What it makes of values that aren't known yet, in Markdown."""
    severity: Literal["low", "medium", "high", "critical"]
    pillar: Literal["Cost Optimization", "Reliability", "Security", "Operational Excellence"]
    """The pillar of the AWS Well-Architected Framework that asks for it."""
    tags: tuple[str, ...]
    remediation: str
    url: str
    caps: tuple[str, ...] = ()
    """The keys of caps.yaml this policy reads."""
    types: tuple[str, ...] = ()
    """The resource types `on_resource` is for; empty means all."""
    on_resource: ResourceCheck | None = None
    on_stack: StackCheck | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its Pulumi policies: a rule with both checks needs two."""
        if self.on_resource and self.on_stack:
            return (self.id, f"{self.id}-stack")
        return (self.id,)


def above_cap(urn: str, what: str, cap: int | str, why: str = "") -> Violation:
    """The violation for `what` is more than a stack's cap, with its unit; `why` ends the text."""
    return Violation(urn, f"{what}, at most {cap} are allowed in stack {stack_of(urn)}{why}")


def undecided(resource: Resource, name: str, remedy: str) -> Violation:
    """The violation for a value that must be known to pass and is not."""
    return Violation(
        resource.urn, f"could not decide: {name} is only known after deployment. {remedy}"
    )
