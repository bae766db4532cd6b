"""Creators' tokens, sealed."""

import pytest
from botocore.exceptions import ClientError

from app.hub.connections import TokenCipher
from dev.hub.aws import AwsServer


def test_a_token_opens_for_its_creator_alone(aws: AwsServer) -> None:
    cipher = TokenCipher(aws.client("kms"), aws.kms_key())
    sealed = cipher.seal("canna", "act.sesame")
    assert b"sesame" not in sealed
    assert cipher.open("canna", sealed) == "act.sesame"
    with pytest.raises(ClientError, match="InvalidCiphertext"):
        cipher.open("cother", sealed)


def test_a_token_that_was_changed_does_not_open(aws: AwsServer) -> None:
    cipher = TokenCipher(aws.client("kms"), aws.kms_key())
    sealed = bytearray(cipher.seal("canna", "act.sesame"))
    sealed[-1] ^= 1
    with pytest.raises(ClientError, match="InvalidCiphertext"):
        cipher.open("canna", bytes(sealed))
