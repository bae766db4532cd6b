"""Which outputs a resource has that only a deployment makes known.

The installed SDK says it: an output that its class types as always there, and that the program
gave no input for, is computed by AWS. Such values are answered as unknown, as a real preview does.
"""

from __future__ import annotations

import keyword
import sys
from functools import cache
from typing import Any, Optional, Union, get_args, get_origin

import pulumi


@cache
def computed_outputs(resource_type: str) -> frozenset[str]:
    """The outputs that every resource of a type has; empty when the SDK has no such class."""
    resource_class = _sdk_class(resource_type)
    if resource_class is None:
        return frozenset()
    found = {
        getattr(getter, "_pulumi_name", name): getter.__annotations__.get("return")
        for name, attribute in vars(resource_class).items()
        if isinstance(attribute, property) and (getter := attribute.fget) is not None
    }
    return frozenset(name for name, annotation in found.items() if _is_always_there(annotation))


def _is_always_there(annotation: Any) -> bool:
    if isinstance(annotation, str):
        return "Optional[" not in annotation
    if get_origin(annotation) is not pulumi.Output:
        return False
    (inner,) = get_args(annotation)
    return not (get_origin(inner) in (Optional, Union) and type(None) in get_args(inner))


def _sdk_class(resource_type: str) -> type | None:
    """The class of a type token such as `aws:ec2/vpc:Vpc`, if the program has imported it."""
    package, _, rest = resource_type.partition(":")
    module, _, name = rest.partition(":")
    module = module.split("/")[0]
    names = [f"pulumi_{package}"] if module == "index" else [f"pulumi_{package}.{module}"]
    if keyword.iskeyword(module):
        names = [f"pulumi_{package}.{module}_"]
    for candidate in names:
        if loaded := sys.modules.get(candidate):
            return getattr(loaded, name, None)
    return None
