"""Stacks for the guard's tests."""

import pytest

from tests.app.aws_server import AwsServer
from tests.app.budget_guard.aws_stack import AwsStack


@pytest.fixture
def stack(aws: AwsServer) -> AwsStack:
    """A new stack without services."""
    return AwsStack(aws)


@pytest.fixture
def usual(stack: AwsStack) -> AwsStack:
    """A new stack with an API and a worker."""
    stack.add_usual_services()
    return stack
