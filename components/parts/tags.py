"""The tags of everything the program makes. They are written here and nowhere else."""

from __future__ import annotations

PROJECT = "buylink"


def tags(stack: str, component: str, thing: str = "") -> dict[str, str]:
    """The tags of one resource of `component`; with a `thing` also its Name.

    `Stack` is the cost allocation tag: budgets and anomaly monitors filter by it, as it alone tells
    two stacks of one account apart. https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/custom-tags.html
    """
    name = {"Name": f"{PROJECT}-{stack}-{component}-{thing}"} if thing else {}
    return {
        "Project": PROJECT,
        "Environment": stack,
        "Stack": f"{PROJECT}-{stack}",
        "Component": component,
        "CostCenter": PROJECT,
        "ManagedBy": "pulumi",
        **name,
    }
