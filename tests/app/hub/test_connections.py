"""Creators' connections to TikTok: one refreshes at a time, and nobody loses tokens."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from app.hub import connections
from app.hub.connections import Connection, TokenCipher, Tokens
from app.hub.table import HubTable
from dev.hub.aws import AwsServer
from tests.app.hub.samples import ANNA, NOON

UNTIL = NOON + timedelta(seconds=30)
TOKENS = Tokens(
    access=b"a1",
    access_until=datetime(2026, 11, 25, 14, tzinfo=UTC),
    refresh=b"r1",
    refresh_until=datetime(2027, 5, 25, 12, tzinfo=UTC),
)
NEW_TOKENS = replace(TOKENS, access=b"a2", refresh=b"r2")


def connected(table: HubTable) -> Connection:
    connections.connect(table, ANNA.id, TOKENS)
    connection = connections.find(table, ANNA.id)
    assert connection is not None
    return connection


def test_a_sign_in_is_kept_and_listed(hub_table: HubTable) -> None:
    assert connections.find(hub_table, ANNA.id) is None
    expected = Connection(creator_id=ANNA.id, tokens=TOKENS, generation=1)
    assert connected(hub_table) == expected
    assert list(connections.signed_in(hub_table)) == [ANNA.id]


def test_of_many_that_would_refresh_only_one_may(hub_table: HubTable) -> None:
    connection = connected(hub_table)
    with ThreadPoolExecutor(4) as threads:
        locked = list(
            threads.map(
                lambda _: connections.lock(hub_table, connection, moment=NOON, until=UNTIL),
                range(8),
            )
        )
    assert locked.count(True) == 1


def test_a_lock_ends_by_itself_and_by_unlocking(hub_table: HubTable) -> None:
    connection = connected(hub_table)

    def lock(moment: datetime) -> bool:
        return connections.lock(
            hub_table, connection, moment=moment, until=moment + timedelta(seconds=30)
        )

    assert [lock(NOON), lock(UNTIL), lock(UNTIL + timedelta(seconds=1))] == [True, False, True]
    assert connections.unlock(hub_table, connection)
    assert lock(UNTIL + timedelta(seconds=2))


def test_refreshed_tokens_are_kept_and_whoever_read_the_old_ones_is_late(
    hub_table: HubTable,
) -> None:
    old = connected(hub_table)
    connections.lock(hub_table, old, moment=NOON, until=UNTIL)
    assert connections.refreshed(hub_table, old, NEW_TOKENS)
    new = Connection(creator_id=ANNA.id, tokens=NEW_TOKENS, generation=2)
    assert connections.find(hub_table, ANNA.id) == new
    assert not connections.lock(hub_table, old, moment=NOON, until=UNTIL)
    assert not connections.refreshed(hub_table, old, TOKENS)
    assert not connections.unlock(hub_table, old)
    assert not connections.give_up(hub_table, old, "late")
    assert connections.lock(hub_table, new, moment=NOON, until=UNTIL)


def test_a_connection_that_is_given_up_is_asked_no_more_until_the_next_sign_in(
    hub_table: HubTable,
) -> None:
    connection = connected(hub_table)
    assert connections.give_up(hub_table, connection, "sign-in-again")
    assert connections.find(hub_table, ANNA.id) == replace(connection, broken="sign-in-again")
    assert list(connections.signed_in(hub_table)) == []
    assert connected(hub_table) == replace(connection, generation=2)
    assert list(connections.signed_in(hub_table)) == [ANNA.id]


def test_a_sign_in_during_a_refresh_counts(hub_table: HubTable) -> None:
    connection = connected(hub_table)
    connections.lock(hub_table, connection, moment=NOON, until=UNTIL)
    connections.connect(hub_table, ANNA.id, NEW_TOKENS)
    assert not connections.refreshed(hub_table, connection, TOKENS)
    now_connected = connections.find(hub_table, ANNA.id)
    assert now_connected == Connection(creator_id=ANNA.id, tokens=NEW_TOKENS, generation=2)


def test_the_feed_is_never_read_backwards_and_a_sign_in_keeps_the_place(
    hub_table: HubTable,
) -> None:
    connections.advance(hub_table, ANNA.id, 5)
    assert connections.find(hub_table, ANNA.id) is None
    connected(hub_table)
    for newest in (100, 90):
        connections.advance(hub_table, ANNA.id, newest)
    assert connected(hub_table).newest_seen == 100


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
