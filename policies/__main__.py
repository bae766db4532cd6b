"""The policy pack, as `pulumi preview --policy-pack policies` starts it."""

from pulumi_policy import PolicyPack

from policies.engine import caps
from policies.engine.pack import policies
from policies.rules import RULES

caps.load()  # a mistake in caps.yaml shows here, not at the first resource
PolicyPack(
    name="buylink",
    policies=policies(RULES),
    description="Cost caps and security rules for Pulumi AWS programs, one set of caps a stack",
)
