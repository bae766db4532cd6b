"""The hub's table: conditions, transactions, queries and items that are taken once."""

from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from app.hub.clients import AwsAnswer, client
from app.hub.table import (
    NEW,
    ConditionFailedError,
    ContendedError,
    Delete,
    HubTable,
    Item,
    Put,
    Update,
    When,
    read_item,
)
from dev.hub.aws import REGION
from dev.listening import loopback_server

KEY = {"pk": "A", "sk": "1"}


def test_an_item_comes_back_as_it_was_written(hub_table: HubTable) -> None:
    item = {
        **KEY,
        "text": "ü",
        "bytes": b"\x00\xff",
        "number": 7,
        "yes": True,
        "none": None,
        "list": ["a", 1],
        "mapping": {"b": "c"},
    }
    hub_table.write(Put(item=item))
    assert hub_table.get(KEY) == item
    assert hub_table.get({"pk": "A", "sk": "2"}) is None


def test_a_condition_that_does_not_hold_changes_nothing(hub_table: HubTable) -> None:
    hub_table.write(Put(item={**KEY, "status": "first"}, when=NEW))
    other = When(expression="#status = :status", values={"status": "other"})
    for write in (
        Put(item={**KEY, "status": "second"}, when=NEW),
        Update(key=KEY, expression="SET #status = :new", values={"new": "third"}, when=other),
        Delete(key=KEY, when=other),
    ):
        with pytest.raises(ConditionFailedError):
            hub_table.write(write)
    assert hub_table.get(KEY) == {**KEY, "status": "first"}


def test_an_update_makes_an_item_and_counts_in_it(hub_table: HubTable) -> None:
    for _ in range(2):
        hub_table.write(Update(key=KEY, expression="ADD #clicks :one", values={"one": 1}))
    assert hub_table.get(KEY) == {**KEY, "clicks": 2}
    hub_table.write(Delete(key=KEY))
    assert hub_table.get(KEY) is None


def test_a_transaction_writes_all_or_nothing(hub_table: HubTable) -> None:
    hub_table.write(Put(item=KEY))
    with pytest.raises(ConditionFailedError):
        hub_table.write_all([Put(item={"pk": "B", "sk": "1"}), Put(item=KEY, when=NEW)])
    assert hub_table.get({"pk": "B", "sk": "1"}) is None
    hub_table.write_all([Put(item={"pk": "B", "sk": "1"}), Delete(key=KEY)])
    assert (hub_table.get({"pk": "B", "sk": "1"}), hub_table.get(KEY)) == (
        {"pk": "B", "sk": "1"},
        None,
    )


def test_of_many_that_take_an_item_at_once_one_gets_it(hub_table: HubTable) -> None:
    hub_table.write(Put(item={**KEY, "verifier": "v"}))
    with ThreadPoolExecutor(4) as threads:
        taken = list(threads.map(lambda _: hub_table.take(KEY), range(8)))
    assert sorted(filter(None, taken), key=str) == [{**KEY, "verifier": "v"}]


def test_a_query_reads_page_by_page_in_the_order_of_the_keys(hub_table: HubTable) -> None:
    for number in (3, 1, 2):
        hub_table.write(Put(item={"pk": "A", "sk": str(number), "gsi1pk": "X", "gsi1sk": "s"}))
    hub_table.write(Put(item={"pk": "B", "sk": "1"}))
    of_a = When(expression="#pk = :pk", values={"pk": "A"})
    assert [item["sk"] for item in hub_table.query(of_a, page=1)] == ["1", "2", "3"]
    assert [item["sk"] for item in hub_table.query(of_a, newest_first=True)] == ["3", "2", "1"]
    of_x = When(expression="#gsi1pk = :x", values={"x": "X"})
    assert len(list(hub_table.query(of_x, index=True, page=2))) == 3


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"__type": "TransactionConflictException"}, ContendedError),
        (
            {
                "__type": "TransactionCanceledException",
                "CancellationReasons": [{"Code": "None"}, {"Code": "TransactionConflict"}],
            },
            ContendedError,
        ),
        (
            {
                "__type": "TransactionCanceledException",
                "CancellationReasons": [
                    {"Code": "TransactionConflict"},
                    {"Code": "ConditionalCheckFailed"},
                ],
            },
            ConditionFailedError,
        ),
        ({"__type": "AccessDeniedException"}, ClientError),
    ],
)
def test_what_dynamodb_refuses_is_told_by_its_reason(
    answer: AwsAnswer, error: type[Exception]
) -> None:
    with loopback_server(lambda _: (400, answer)) as server:
        session = boto3.Session("testing", "testing", region_name=REGION)
        table = HubTable(session.client("dynamodb", endpoint_url=server.url), "hub")
        with pytest.raises(error):
            table.write_all([Put(item=KEY)])


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=10,
)


@given(st.dictionaries(st.text(min_size=1, max_size=8), VALUES | st.binary(max_size=20)))
def test_reading_undoes_writing(item: Item) -> None:
    class Kept:
        """Stands where the client is, to look at what is sent."""

        sent: AwsAnswer

        def put_item(self, **request: object) -> None:
            """Keep it."""
            self.sent = request

    kept = Kept()
    HubTable(kept, "hub").write(Put(item=item))
    assert read_item(kept.sent["Item"]) == item


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("us-east-1", "uploads.s3.amazonaws.com"),
        ("eu-central-1", "uploads.s3.eu-central-1.amazonaws.com"),
    ],
)
def test_a_presigned_address_is_the_regions_own(
    monkeypatch: pytest.MonkeyPatch, region: str, host: str
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    s3 = client("s3", region)
    assert s3.generate_presigned_post("uploads", "originals/1")["url"] == f"https://{host}/"
    url = s3.generate_presigned_url("get_object", Params={"Bucket": "uploads", "Key": "k"})
    assert url.startswith(f"https://{host}/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&")
