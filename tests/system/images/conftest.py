"""The AWS that the images' services find."""

from tests.app.conftest import aws, hub

__all__ = ["aws", "hub"]
