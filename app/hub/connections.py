"""A creator's connection to TikTok: tokens, sealed, and how far the feed was read.

Tokens are encrypted with a KMS key. The creator is part of what KMS authenticates: a token that was
copied to another creator's item doesn't open.
https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from app.hub import keys
from app.hub.clients import Client
from app.hub.table import HubTable, Item, Update, When
from app.hub.times import epoch


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """Both sealed by a `TokenCipher`; TikTok gives hours to one and months to the other."""

    access: bytes
    access_until: datetime
    refresh: bytes
    refresh_until: datetime


@dataclass(frozen=True, kw_only=True)
class Connection:
    """`newest_seen` is the time, in epoch seconds, of the newest video the feed gave; 0 at first.

    `generation` rises with each change of the tokens. `broken` says why the feed can't be asked any
    more until the creator signs in again.
    """

    creator_id: str
    tokens: Tokens
    generation: int
    newest_seen: int = 0
    broken: str | None = None


def connect(table: HubTable, creator_id: str, tokens: Tokens) -> None:
    """Keep the tokens of a sign-in; how far the feed was read stays."""
    table.write(
        Update(
            key=keys.tiktok(creator_id),
            expression=f"SET {_SET_TOKENS}, #gsi1pk = :signedIn, #gsi1sk = :id, #creatorId = :id"
            " REMOVE #lockedUntil, #broken ADD #generation :one",
            values={**_values(tokens), "signedIn": keys.SIGNED_IN, "id": creator_id, "one": 1},
        )
    )


def signed_in(table: HubTable) -> Iterator[str]:
    """The ids of all creators who have signed in."""
    condition = When(expression="#gsi1pk = :signedIn", values={"signedIn": keys.SIGNED_IN})
    for item in table.query(condition, index=True):
        yield item["creatorId"]


def find(table: HubTable, creator_id: str) -> Connection | None:
    item = table.get(keys.tiktok(creator_id))
    return None if item is None else _connection(item)


def lock(table: HubTable, connection: Connection, *, moment: datetime, until: datetime) -> bool:
    """Be the one that refreshes these tokens; False when another is, or has.

    A refresh token is good for one use: whoever is second would lose the creator's consent.
    """
    free = When(
        expression="#generation = :generation"
        " AND (attribute_not_exists(#lockedUntil) OR #lockedUntil < :moment)",
        values={"generation": connection.generation, "moment": epoch(moment)},
    )
    return _changed(table, connection, "SET #lockedUntil = :until", {"until": epoch(until)}, free)


def refreshed(table: HubTable, connection: Connection, tokens: Tokens) -> bool:
    """Keep the tokens that were given for the old ones, and unlock."""
    return _changed(
        table,
        connection,
        f"SET {_SET_TOKENS} REMOVE #lockedUntil ADD #generation :one",
        {**_values(tokens), "one": 1},
        _same(connection),
    )


def unlock(table: HubTable, connection: Connection) -> bool:
    """After a refresh that TikTok didn't see, so that the next run tries again."""
    return _changed(table, connection, "REMOVE #lockedUntil", {}, _same(connection))


def give_up(table: HubTable, connection: Connection, reason: str) -> bool:
    """Ask the feed no more: the creator has to sign in again."""
    expression = "SET #broken = :reason REMOVE #lockedUntil, #gsi1pk, #gsi1sk"
    return _changed(table, connection, expression, {"reason": reason}, _same(connection))


def advance(table: HubTable, creator_id: str, newest_seen: int) -> None:
    """Remember how far the feed was read; never back."""
    forward = When(
        expression="attribute_exists(#pk)"
        " AND (attribute_not_exists(#newestSeen) OR #newestSeen < :newest)",
        values={"newest": newest_seen},
    )
    table.write_if_so(
        Update(key=keys.tiktok(creator_id), expression="SET #newestSeen = :newest", when=forward)
    )


_SET_TOKENS = (
    "#access = :access, #accessUntil = :accessUntil,"
    " #refresh = :refresh, #refreshUntil = :refreshUntil"
)


def _values(tokens: Tokens) -> Item:
    return {
        "access": tokens.access,
        "accessUntil": epoch(tokens.access_until),
        "refresh": tokens.refresh,
        "refreshUntil": epoch(tokens.refresh_until),
    }


def _same(connection: Connection) -> When:
    return When(
        expression="#generation = :generation", values={"generation": connection.generation}
    )


def _changed(
    table: HubTable, connection: Connection, expression: str, values: Item, when: When
) -> bool:
    return table.write_if_so(
        Update(
            key=keys.tiktok(connection.creator_id),
            expression=expression,
            values=values,
            when=when,
        )
    )


def _connection(item: Item) -> Connection:
    def moment(name: str) -> datetime:
        return datetime.fromtimestamp(int(item[name]), UTC)

    return Connection(
        creator_id=item["creatorId"],
        tokens=Tokens(
            access=item["access"],
            access_until=moment("accessUntil"),
            refresh=item["refresh"],
            refresh_until=moment("refreshUntil"),
        ),
        generation=int(item["generation"]),
        newest_seen=int(item.get("newestSeen", 0)),
        broken=item.get("broken"),
    )


_CONTEXT = "creator"


class TokenCipher:
    """Through a boto3 KMS client; each method raises what the client raises."""

    def __init__(self, kms: Client, key_id: str) -> None:
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


class GrantedTokens(Protocol):
    """As `app.hub.tiktok.oauth` gives them: open, each good for so many seconds."""

    @property
    def access_token(self) -> str: ...

    @property
    def expires_in(self) -> int: ...

    @property
    def refresh_token(self) -> str: ...

    @property
    def refresh_expires_in(self) -> int: ...


def sealed(cipher: TokenCipher, creator_id: str, tokens: GrantedTokens, moment: datetime) -> Tokens:
    """What TikTok gave just now, as the table keeps it."""
    return Tokens(
        access=cipher.seal(creator_id, tokens.access_token),
        access_until=moment + timedelta(seconds=tokens.expires_in),
        refresh=cipher.seal(creator_id, tokens.refresh_token),
        refresh_until=moment + timedelta(seconds=tokens.refresh_expires_in),
    )
