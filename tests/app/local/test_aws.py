"""The AWS on a laptop, held to what the stack makes."""

from components.storage.storage import HUB_TABLE
from components.storage.table import Keys
from dev.hub.aws import AwsServer
from dev.hub.resources import HubResources


def names(keys: Keys) -> list[str]:
    return [attribute.name for attribute in keys.attributes()]


def test_the_hubs_table_has_the_stacks_keys_and_index(aws: AwsServer) -> None:
    made = HubResources.make(aws, "like-the-stack", {})
    table = aws.client("dynamodb").describe_table(TableName=made.table)["Table"]
    assert [it["AttributeName"] for it in table["KeySchema"]] == names(HUB_TABLE.keys)
    indexes = {
        index["IndexName"]: [key["AttributeName"] for key in index["KeySchema"]]
        for index in table["GlobalSecondaryIndexes"]
    }
    assert indexes == {index.name: names(index.keys) for index in HUB_TABLE.indexes}
