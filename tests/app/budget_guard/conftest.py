"""Stacks for the guard's tests, and an AWS that plays along."""

from collections.abc import Iterator

import pytest

from dev.hub.aws import AwsServer
from tests.app.budget_guard.aws_proxy import AwsProxy, aws_proxy
from tests.app.budget_guard.aws_stack import AwsStack
from tests.app.budget_guard.guard_process import GuardProcess


@pytest.fixture
def stack(aws: AwsServer) -> AwsStack:
    """A new stack without services."""
    return AwsStack(aws)


@pytest.fixture
def usual(stack: AwsStack) -> AwsStack:
    """A new stack with an API and a worker."""
    stack.add_usual_services()
    return stack


@pytest.fixture
def proxy(aws: AwsServer) -> Iterator[AwsProxy]:
    """Stands before the AWS; without rules it passes everything on."""
    with aws_proxy(aws) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def guard_process(aws: AwsServer) -> Iterator[GuardProcess]:
    """Runs guards in processes of their own."""
    process = GuardProcess(aws)
    yield process
    process.end()
