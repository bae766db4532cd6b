"""Options of what holds data."""

from __future__ import annotations

import pulumi

from components.parts.owner import Owner


def keeping(own: Owner, *, protect: bool) -> pulumi.ResourceOptions:
    """A child's options; with `protect` Pulumi refuses to delete or replace it.

    https://www.pulumi.com/docs/iac/concepts/resources/options/protect/
    """
    return pulumi.ResourceOptions(parent=own.component, protect=protect)
