"""Which lifecycle rules concern the objects of a bucket."""

from __future__ import annotations

from decimal import Decimal

import pytest

from buylink.costs.meters.charge import Unpriced
from buylink.costs.meters.s3_lifecycle import Lifecycle, lifecycle_of
from buylink.graph import UNKNOWN, Graph, Value
from tests.costs.graphs import resource, urn
from tests.costs.meters.s3_examples import BUCKET, LIFECYCLE

EXPIRY = {"expiration": {"days": 30}}


def read(rule: Value) -> Lifecycle | Unpriced:
    rules = resource(LIFECYCLE, {"rules": [rule]}, refers={"bucket": urn(BUCKET)})
    bucket = resource(BUCKET)
    return lifecycle_of(bucket, Graph("shop", "test", (bucket, rules)))


def lifecycle(rule: Value) -> Lifecycle:
    known = read(rule)
    assert isinstance(known, Lifecycle)
    return known


@pytest.mark.parametrize(
    ("concerned", "condition"),
    [
        (True, {}),
        (True, {"filter": {}}),
        (True, {"filter": {"prefix": ""}}),
        (True, {"prefix": ""}),
        (True, {"filter": {"and": {"prefix": "", "objectSizeGreaterThan": 1024}}}),
        (False, {"filter": {"objectSizeGreaterThan": 1024 * 1024}}),
        (False, {"filter": {"objectSizeLessThan": 1024}}),
        (False, {"filter": {"and": {"objectSizeGreaterThan": 1024 * 1024}}}),
        (False, {"filter": {"prefix": "logs/"}}),
        (False, {"prefix": "logs/"}),
        (False, {"filter": {"tag": {"key": "kind", "value": "log"}}}),
        (False, {"filter": {"and": {"prefix": "", "tags": {"kind": "log"}}}}),
        (False, {"status": "Disabled"}),
    ],
)
def test_a_rule_is_followed_where_it_concerns_all_objects_of_the_size(
    condition: dict[str, Value], *, concerned: bool
) -> None:
    stays = lifecycle({"status": "Enabled", **EXPIRY, **condition}).stays(Decimal(100))
    assert [stay.ends for stay in stays] == [30 if concerned else None]


def test_rules_for_some_objects_are_said_to_be_left_out() -> None:
    rule: dict[str, Value] = {"status": "Enabled", "filter": {"prefix": "logs/"}}
    assert (
        lifecycle({**rule, **EXPIRY}).left_out
        == "lifecycle rules for a prefix or tags are left out"
    )
    aborted = {"abortIncompleteMultipartUpload": {"daysAfterInitiation": 7}}
    assert lifecycle({**rule, **aborted}).left_out == ""


def test_rules_that_are_not_known_are_not_taken_for_none() -> None:
    assert isinstance(read(UNKNOWN), Unpriced)
