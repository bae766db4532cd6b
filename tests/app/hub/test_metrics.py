"""Metrics as CloudWatch takes them out of the log."""

import io
import json
from typing import Any

import pytest

from app.hub.metrics import EVERY_SECONDS, NAMES, Metrics
from tests.app.hub.samples import Clock


def told(output: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.getvalue().splitlines()]


def test_what_was_counted_in_a_minute_is_one_line_in_the_embedded_format() -> None:
    output, clock = io.StringIO(), Clock()
    metrics = Metrics("ingestion-api", "buylink-test", output=output, monotonic=clock)
    metrics.count("VideosTaken")
    metrics.count("ClicksCounted", 3)
    assert told(output) == []
    clock.now += EVERY_SECONDS
    metrics.count("VideosTaken")
    [line] = told(output)
    about = line.pop("_aws")
    assert line == {
        "Stack": "buylink-test",
        "Service": "ingestion-api",
        "VideosTaken": 2,
        "ClicksCounted": 3,
    }
    assert isinstance(about["Timestamp"], int)
    assert about["CloudWatchMetrics"] == [
        {
            "Namespace": "Buylink",
            "Dimensions": [["Stack", "Service"]],
            "Metrics": [
                {"Name": "ClicksCounted", "Unit": "Count"},
                {"Name": "VideosTaken", "Unit": "Count"},
            ],
        }
    ]


def test_nothing_counted_is_nothing_told_and_the_rest_is_told_at_the_end() -> None:
    output = io.StringIO()
    metrics = Metrics("s", "b", output=output, monotonic=Clock())
    metrics.flush()
    metrics.count("VideosDone")
    metrics.flush()
    metrics.flush()
    assert [line["VideosDone"] for line in told(output)] == [1]


def test_a_metric_that_is_not_listed_is_refused_as_each_is_billed() -> None:
    with pytest.raises(KeyError, match=r"expected one of VideosTaken, .*, got Odd: each is billed"):
        Metrics("s", "b").count("Odd")
    assert len(NAMES) == 4
