"""What holds data is not lost by a mistake: the engine refuses, until it is told in so many words."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import pytest
from pulumi import automation

from tests.system.engine.driving import Deployment, deployment

NAMES = {"aws:dynamodb/table:Table": "name", "aws:s3/bucket:Bucket": "bucket"}
"""What holds data, and which of its inputs names it."""

REFUSED = "cannot be deleted|marked for protection"


@pytest.fixture(scope="module")
def prod(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """prod, deployed once; its tests put back what they change."""
    stack = deployment(tmp_path_factory.mktemp("prod"), "prod")
    stack.up()
    return stack


def urns(stack: Deployment, kind: str) -> list[str]:
    return [resource["urn"] for resource in stack.state()["resources"] if resource["type"] == kind]


@pytest.mark.xdist_group("protected")
@pytest.mark.parametrize("kind", NAMES)
def test_a_protected_table_or_bucket_is_not_destroyed_until_unprotected(
    prod: Deployment, kind: str
) -> None:
    before = prod.cloud_ids()
    urn = urns(prod, kind)[0]
    target = ("destroy", "--yes", "--target", urn, "--target-dependents", "--stack", "prod")
    with pytest.raises(automation.CommandError, match=REFUSED):
        prod.command(*target)
    assert prod.cloud_ids() == before

    identifier = next(
        resource["id"] for resource in prod.state()["resources"] if resource["urn"] == urn
    )
    for dependent in urns(prod, kind):
        prod.command("state", "unprotect", dependent, "--yes", "--stack", "prod")
    prod.command(*target)
    assert identifier not in prod.cloud_ids()
    prod.up()
    assert identifier in prod.cloud_ids() or len(prod.cloud_ids()) == len(before)


@pytest.mark.xdist_group("protected")
@pytest.mark.parametrize(("kind", "name"), list(NAMES.items()))
def test_a_protected_table_or_bucket_is_not_replaced_until_unprotected(
    prod: Deployment, kind: str, name: str
) -> None:
    before = prod.cloud_ids()
    urn = urns(prod, kind)[0]
    with renamed(prod, urn.split("::")[-1], name):
        with pytest.raises(automation.CommandError, match=REFUSED):
            prod.up()
        assert prod.cloud_ids() - before == set()

        prod.command("state", "unprotect", urn, "--yes", "--stack", "prod")
        prod.up()
        protected = {
            resource["urn"] for resource in prod.state()["resources"] if resource.get("protect")
        }
        assert "renamed-by-hand" in prod.cloud_ids()
        assert prod.cloud_ids() == prod.state_ids()
        assert urn in protected
    prod.command("state", "unprotect", urn, "--yes", "--stack", "prod")
    prod.up()


@contextmanager
def renamed(stack: Deployment, resource: str, name: str) -> Generator[None]:
    """The program with another name for one resource, which AWS can only give to a new one."""
    main = stack.project / "__main__.py"
    program = main.read_text()
    rename = f"""import pulumi

def rename(args):
    if args.name == {resource!r}:
        args.props[{name!r}] = "renamed-by-hand"
    return pulumi.ResourceTransformResult(args.props, args.opts)

pulumi.runtime.register_resource_transform(rename)
"""
    head, _, rest = program.partition("from __future__ import annotations\n")
    main.write_text(f"{head}from __future__ import annotations\n{rename}{rest}")
    try:
        yield
    finally:
        main.write_text(program)
