"""Creators' TikTok tokens, encrypted for the table with a KMS key.

The creator is part of what KMS authenticates: a token that was copied to another creator's item
doesn't open. https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html
"""

from datetime import datetime, timedelta
from typing import Any

from app.hub.connections import Tokens
from app.hub.tiktok import oauth

_CONTEXT = "creator"


class TokenCipher:
    """Through a boto3 KMS client; each method raises what the client raises."""

    def __init__(self, kms: Any, key_id: str) -> None:
        self._kms = kms
        self._key_id = key_id

    def seal(self, creator_id: str, token: str) -> bytes:
        """Encrypt a token of up to 4 KB."""
        answer = self._kms.encrypt(
            KeyId=self._key_id,
            Plaintext=token.encode(),
            EncryptionContext={_CONTEXT: creator_id},
        )
        return answer["CiphertextBlob"]

    def open(self, creator_id: str, sealed: bytes) -> str:
        """Decrypt what was sealed for the same creator."""
        answer = self._kms.decrypt(
            KeyId=self._key_id,
            CiphertextBlob=sealed,
            EncryptionContext={_CONTEXT: creator_id},
        )
        return answer["Plaintext"].decode()


def sealed(cipher: TokenCipher, creator_id: str, given: oauth.Tokens, moment: datetime) -> Tokens:
    """What TikTok gave just now, as the table keeps it."""
    return Tokens(
        access=cipher.seal(creator_id, given.access_token),
        access_until=moment + timedelta(seconds=given.expires_in),
        refresh=cipher.seal(creator_id, given.refresh_token),
        refresh_until=moment + timedelta(seconds=given.refresh_expires_in),
    )
