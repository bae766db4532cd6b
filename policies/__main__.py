"""The policy pack, as `pulumi preview --policy-pack policies` starts it."""

from pulumi_policy import PolicyPack

from policies import caps
from policies.pack import policies

caps.load()  # a mistake in caps.yaml shows here, not at the first resource
PolicyPack(
    name="buylink",
    policies=policies(),
    description="Cost caps and security rules for Pulumi AWS programs, one set of caps a stack",
)
