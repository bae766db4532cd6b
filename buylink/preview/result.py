"""What a preview of one stack found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from buylink.graph import Graph
from buylink.preview.pack import PolicyInfo

REFUSING = ("mandatory", "remediate")
"""Levels that stop a deployment: a remediation that could not mend counts as mandatory."""

Verdict = Literal["passed", "refused", "failed"]


@dataclass(frozen=True, slots=True)
class Violation:
    """One policy's refusal of a resource, or of the stack when `urn` is empty."""

    policy: str
    level: str
    urn: str
    message: str
    remediation: str
    url: str


@dataclass(frozen=True, kw_only=True)
class StackPreview:
    """One stack, planned and checked.

    `undecided` are policies that met an unknown value and said nothing; a mandatory one counts as
    a refusal. `invokes` maps the functions that the program asked AWS to whether they were
    answered. `error` says why there is no plan, or no verdict.
    """

    stack: str
    graph: Graph
    policies: tuple[PolicyInfo, ...] = ()
    violations: tuple[Violation, ...] = ()
    undecided: tuple[Violation, ...] = ()
    invokes: dict[str, bool] = field(default_factory=dict[str, bool])
    warnings: tuple[str, ...] = ()
    output: str = ""
    error: str | None = None

    @property
    def verdict(self) -> Verdict:
        if self.error is not None:
            return "failed"
        return "refused" if self.refusals else "passed"

    @property
    def refusals(self) -> tuple[Violation, ...]:
        """The violations and undecided policies that stop a deployment."""
        candidates = (*self.violations, *self.undecided)
        return tuple(violation for violation in candidates if violation.level in REFUSING)

    def evaluated(self, policy: str) -> bool:
        """Whether a policy was enabled and reached a decision everywhere."""
        enabled = any(info.name == policy and info.level != "disabled" for info in self.policies)
        return enabled and not any(violation.policy == policy for violation in self.undecided)
