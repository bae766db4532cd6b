"""What a component gives each of its children: a name, its tags, its place in the tree."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from components.parts.tags import tags


@dataclass(frozen=True)
class Owner:
    """A component as its children see it; `label` is their `Component` tag."""

    component: pulumi.ComponentResource
    stack: str
    label: str

    def name(self, thing: str) -> str:
        """A child's name in the program: the component's, a dash, the thing's."""
        return f"{self.component.pulumi_resource_name}-{thing}"

    def tags(self, thing: str) -> dict[str, str]:
        """All tags of a child."""
        return tags(self.stack, self.label, thing)

    def opts(self, *depends_on: pulumi.Resource) -> pulumi.ResourceOptions:
        """The options that make a resource a child; it waits for `depends_on`."""
        return pulumi.ResourceOptions(parent=self.component, depends_on=list(depends_on) or None)
