"""The AWS on loopback that the app's tests have."""

from tests.app.conftest import aws

__all__ = ["aws"]
