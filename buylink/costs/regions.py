"""Where resources are: their own region, their provider's, or the stack's."""

from __future__ import annotations

from typing import Final

from buylink.graph import PROVIDER_PREFIX, Graph, Resource

_AWS: Final = f"{PROVIDER_PREFIX}aws"


def region_of(graph: Graph) -> str | None:
    """Where the default AWS provider deploys, else the first provider or resource that says where.

    A provider says nothing where its region comes from the environment.
    """
    providers = graph.of_type(_AWS)
    ordered = sorted(providers, key=lambda it: not it.name.startswith("default"))
    return next((region for it in (*ordered, *graph) if (region := _stated(it))), None)


def region_of_resource(resource: Resource, graph: Graph) -> str | None:
    """A resource's own `region`, known since version 7 of the AWS provider, or its provider's."""
    provider = graph.by_urn.get(resource.provider or "")
    return _stated(resource) or (_stated(provider) if provider else None)


def _stated(resource: Resource) -> str | None:
    region = resource.get("region")
    return region if isinstance(region, str) and region else None
