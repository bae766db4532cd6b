"""The log's lines, as a process writes them, and the metrics that CloudWatch takes out of them."""

import io
import json
import subprocess
import sys

import pytest

from app.hub.metrics import EVERY_SECONDS, NAMES, Metrics
from dev.processes import REPOSITORY, LogLine
from tests.app.hub.samples import Clock

SETUP = """
import logging, warnings
from app.hub.structured_log import configure, fields
configure("some-service")
log = logging.getLogger("app.some")
"""


def lines_of(code: str) -> list[LogLine]:
    """What the code logs in a process of its own; fails if anything else is printed."""
    done = subprocess.run(
        [sys.executable, "-c", SETUP + code],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_field_can_not_replace_what_every_line_has() -> None:
    [line] = lines_of('log.info("true", extra=fields(message="false", service="other", video=7))')
    assert list(line) == ["timestamp", "level", "service", "message", "video"]
    assert (line["message"], line["service"], line["video"]) == ("true", "some-service", 7)


def test_a_line_break_in_a_message_stays_one_line() -> None:
    [line] = lines_of(r'log.info("one\ntwo \ud800 \u2028")')
    assert line["message"] == "one\ntwo \ud800 \u2028"


def test_fields_named_after_credentials_are_withheld() -> None:
    names = ("Authorization", "Set-Cookie", "headers", "QUERY_STRING", "api_token", "password")
    secret = dict.fromkeys(names, "x")
    [line] = lines_of(f'log.info("m", extra=fields(**{secret}))')
    assert {name: line[name] for name in secret} == dict.fromkeys(secret, "[withheld]")


def test_query_strings_are_cut_from_messages_and_fields() -> None:
    [line] = lines_of('log.info("to /a?token=x now", extra=fields(url="http://b/?sig=x#y"))')
    assert (line["message"], line["url"]) == ("to /a?[withheld] now", "http://b/?[withheld]")


def test_an_exception_tells_its_type_and_place_but_not_its_message() -> None:
    [line] = lines_of("""
try:
    int("Bearer x")
except ValueError:
    log.exception("failed")
""")
    assert line["error"] == "builtins.ValueError"
    assert line["stack"] == "<string>:8 <module>"
    assert "Bearer" not in str(line)


def test_what_other_libraries_attach_or_chat_is_not_logged() -> None:
    [line] = lines_of("""
logging.getLogger("httpx").info("GET https://example.com/secret")
logging.getLogger("other").warning("careful", extra={"request": "secret"})
""")
    assert set(line) == {"timestamp", "level", "service", "message"}


def test_a_python_warning_is_a_line_of_the_log() -> None:
    [line] = lines_of('warnings.warn("old", FutureWarning)')
    assert (line["level"], "FutureWarning: old" in line["message"]) == ("WARNING", True)


def logged(output: io.StringIO) -> list[LogLine]:
    return [json.loads(line) for line in output.getvalue().splitlines()]


def test_what_was_counted_in_a_minute_is_one_line_in_the_embedded_format() -> None:
    output, clock = io.StringIO(), Clock()
    metrics = Metrics("ingestion-api", "buylink-test", output=output, monotonic=clock)
    metrics.count("VideosTaken")
    metrics.count("ClicksCounted", 3)
    assert logged(output) == []
    clock.now += EVERY_SECONDS
    metrics.count("VideosTaken")
    [line] = logged(output)
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
    assert [line["VideosDone"] for line in logged(output)] == [1]


def test_a_metric_that_is_not_listed_is_refused_as_each_is_billed() -> None:
    with pytest.raises(KeyError, match=r"expected one of VideosTaken, .*, got Odd: each is billed"):
        Metrics("s", "b").count("Odd")
    assert len(NAMES) == 4
